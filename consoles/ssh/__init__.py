"""SSH to a machine in the browser: where it may go, which host key is right, what is said."""
