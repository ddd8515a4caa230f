"""Ask for a migration, and steer one: short transactions."""
