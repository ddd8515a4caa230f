"""What can be done to a team: short transactions, each with its line in the audit record."""
