"""How much teams and people may have: limits, and what is used of them."""
