"""What did a check find? A code and facts; the words are `words.py`'s, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How a finding counts. `UNKNOWN` is what nobody can tell from here, and says so."""

    BLOCKER = "blocker"
    WARNING = "warning"
    PASSED = "passed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result. `about` tells several of one code apart, such as disks; `detail` is libvirt's."""

    code: str
    level: Level
    facts: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    fix: str = ""
    detail: str = ""

    @property
    def fix_about(self) -> str:
        """What its fix works on: a pool, a drive or a network."""
        return str(self.facts.get("pool") or self.about)

    @property
    def key(self) -> str:
        """What names it among the findings of one target."""
        return f"{self.code}:{self.about}" if self.about else self.code

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "code": self.code,
            "level": str(self.level),
            "facts": dict(self.facts),
            "about": self.about,
            "fix": self.fix,
            "detail": self.detail,
        }

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Finding":
        """Return what `as_json` made."""
        return cls(**{**stored, "level": Level(stored["level"])})


def blocker(
    code: str, *, about: str = "", fix: str = "", detail: str = "", **facts: Any
) -> Finding:
    """Return what stands against the migration."""
    return Finding(code, Level.BLOCKER, facts, about, fix, detail)


def warning(
    code: str, *, about: str = "", fix: str = "", detail: str = "", **facts: Any
) -> Finding:
    """Return what somebody should know."""
    return Finding(code, Level.WARNING, facts, about, fix, detail)


def passed(code: str, *, about: str = "", **facts: Any) -> Finding:
    """Return what is as it should be."""
    return Finding(code, Level.PASSED, facts, about)


def unknown(code: str, *, about: str = "", detail: str = "", **facts: Any) -> Finding:
    """Return what cannot be told."""
    return Finding(code, Level.UNKNOWN, facts, about, detail=detail)


def of_level(findings: Iterable[Finding], level: Level) -> list[Finding]:
    """Return the findings of one level, in their order."""
    return [finding for finding in findings if finding.level == level]
