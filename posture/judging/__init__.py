"""Judge what the rows, the settings and the files say; nothing here asks a host."""
