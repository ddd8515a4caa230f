"""What happens on the hosts: one thread for each, from libvirt's events to rows and live pages.

`register_mirror` is how the room above hears of guests. Import the other modules directly.
"""
