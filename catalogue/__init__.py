"""What may be chosen for a new machine, and by whom: sizes, images and networks."""
