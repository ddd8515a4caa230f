"""What rooms above say of machines, and hear of them."""
