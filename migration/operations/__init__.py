"""What is done to move a machine, on a worker."""
