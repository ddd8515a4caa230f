"""Carry plans, on a worker."""
