"""Small helpers of the checks."""


def version(text: str) -> tuple[int, ...]:
    """Return a dotted version so that it can be compared."""
    return tuple(int(part) for part in text.split(".") if part.isdigit())
