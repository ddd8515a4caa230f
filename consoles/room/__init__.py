"""Who is at a machine's consoles, and whose hands reach the guest."""
