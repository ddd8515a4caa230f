"""Ask for snapshots: short transactions on the web side."""
