"""What is done with addresses on hosts."""
