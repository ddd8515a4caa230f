"""Ask for backups: short transactions on the web side."""
