"""Addresses that networks keep for machines' cards, and what they have lent."""
