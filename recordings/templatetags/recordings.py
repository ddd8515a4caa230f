"""Lengths and ends of recordings in templates."""

from django import template

from recordings.models import Recording
from recordings.reasons import words_of

register = template.Library()


@register.filter
def clock_length(seconds: float) -> str:
    """Write a length as players do: "1:02:03", "4:05"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def end_words(recording: Recording) -> str:
    """Return why it ended."""
    return words_of(recording.end_reason)
