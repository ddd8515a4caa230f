"""How do libvirt's units become bytes, and bytes a text."""

_EXPONENTS = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5, "e": 6}
KIB = 1024
MIB = 1024**2
GIB = 1024**3


def factor(unit: str) -> int:
    """Return the bytes in one libvirt unit: ``KiB`` and ``K`` are 1024, ``KB`` is 1000, nothing is
    1; unknown is 1.
    """
    unit = unit.strip().lower()
    exponent = _EXPONENTS.get(unit[:1])
    if exponent is None:
        return 1
    return int((1000 if unit[1:] == "b" else 1024) ** exponent)


def to_bytes(text: str | None, unit: str | None, default_unit: str = "KiB") -> int:
    """Return a size from XML in bytes; 0 when it is not a number."""
    try:
        return int((text or "").strip()) * factor(unit or default_unit)
    except ValueError:
        return 0


def to_kib(size: int) -> int:
    """Return bytes as whole KiB, rounded up, as libvirt wants memory."""
    return -(-size // KIB)


def human(size: int) -> str:
    """Return a size as people write it in virsh: ``4 GiB``, ``512 MiB``; for command lines and
    logs, not for pages.
    """
    for power, name in ((4, "TiB"), (3, "GiB"), (2, "MiB"), (1, "KiB")):
        if size and size % KIB**power == 0:
            return f"{size // KIB**power} {name}"
    return f"{size} B"
