"""One machine, shared with one person: a role on it, for a time or for good."""
