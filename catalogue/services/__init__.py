"""What is offered, and changing it."""

from .offering import (
    find_size,
    find_size_for,
    images_for,
    is_source_for,
    networks_for,
    seen_networks,
    sizes_for,
)

__all__ = [
    "find_size",
    "find_size_for",
    "images_for",
    "is_source_for",
    "networks_for",
    "seen_networks",
    "sizes_for",
]
