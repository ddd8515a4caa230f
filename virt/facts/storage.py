"""What is a pool, and what a volume?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoolInfo:
    """Describe a storage pool; sizes are 0 while it is inactive."""

    uuid: str
    name: str
    kind: str = ""
    path: str = ""
    active: bool = False
    autostart: bool = False
    capacity: int = 0
    allocation: int = 0
    available: int = 0
    persistent: bool = True


@dataclass(frozen=True, slots=True)
class VolumeInfo:
    """Describe a volume. ``path`` and ``key`` are host paths: admins only."""

    pool: str
    name: str
    key: str = ""
    path: str = ""
    format: str = ""
    capacity: int = 0
    allocation: int = 0
    backing_path: str = ""
