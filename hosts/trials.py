"""How are the steps of a tested address told to people?"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hosts.failures import command_for, next_steps, sentence
from hosts.models import Transport
from hosts.wishes import HostWish, address_of_wish
from jobs.models import Job, JobState

TITLES: dict[str, str | Promise] = {
    "name": gettext_lazy("Name resolves"),
    "port": gettext_lazy("Port answers"),
    "host_key": gettext_lazy("The host shows its key"),
    "login": gettext_lazy("Guesthouse may sign in"),
    "libvirt": gettext_lazy("libvirt answers"),
}
MORE_SENTENCES: dict[str, str | Promise] = {
    "no-ssh": gettext_lazy("Something answers on the port, but it is not SSH."),
}


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One line: state is ok, fail, wait or skip."""

    key: str
    state: str
    title: str | Promise
    value: str = ""
    code: str = ""
    sentence: str = ""
    detail: str = ""
    next_steps: list[str] = field(default_factory=list)
    command: str = ""


@dataclass(frozen=True, slots=True)
class ShownTest:
    """A test of an address: its lines, and what to do now."""

    job: Job
    wish: HostWish
    steps: list[ShownStep]

    @property
    def is_running(self) -> bool:
        """Whether more lines come."""
        return self.job.is_active

    @property
    def is_ok(self) -> bool:
        """Whether every step passed."""
        return bool(self.job.result.get("is_ok")) and self.job.state == JobState.SUCCEEDED

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the key that would be pinned."""
        return str(self.job.result.get("fingerprint", ""))

    @property
    def failed(self) -> ShownStep | None:
        """The step that did not pass."""
        return next((step for step in self.steps if step.state == "fail"), None)

    @property
    def wants_key(self) -> bool:
        """Whether the host has to be told our key first."""
        failed = self.failed
        return failed is not None and failed.key == "login"

    @property
    def copy_command(self) -> str:
        """The line that puts our key on the host."""
        port = f" -p {self.wish.port}" if self.wish.port else ""
        user = self.wish.username or "root"
        return f"ssh-copy-id -f -i guesthouse.pub{port} {user}@{self.wish.hostname}"


def shown_test(job: Job) -> ShownTest:
    """Return the test of `job` for a page."""
    wish = HostWish(**job.params)
    keys = job.result.get("keys") or first_keys(wish)
    tried = {step["key"]: step for step in job.result.get("steps", [])}
    steps: list[ShownStep] = []
    is_over = not job.is_active
    for key in keys:
        if key in tried:
            steps.append(_shown(wish, tried[key]))
            is_over = is_over or tried[key]["state"] == "fail"
        else:
            steps.append(ShownStep(key, "skip" if is_over else "wait", TITLES[key]))
            is_over = True
    return ShownTest(job, wish, steps)


def first_keys(wish: HostWish) -> list[str]:
    """Return the steps before the worker has named them."""
    return (
        ["name"] if wish.transport in {Transport.SSH, Transport.TLS, Transport.TCP} else ["libvirt"]
    )


def _shown(wish: HostWish, step: dict[str, str]) -> ShownStep:
    code, key = step["code"], step["key"]
    if step["state"] != "fail":
        return ShownStep(key, step["state"], TITLES[key], _value(step))
    addr = address_of_wish(wish)
    text = str(MORE_SENTENCES.get(code, "")) or sentence(code, addr, wish.name)
    return ShownStep(
        key,
        "fail",
        TITLES[key],
        step["value"],
        code=code,
        sentence=text,
        detail=step["detail"],
        next_steps=[str(line) for line in next_steps(code)],
        command=command_for(code, wish.transport),
    )


def _value(step: dict[str, str]) -> str:
    """Say what a passed step found."""
    if step["key"] != "libvirt":
        return step["value"]
    counts = dict(part.split("=", 1) for part in step["detail"].split() if "=" in part)
    number = int(counts.get("machines", 0))
    machines = ngettext("%(number)d machine", "%(number)d machines", number) % {"number": number}
    return _("%(version)s, %(machines)s") % {"version": step["value"], "machines": machines}
