"""How is libvirt called: bounded, few at a time, one event loop, and where a call may hang."""
