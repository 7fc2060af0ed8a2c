-- One row per row of posts in truth that is nobody's identity conflict: what rules may read.
SELECT t.*
FROM posts_latest t
ANTI JOIN conflicts c ON c.feed = 'posts' AND c.ord = t.ord
