"""Sizes, rates and times as people read them, in the language of the reader."""

from datetime import datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

NOTHING = "–"
BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
DECIMAL = ("B/s", "kB/s", "MB/s", "GB/s")
BITS = ("b/s", "kb/s", "Mb/s", "Gb/s")
GIB = 1024**3


def number(value: float) -> str:
    """Write a figure with one decimal below 100, none above or where it is whole."""
    rounded = round(value, 1)
    decimals = 0 if rounded >= 100 or rounded == int(rounded) else 1
    return _number(round(value, decimals), decimals, get_language())


@lru_cache(maxsize=4096)
def _number(value: float, decimals: int, _language: str | None) -> str:
    """Write a figure once: lists repeat them, and the reader's language takes long to look up."""
    return str(number_format(value, decimal_pos=decimals))


def scaled(value: float | None, units: tuple[str, ...], step: int) -> str:
    """Write `value` in the largest unit that keeps it at 1 or more."""
    if value is None:
        return NOTHING
    index = 0
    amount = float(value)
    while amount >= step and index < len(units) - 1:
        amount /= step
        index += 1
    return f"{number(amount)}\u00a0{units[index]}"


def size(value: float | None) -> str:
    """Write bytes: "8 GiB"."""
    return scaled(value, BINARY, 1024)


def gib_number(value: float | None) -> str:
    """Write bytes as a figure in GiB without the unit: "5.0"."""
    return NOTHING if value is None else number(value / GIB)


def rate(value: float | None) -> str:
    """Write bytes per second: "18 MB/s"."""
    return scaled(value, DECIMAL, 1000)


def bitrate(value: float | None) -> str:
    """Write bytes per second as bits: "212 Mb/s"."""
    return NOTHING if value is None else scaled(value * 8, BITS, 1000)


def percent(value: float | None) -> str:
    """Write 0..100 as "46%"."""
    return NOTHING if value is None else _percent(round(value), get_language())


@lru_cache(maxsize=1024)
def _percent(value: int, _language: str | None) -> str:
    return pgettext("figure", "%s%%") % value


def short_duration(seconds: float) -> str:
    """Write a duration in its largest unit, short: "41 d", "12 s"."""
    left = max(0, int(seconds))
    for length, unit in ((86_400, _("d")), (3_600, _("h")), (60, _("min"))):
        if left >= length:
            return f"{left // length}\u00a0{unit}"
    return f"{left}\u00a0{_('s')}"


def long_duration(seconds: float) -> str:
    """Write a duration in its largest unit, in words: "41 days"."""
    left = max(0, int(seconds))
    if left >= 86_400:
        return ngettext("%d day", "%d days", left // 86_400) % (left // 86_400)
    if left >= 3_600:
        return ngettext("%d hour", "%d hours", left // 3_600) % (left // 3_600)
    if left >= 60:
        return ngettext("%d minute", "%d minutes", left // 60) % (left // 60)
    return ngettext("%d second", "%d seconds", left) % left


def exact_duration(seconds: float) -> str:
    """Write a duration in its two largest units: "2 min 3 s"."""
    if seconds < 10:
        return f"{number(max(0.0, seconds))}\u00a0{_('s')}"
    left = int(seconds)
    for length, below in ((86_400, 3_600), (3_600, 60), (60, 1)):
        if left >= length:
            rest = left % length // below * below
            return short_duration(left) + (f" {short_duration(rest)}" if rest else "")
    return short_duration(left)


BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser(agent: str) -> str:
    """Write a browser's long signature short: "Firefox, Linux"; an unknown one as it is."""
    name = next((word for mark, word in BROWSERS if mark in agent), "")
    system = next((word for mark, word in SYSTEMS if mark in agent), "")
    return ", ".join(word for word in (name, system) if word) if name else agent[:60]


def up(moment: datetime | None) -> str:
    """Write how long ago, short: "41 d"."""
    return NOTHING if moment is None else short_duration(age(moment))


def age(moment: datetime) -> float:
    """Return the seconds since `moment`."""
    return (timezone.now() - moment).total_seconds()


def clock(moment: datetime) -> str:
    """Write a time: "14:02" today, "12 Nov, 21:14" this year, "12 Nov 2024" before."""
    local = timezone.localtime(moment)
    today = timezone.localdate()
    if local.date() == today:
        return date_format(local, pgettext("date format", "H:i"))
    if local.year == today.year:
        return date_format(local, pgettext("date format", "j M, H:i"))
    return date_format(local, pgettext("date format", "j M Y"))


def exact(moment: datetime) -> str:
    """Write a time to the second, for tooltips."""
    return date_format(timezone.localtime(moment), pgettext("date format", "j F Y, H:i:s e"))
