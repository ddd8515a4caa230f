"""Icons, avatars and tags: small, many on a page, so drawn once and kept."""

import zlib
from functools import cache, lru_cache
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .filling import fill


@cache
def sprite_url() -> str:
    """Return where the icon sprite is; asked once, as the storage reads a manifest for it."""
    return static("icons/sprite.svg")


def hue(word: str) -> int:
    """Return 0..5, the same for the same word on every page."""
    return zlib.crc32(word.casefold().encode()) % 6


def icon(name: str, size: int = 16, css: str = "", label: str = "") -> SafeString:
    """Draw an icon of the sprite. Without `label` it is decoration."""
    return _icon(name, size, css, str(label))


@lru_cache(maxsize=2048)
def _icon(name: str, size: int, css: str, label: str) -> SafeString:
    """Draw an icon once: a list has hundreds of them."""
    classes = "gh-icon" + (f" gh-icon--{size}" if size != 16 else "") + (f" {css}" if css else "")
    decoration = mark_safe('aria-hidden="true"')
    hidden = format_html('role="img" aria-label="{}"', label) if label else decoration
    title = format_html("<title>{}</title>", label) if label else ""
    return format_html(
        '<svg class="{}" {}>{}<use href="{}#{}"/></svg>', classes, hidden, title, sprite_url(), name
    )


def avatar(person: Any, size: int = 22, square: bool = False) -> SafeString:
    """Draw the initials of a person (round) or a team (square) in their colour."""
    if getattr(person, "is_service", False):
        return _program(str(person.display_name), size)
    return _avatar(str(getattr(person, "display_name", None) or person or "?"), size, square)


@lru_cache(maxsize=2048)
def _avatar(name: str, size: int, square: bool) -> SafeString:
    words = [word for word in name.split() if word[0].isalnum()] or name.split()
    letters = words[0][0] if square else "".join(word[0] for word in words[:2])
    colour = hue(name)
    classes = "gh-av" + (f" gh-av--{colour}" if colour else "")
    classes += f" gh-av--{size}" if size != 22 else ""
    classes += " gh-av--square" if square else ""
    return format_html(
        '<span class="{}" title="{}" aria-hidden="true">{}</span>', classes, name, letters.upper()
    )


@lru_cache(maxsize=512)
def _program(name: str, size: int) -> SafeString:
    """Draw the sign of a program in the place of a person."""
    classes = "gh-av gh-av--program" + (f" gh-av--{size}" if size != 22 else "")
    sign = icon("terminal-2", 14)
    return format_html(
        '<span class="{}" title="{}" aria-hidden="true">{}</span>', classes, name, sign
    )


DRIVER = (
    '<span class="gh-driver" data-face="{pk}" data-live-url="/machines/{pk}/console/face/"{tip}>'
    "{face}</span>"
)


def driver_mark(pk: int, driver: Any = None) -> SafeString:
    """Draw who drives a machine's console; empty while nobody does, and filled when one begins."""
    if not driver:
        return fill(DRIVER, pk=pk, tip="", face="")
    words = _("%(name)s drives its console") % {"name": driver.name}
    face = format_html(
        '{}<span class="visually-hidden">{}</span>', avatar(driver.face, size=18), words
    )
    return format_html(DRIVER, pk=pk, tip=format_html(' data-tip="{}"', words), face=face)


def tag(name: Any, href: str = "") -> SafeString:
    """Draw a tag; the colour of its dot comes from its name."""
    return _tag(str(name), href)


@lru_cache(maxsize=2048)
def _tag(word: str, href: str) -> SafeString:
    element = "a" if href else "span"
    link = format_html(' href="{}"', href) if href else ""
    return format_html(
        '<{} class="gh-tag"{}><i class="gh-tag__dot gh-tag__dot--{}"></i>{}</{}>',
        element,
        link,
        hue(word),
        word,
        element,
    )
