"""The small parts of every page: icons, states, figures, times. `{% load gh %}`."""

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from hypervisor_site import drawing, formats, looks, machine_row, parts, stating

register = template.Library()

for part in (
    parts.icon,
    parts.avatar,
    parts.driver_mark,
    parts.tag,
    stating.as_of,
    stating.disc,
    stating.state_word,
    stating.state,
    stating.pill,
    stating.job_state,
    stating.state_templates,
    machine_row.machine_row,
):
    register.simple_tag(part)


@register.simple_tag
def drawn_at() -> str:
    """Return the time in POSIX seconds, so that a page can ask what it missed since."""
    return f"{time.time():.3f}"


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
    return str(number_format(value, decimal_pos=0, force_grouping=True))


@register.filter
def share(value: float | None, whole: float | None) -> float | None:
    """Return `value` as per cent of `whole`, None where either is unknown."""
    return None if value is None or not whole else value / whole * 100


register.filter("browser", formats.browser)
register.filter("up", formats.up)
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
    attrs: dict[str, str | bool] = {"class": f"{css} {widget.attrs.get('class', '')}".strip()}
    if field.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"}
    return field.as_widget(attrs=attrs)
