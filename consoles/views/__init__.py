"""The console room, its tickets, and who drives."""
