"""Files to and from guests."""
