"""The small parts of every page: icons, states, figures, times. `{% load gh %}`."""

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from hypervisor_site import drawing, formats, looks
from vms.states import busy_state

register = template.Library()


@cache
def sprite_url() -> str:
    """Return where the icon sprite is; asked once, as the storage reads a manifest for it."""
    return static("icons/sprite.svg")


def hue(word: str) -> int:
    """Return 0..5, the same for the same word on every page."""
    return zlib.crc32(word.casefold().encode()) % 6


@register.simple_tag
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


def _shown(state: str, job: Any) -> tuple[str, str]:
    """Return the state to draw and its word; a job in flight wins."""
    shown = busy_state(job.kind) if job else state
    return shown, str(looks.look_of(shown).word)


@register.simple_tag
def disc(state: str, size: str = "", job: Any = None) -> SafeString:
    """Draw the disc of a state; `job` (a job in flight or None) turns it into a spinner."""
    shown, _word = _shown(str(state), job)
    look = looks.look_of(shown)
    glyph = icon(look.glyph) if look.glyph else ""
    large = " gh-disc--lg" if size == "lg" else ""
    return format_html(
        '<span class="gh-disc gh-disc--{}{}" data-disc="{}" aria-hidden="true">{}</span>',
        look.tone,
        large,
        shown,
        glyph,
    )


@register.simple_tag
def state_word(state: str, reason: str = "", job: Any = None) -> SafeString:
    """Write the word of a state in its colour, with the reason behind it."""
    shown, word = _shown(str(state), job)
    tone = looks.word_tone(shown)
    return format_html(
        '<span class="gh-word{}" data-word="{}"><span>{}</span>'
        '<span class="gh-word__reason">{}</span></span>',
        f" gh-word--{tone}" if tone else "",
        shown,
        word,
        f" {reason}" if reason else "",
    )


@register.simple_tag
def state(state: str, reason: str = "", job: Any = None) -> SafeString:
    """Draw disc and word."""
    return format_html(
        '<span class="gh-state">{}{}</span>', disc(state, job=job), state_word(state, reason, job)
    )


@register.simple_tag
def pill(state: str, reason: str = "", job: Any = None) -> SafeString:
    """Draw the pill of a page head."""
    shown, _word = _shown(str(state), job)
    tone = looks.pill_tone(shown)
    return format_html(
        '<span class="gh-pill{}" data-pill="{}">{}{}</span>',
        f" gh-pill--{tone}" if tone else "",
        shown,
        disc(state, job=job),
        state_word(state, reason, job),
    )


@register.simple_tag
def job_state(state: str, percent: float | None = None) -> SafeString:
    """Draw the icon and word of a job's state."""
    look = looks.job_look(str(state))
    spin = "gh-spin" if state == "running" else ""
    figure = f" {formats.percent(percent)}" if percent is not None and state == "running" else ""
    return format_html(
        '<span class="gh-job-state gh-job-state--{}" data-job-state="{}">{}'
        "<span>{}{}</span></span>",
        look.tone,
        state,
        icon(look.glyph, css=spin),
        look.word,
        figure,
    )


@register.simple_tag
def state_templates() -> SafeString:
    """Render every look once, for live.js to copy."""
    names = [*looks.MACHINE_LOOKS, *looks.HOST_LOOKS]
    states = format_html_join(
        "",
        '<template data-look="{}" data-word="{}" data-word-tone="{}" data-pill-tone="{}">'
        "{}</template>",
        (
            (
                name,
                looks.look_of(name).word,
                looks.word_tone(name),
                looks.pill_tone(name),
                disc(name),
            )
            for name in names
        ),
    )
    reasons = format_html_join(
        "",
        '<template data-reason="{}" data-word="{}"></template>',
        looks.REASON_WORDS.items(),
    )
    jobs = format_html_join(
        "",
        '<template data-job-look="{}">{}</template>',
        ((name, job_state(name)) for name in looks.JOB_LOOKS),
    )
    return format_html("{}{}{}", states, reasons, jobs)


@register.simple_tag
def meter(
    value: float | None,
    label: str = "",
    kind: str = "",
    add: float = 0,
    thick: bool = False,
    stale: bool = False,
    tone: str = "",
) -> SafeString:
    """Draw a bar of 0..100: grey, amber from 80, brick from 90. `tone` fixes the colour."""
    return drawing.meter(
        value, label=label, kind=kind, add=add, thick=thick, stale=stale, tone=tone
    )


@register.simple_tag
def sparkline(
    values: Iterable[float | None],
    width: int = 52,
    height: int = 18,
    label: str = "",
    tone: str = "",
    max: float = 100,
) -> SafeString:
    """Draw the last values as a line, amber when the last reaches 85% of `max`."""
    return drawing.sparkline(
        list(values or ()), width=width, height=height, label=label, tone=tone, high=max
    )


@register.simple_tag
def windows(guests: Iterable[Any], per_row: int = 22, label: str = "") -> SafeString:
    """Draw one mark a guest. Guests are objects or mappings with name, state and url."""

    def read(guest: Any, name: str) -> str:
        return str(guest.get(name, "") if isinstance(guest, Mapping) else getattr(guest, name, ""))

    drawn = [
        drawing.Guest(
            read(guest, "name"),
            read(guest, "state"),
            str(looks.look_of(read(guest, "state")).word),
            read(guest, "url"),
        )
        for guest in guests
    ]
    return drawing.windows(drawn, per_row=per_row, label=label or _("Machines"))


@register.simple_tag
def avatar(person: Any, size: int = 22, square: bool = False) -> SafeString:
    """Draw the initials of a person (round) or a team (square) in their colour."""
    return _avatar(str(getattr(person, "display_name", None) or person or "?"), size, square)


@lru_cache(maxsize=2048)
def _avatar(name: str, size: int, square: bool) -> SafeString:
    words = name.split()
    letters = words[0][0] if square else "".join(word[0] for word in words[:2])
    colour = hue(name)
    classes = "gh-av" + (f" gh-av--{colour}" if colour else "")
    classes += f" gh-av--{size}" if size != 22 else ""
    classes += " gh-av--square" if square else ""
    return format_html(
        '<span class="{}" title="{}" aria-hidden="true">{}</span>', classes, name, letters.upper()
    )


@register.simple_tag
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


@register.simple_tag
def time_tag(moment: datetime | None) -> SafeString:
    """Write a time short, with the exact one as its tooltip."""
    if moment is None:
        return mark_safe(formats.NOTHING)
    return format_html(
        '<time datetime="{}" data-tip="{}">{}</time>',
        moment.isoformat(),
        formats.exact(moment),
        formats.clock(moment),
    )


@register.simple_tag
def as_of(moment: datetime | None) -> SafeString:
    """Write how old a figure is: "as of 13:52"."""
    if moment is None:
        return SafeString("")
    return format_html(
        '<time class="gh-ink-3" datetime="{}">{}</time>',
        moment.isoformat(),
        _("as of %s") % formats.clock(moment),
    )


@register.filter
def up(moment: datetime | None) -> str:
    """Write how long ago, short: "41 d"."""
    return formats.NOTHING if moment is None else formats.short_duration(formats.age(moment))


@register.filter
def duration_words(moment: datetime | None) -> str:
    """Write how long ago, in words: "41 days"."""
    return formats.NOTHING if moment is None else formats.long_duration(formats.age(moment))


@register.filter
def duration(seconds: float | None) -> str:
    """Write seconds in their two largest units."""
    return formats.NOTHING if seconds is None else formats.exact_duration(seconds)


@register.filter
def dash(value: Any) -> Any:
    """Write a dash for nothing."""
    return formats.NOTHING if value is None or value == "" else value


@register.filter
def language_word(code: str) -> str:
    """Write a language in itself: "Deutsch", without its country."""
    return str(get_language_info(code.partition("-")[0])["name_local"]).capitalize()


@register.filter
def count(value: int) -> str:
    """Write a whole number with its separators: "1,024"."""
    return str(formats.number_format(value, decimal_pos=0, force_grouping=True))


@register.filter
def share(value: float | None, whole: float | None) -> float | None:
    """Return `value` as per cent of `whole`, None where either is unknown."""
    return None if value is None or not whole else value / whole * 100


register.filter("gib", formats.size)
register.filter("gib_number", formats.gib_number)
register.filter("rate", formats.rate)
register.filter("bitrate", formats.bitrate)
register.filter("percent", formats.percent)


@register.simple_tag
def job_title(job: Any) -> str:
    """Write what a job does to what: "Start web01"."""
    return _("%(action)s %(name)s") % {
        "action": looks.job_title(job.kind),
        "name": job.target_name,
    }


@register.simple_tag
def field_kind(field: BoundField) -> str:
    """Say how to lay a form field out: check, radios or input."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    return "radios" if isinstance(widget, RadioSelect) else "input"


@register.simple_tag
def field_input(field: BoundField, switch: str = "") -> SafeString:
    """Render the input of a form field with our classes, tied to its hint and errors."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        css = "gh-switch" if switch else "gh-check"
    else:
        css = "form-select" if isinstance(widget, Select) else "form-control"
    attrs = {"class": f"{css} {widget.attrs.get('class', '')}".strip()}
    if field.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"}
    return field.as_widget(attrs=attrs)
