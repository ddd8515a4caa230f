"""How bad is a finding, and what does it cost? The one table behind every score.

See decision 0020 for why it is made like this.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    """How bad it is that a check does not hold, worst first."""

    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")
    ADVICE = "advice", _("Advice")


class Area(models.TextChoices):
    """What a check is about."""

    SIGN_IN = "sign-in", _("Sign-in and accounts")
    TRANSPORT = "transport", _("Connections")
    SECRETS = "secrets", _("Secrets and records")
    CONFINEMENT = "confinement", _("Confinement")
    DISPLAYS = "displays", _("Displays and consoles")
    DATA = "data", _("Data")
    UPKEEP = "upkeep", _("Upkeep")


class Part(models.TextChoices):
    """Of what a check is made."""

    SITE = "site", _("Portal")
    HOST = "host", _("Hosts")
    VM = "vm", _("Machines")


# How much a check weighs. Advice costs nothing.
WEIGHTS: dict[str, int] = {
    Severity.CRITICAL: 40,
    Severity.HIGH: 15,
    Severity.MEDIUM: 5,
    Severity.LOW: 2,
    Severity.ADVICE: 0,
}
# The most that a score can be while a finding of this severity stands.
CEILINGS: dict[str, int] = {Severity.CRITICAL: 49, Severity.HIGH: 79}
# How much each part counts in the score of the whole site.
SHARES: dict[str, int] = {Part.SITE: 40, Part.HOST: 30, Part.VM: 30}
SEVERE = (Severity.CRITICAL, Severity.HIGH)
