"""Keys and secrets are in the memory of every process: no process leaves its memory on the disk."""

import resource


def write_none() -> None:
    """Forbid this process and its children to write a core when they die."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
