"""What people open: the analysts' file, the counties' workbooks, the page and the manifest."""
