"""Moments of a machine to which it can go back."""
