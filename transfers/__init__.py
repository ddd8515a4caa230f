"""Files to and from guests, through the guest's agent."""
