"""States as people see them: disc, word and pill, and the templates from which live pages copy."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vms.states import busy_state

from . import formats, looks
from .parts import icon


def as_of(moment: datetime | None) -> SafeString:
    """Write how old a figure is: "as of 13:52"."""
    if moment is None:
        return SafeString("")
    return format_html(
        '<time class="gh-ink-3" datetime="{}">{}</time>',
        moment.isoformat(),
        _("as of %s") % formats.clock(moment),
    )


def _shown(state: str, job: Any) -> str:
    """Return the state to draw; a job in flight wins."""
    return str(busy_state(job.kind) if job else state)


def disc(state: str, size: str = "", job: Any = None) -> SafeString:
    """Draw the disc of a state; `job` (a job in flight or None) turns it into a spinner."""
    return _disc(_shown(state, job), size)


@lru_cache(maxsize=256)
def _disc(shown: str, size: str) -> SafeString:
    """Draw a disc once: every row has one."""
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


def state_word(state: str, reason: str = "", job: Any = None) -> SafeString:
    """Write the word of a state in its colour, with the reason behind it."""
    return _state_word(_shown(state, job), str(reason), get_language())


@lru_cache(maxsize=1024)
def _state_word(shown: str, reason: str, _language: str | None) -> SafeString:
    tone = looks.word_tone(shown)
    return format_html(
        '<span class="gh-word{}" data-word="{}"><span>{}</span>'
        '<span class="gh-word__reason">{}</span></span>',
        f" gh-word--{tone}" if tone else "",
        shown,
        looks.look_of(shown).word,
        f" {reason}" if reason else "",
    )


def state(state: str, reason: str = "", job: Any = None) -> SafeString:
    """Draw disc and word."""
    return format_html(
        '<span class="gh-state">{}{}</span>', disc(state, job=job), state_word(state, reason, job)
    )


def pill(state: str, reason: str = "", job: Any = None) -> SafeString:
    """Draw the pill of a page head."""
    shown = _shown(state, job)
    tone = looks.pill_tone(shown)
    return format_html(
        '<span class="gh-pill{}" data-pill="{}">{}{}</span>',
        f" gh-pill--{tone}" if tone else "",
        shown,
        disc(state, job=job),
        state_word(state, reason, job),
    )


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


def state_templates() -> SafeString:
    """Render every look once, for live.js to copy."""
    return _templates(get_language() or "")


@lru_cache(maxsize=8)
def _templates(_language: str) -> SafeString:
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
