"""Read, build and edit libvirt's XML, always as a tree."""
