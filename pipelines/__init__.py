"""Fanpin: from the deliveries of the offices to warnings that can be checked in the village.

The folders follow the way of a delivery: landing, staging, warehouse, publishing.
"""
