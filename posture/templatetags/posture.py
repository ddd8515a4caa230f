"""What the pages of machines and hosts say about their posture, and how a score is drawn."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.access import Person
from hosts.models import Host
from posture import things
from posture.access import may_read_machine
from posture.models import Acceptance
from posture.scoring import Score
from posture.severity import Severity
from vms.models import VM

register = template.Library()
ICONS: dict[str, str] = {
    Severity.CRITICAL: "hand-stop",
    Severity.HIGH: "alert-circle",
    Severity.MEDIUM: "alert-triangle",
    Severity.LOW: "arrow-down",
    Severity.ADVICE: "info-circle",
}
GOOD, FAIR = 90, 60  # from here a score is drawn as healthy, or as worth a look


@register.simple_tag(takes_context=True)
def posture_of(context: dict[str, Any], thing: VM | Host) -> things.Thing | None:
    """Judge a machine or host for the reader; None where they may not read that."""
    user: Person = context["request"].user
    if isinstance(thing, VM):
        return things.machine(thing, user) if may_read_machine(user, thing) else None
    return things.host(thing, user)


@register.simple_tag
def score_bar(score: Score) -> SafeString:
    """Draw what holds, what is not known and what is lost, as parts of a hundred."""
    if score.value is None:
        return SafeString()
    passed = max(0.0, 100 - score.lost - score.unknown)
    label = _("%(passed)s points hold, %(unknown)s are not known, %(lost)s are lost") % {
        "passed": f"{passed:.0f}",
        "unknown": f"{score.unknown:g}",
        "lost": f"{score.lost:g}",
    }
    return format_html(
        '<svg class="gh-score-bar" role="img" aria-label="{}">'
        '<rect class="gh-score-bar__passed" width="{}%" height="100%"/>'
        '<rect class="gh-score-bar__unknown" x="{}%" width="{}%" height="100%"/>'
        '<rect class="gh-score-bar__lost" x="{}%" width="{}%" height="100%"/></svg>',
        label,
        f"{passed:.1f}",
        f"{passed:.1f}",
        f"{score.unknown:.1f}",
        f"{passed + score.unknown:.1f}",
        f"{score.lost:.1f}",
    )


@register.filter
def severity_icon(severity: str) -> str:
    """Return the icon of a severity."""
    return ICONS.get(severity, "circle")


@register.filter
def score_tone(score: Score) -> str:
    """Return how a score is drawn: leaf, amber, brick, or not at all."""
    if score.value is None:
        return ""
    if score.value >= GOOD:
        return "leaf"
    return "amber" if score.value >= FAIR else "brick"


@register.filter
def who_accepted(acceptance: Acceptance) -> str:
    """Return who lets a finding stand."""
    return acceptance.made_by.display_name if acceptance.made_by else _("somebody who is gone")
