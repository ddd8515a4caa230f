"""The two kinds of files: tapes of screens, and asciicasts of text consoles. Pure."""
