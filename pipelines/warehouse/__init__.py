"""Runs the files of sql/ for a day and keeps what they conclude; of rules it knows only which are about more than a
person (`changes.py`).
"""
