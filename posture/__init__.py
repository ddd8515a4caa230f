"""How well are portal, hosts and machines guarded? Checks with their evidence, scores, history."""
