"""Runs the files of sql/ for a day and keeps what they conclude; knows no rule."""
