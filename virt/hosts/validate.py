"""What does virt-host-validate say? One line for each thing that it looks at."""

import re
from dataclasses import dataclass

_LINE = re.compile(r"\s*\w+: Checking (?:for|if) (.+?)\s*: (PASS|WARN|FAIL|NOTE)(?: \((.*)\))?\s*$")
_CGROUP = re.compile(r"cgroup '(\w+)' controller")


@dataclass(frozen=True, slots=True)
class ValidateLine:
    """One thing: `state` is ok, warn or fail, `hint` what the tool advises, in its own words."""

    what: str
    state: str
    hint: str = ""

    @property
    def controller(self) -> str:
        """Return the cgroup controller that it is about, or ""."""
        found = _CGROUP.match(self.what)
        return found[1] if found else ""

    @property
    def is_about_acceleration(self) -> bool:
        """Tell whether a guest that ran for a moment knows better."""
        return "hardware virtualization" in self.what or "/dev/kvm" in self.what


def read_lines(text: str) -> tuple[ValidateLine, ...]:
    """Return the lines of the tool's output in the C locale; what is none is left out."""
    states = {"PASS": "ok", "WARN": "warn", "FAIL": "fail", "NOTE": "ok"}
    found = (_LINE.match(line) for line in text.splitlines())
    return tuple(ValidateLine(it[1], states[it[2]], it[3] or "") for it in found if it)
