"""What consoles showed, kept on the portal's own disk and played back in the browser."""
