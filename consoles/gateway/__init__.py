"""The console gateway: one process, one thread for each open console, on websockify's handler."""
