"""What is there: facts read from a libvirt host.

Sizes are bytes, times aware UTC, unknown is None or empty.
"""
