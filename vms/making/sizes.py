"""How big can a machine be made? The limits of any; the named sizes are the catalogue's. Bytes."""

from catalogue.seeding import CUSTOM as CUSTOM

MIB = 1024**2
GIB = 1024**3
MOST_VCPUS = 256
LEAST_MEMORY = 64 * MIB
MOST_MEMORY = 4096 * GIB
LEAST_DISK = 1 * MIB
MOST_DISK = 64 * 1024 * GIB
