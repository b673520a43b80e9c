"""Tasks: reading them, splitting their examples, and saying what is wrong with them."""
