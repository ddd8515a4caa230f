"""Groups of machines that belong together, or apart: where they may run beside each other."""
