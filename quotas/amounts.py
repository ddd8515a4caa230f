"""Amounts in words and back: 5 pieces, "16 GiB"."""

import re

from django.utils.translation import gettext as _

from .models import IN_BYTES, Resource

UNITS = {"": 1, "B": 1, "KIB": 1024, "MIB": 1024**2, "GIB": 1024**3, "TIB": 1024**4}
SHORT = {"K": "KIB", "M": "MIB", "G": "GIB", "T": "TIB"}
AMOUNT = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*([A-Za-z]*)\s*")


def shown(resource: str, amount: int) -> str:
    """Return `amount` as people read it: "3", "512 MiB", "1.5 TiB"."""
    if resource not in IN_BYTES:
        return str(amount)
    for unit, size in (("TiB", 1024**4), ("GiB", 1024**3), ("MiB", 1024**2)):
        if amount >= size:
            return f"{amount / size:.2f}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{amount} B" if amount else "0 GiB"


def read_amount(resource: str, text: str) -> int | None:
    """Return the amount that a person typed; "" is None, no limit. Raises ValueError in words.

    Bytes without a unit are GiB.
    """
    if not text.strip():
        return None
    match = AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(_("Write a number, such as 8 or 16 GiB."))
    number, unit = float(match[1].replace(",", ".")), match[2].upper()
    if resource not in IN_BYTES:
        if unit or number != int(number):
            raise ValueError(_("Write a whole number."))
        return _bounded(int(number))
    unit = SHORT.get(unit, unit) or "GIB"
    if unit not in UNITS:
        raise ValueError(_("Write a number, such as 8 or 16 GiB."))
    return _bounded(int(number * UNITS[unit]))


def _bounded(amount: int) -> int:
    if amount > 2**60:
        raise ValueError(_("That is more than can be counted."))
    return amount


def label(resource: str) -> str:
    """Return the resource's name."""
    return str(Resource(resource).label)
