"""Secrets at rest: what the database or a file holds is readable only with keys kept elsewhere."""
