"""Ids as people and programs send them: whatever no row can have is left out."""

from collections.abc import Iterable

BIGGEST = 2**63 - 1


def ids_in(words: Iterable[str]) -> list[int]:
    """Return the words that can be ids, in order."""
    plain = (word for word in words if word.isdecimal() and len(word) <= len(str(BIGGEST)))
    return [number for number in map(int, plain) if number <= BIGGEST]
