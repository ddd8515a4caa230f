"""Processors that several hosts have in common, so that machines with them move freely."""
