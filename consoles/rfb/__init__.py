"""The remote framebuffer protocol (RFC 6143), as much of it as a console gateway has to speak."""
