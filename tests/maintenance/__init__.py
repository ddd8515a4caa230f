"""Plans: where each machine goes, in which order, and what cannot move."""
