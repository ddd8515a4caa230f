"""Ask for transfers: short transactions on the web side."""
