"""Staging: raw cells to typed rows under pseudonyms, quarantine and accounts.

`stage.stage` does the work; `accounts` and `identities` are what later steps read.
"""
