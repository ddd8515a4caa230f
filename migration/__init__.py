"""Machines that move from one host to another while they run, or off."""
