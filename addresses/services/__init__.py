"""What can be asked about addresses."""
