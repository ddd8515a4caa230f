"""What is a check: of what, how bad, in words, and what to do about it."""

from dataclasses import dataclass

from django.utils.functional import Promise

from posture.severity import WEIGHTS, Area, Part, Severity

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at.

    `title` says what is wrong where it does not hold. `fix` is what to do, `command` what to type:
    words with {name} for the host or machine, or one line for a file. `page` names the place in
    Guesthouse where it is done: see `posture.links`.
    """

    key: str
    part: Part
    area: Area
    severity: Severity
    title: Words
    why: Words
    fix: Words
    command: tuple[str, ...] = ()
    page: str = ""

    @property
    def weight(self) -> int:
        """What it weighs in a score."""
        return WEIGHTS[self.severity]
