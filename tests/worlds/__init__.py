"""Cases written as sentences in TOML, packed into as few installations as possible and run for real.

`casefile` reads them, `rows` and `people` fill in what a sentence leaves out, `world` delivers, runs and looks up.
"""
