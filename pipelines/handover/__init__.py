"""What is published for a county, handed to its bureau: signed, receipted, and to be checked by whoever gets it."""
