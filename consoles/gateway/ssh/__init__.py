"""What happens in an SSH console, from the first frame to the terminal's end."""
