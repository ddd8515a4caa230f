"""Links that show a console to people who have no other right to it."""
