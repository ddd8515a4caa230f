"""What is done with backups, on a worker."""
