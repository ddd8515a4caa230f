"""Talk to libvirt hosts: the only package that imports libvirt, and it knows nothing of Django."""
