"""Small parts of the pages of machines."""
