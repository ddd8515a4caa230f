"""Requests for more than a person may take alone, and who decides them."""
