"""Measure what the portal promises. Figures of one machine on one day; compare runs, not numbers."""
