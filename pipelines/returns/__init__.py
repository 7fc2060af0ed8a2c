"""What goes back to the offices: rows in quarantine, to be corrected, delivered again and replayed."""
