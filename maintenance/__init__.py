"""Hosts that are emptied by plan and filled again, and machines that are spread more evenly."""
