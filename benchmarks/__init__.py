"""Measure what the portal promises. Compare runs on one machine, not numbers."""
