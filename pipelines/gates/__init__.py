"""What holds a delivery back, so that a broken one can't make everybody else look like somebody who has no right."""
