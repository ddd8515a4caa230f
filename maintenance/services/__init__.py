"""Ask for plans, and steer them: short transactions."""
