"""What is done with snapshots on a host, by a worker."""
