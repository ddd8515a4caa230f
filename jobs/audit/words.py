"""The record in the reader's language: outcomes, actions, times, and what changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from jobs.kinds import find_kind
from jobs.models import AuditEntry

OUTCOMES: dict[str, tuple[str | Promise, str, str]] = {
    "asked": (_("Asked for"), "clock", ""),
    "done": (_("Done"), "circle-check", "leaf"),
    "succeeded": (_("Done"), "circle-check", "leaf"),
    "failed": (_("Failed"), "alert-circle", "brick"),
    "denied": (_("Refused"), "hand-stop", "brick"),
    "cancelled": (_("Cancelled"), "circle-minus", ""),
    "cancel-asked": (_("Asked to stop"), "circle-minus", "amber"),
    "undetermined": (_("Undetermined"), "alert-triangle", "amber"),
}
ACTIONS: dict[str, str | Promise] = {
    "session.sign_in": _("Sign in"),
    "session.sign_out": _("Sign out"),
    "audit.export": _("Export the audit record"),
    "user.create": _("Make a person"),
    "user.lock": _("Lock a person out"),
    "user.unlock": _("Let a person in again"),
    "user.promote": _("Make an administrator"),
    "user.demote": _("End administration"),
    "user.reset_password": _("Reset a password"),
    "user.sign_out": _("Sign a person out"),
    "token.create": _("Make a token"),
    "token.revoke": _("Revoke a token"),
    "team.create": _("Make a team"),
    "team.change": _("Change a team"),
    "team.delete": _("Delete a team"),
    "team.member_add": _("Add a member"),
    "team.member_change": _("Change a member's role"),
    "team.member_remove": _("Take out a member"),
    "team.hand_out": _("Hand out machines"),
    "team.invite": _("Invite somebody"),
    "team.invitation_accept": _("Accept an invitation"),
    "team.invitation_revoke": _("Revoke an invitation"),
    "team.service_create": _("Make a service account"),
    "team.service_change": _("Change a service account"),
    "team.service_disable": _("Disable a service account"),
    "team.service_enable": _("Enable a service account"),
    "team.service_delete": _("Delete a service account"),
    "team.service_token": _("Make a token of a service account"),
    "team.service_revoke": _("Revoke a token of a service account"),
    "role.create": _("Make a role"),
    "role.change": _("Change a role"),
    "role.delete": _("Delete a role"),
    "request.ask": _("Ask for something"),
    "request.approve": _("Approve a request"),
    "request.decline": _("Decline a request"),
    "request.withdraw": _("Withdraw a request"),
    "quota.change": _("Change a quota"),
    "user.site_role": _("Change a site role"),
    "console.open": _("Open a console"),
    "console.join": _("Come to a console by a link"),
    "console.share": _("Share a console by link"),
    "console.unshare": _("End a link to a console"),
    "console.hand_over": _("Hand a console over"),
    "console.take": _("Take a console over"),
    "console.ssh": _("Sign in to a machine by SSH"),
    "console.ssh_end": _("End an SSH session"),
    "console.ssh_key": _("Accept another SSH host key"),
    "console.ssh_port": _("Change the port for SSH"),
    "console.rdp": _("Sign in to a machine by RDP"),
    "console.rdp_end": _("End an RDP session"),
    "console.rdp_certificate": _("Accept another RDP certificate"),
    "console.rdp_port": _("Change the port for RDP"),
    "recording.start": _("Start a recording"),
    "recording.stop": _("Stop a recording"),
    "recording.end": _("A recording ended"),
    "recording.view": _("Watch a recording"),
    "recording.export": _("Download a recording"),
    "recording.delete": _("Delete a recording"),
    "recording.expire": _("Delete a recording at its end"),
    "vm.keep_until": _("Change an end"),
    "vm.came_out": _("Take out of the recycle bin"),
    "vm.screen_failed": _("Shows a failure"),
    "host.duty": _("Put a host into maintenance, or out of it"),
    "host.teams": _("Keep a host for teams"),
    "balance.switch": _("Let machines be spread by themselves, or not"),
    "group.create": _("Make a placement group"),
    "group.edit": _("Change a placement group"),
    "group.delete": _("End a placement group"),
    "group.machines": _("Choose the machines of a placement group"),
    "vm.grant": _("Share a machine"),
    "vm.grant_change": _("Change what is shared"),
    "vm.grant_remove": _("Stop sharing a machine"),
    "vm.grant_end": _("End what was shared until now"),
    "catalogue.size_add": _("Add a size"),
    "catalogue.size_edit": _("Change a size"),
    "catalogue.size_delete": _("Delete a size"),
    "catalogue.size_move": _("Move a size"),
    "webhook.create": _("Make a webhook"),
    "webhook.change": _("Change a webhook"),
    "webhook.delete": _("Delete a webhook"),
    "webhook.secret": _("New secret of a webhook"),
    "webhook.test": _("Test a webhook"),
    "webhook.again": _("Send to a webhook again"),
    "notice.target_add": _("Add a target for notices"),
    "notice.target_remove": _("Remove a target for notices"),
    "posture.accept": _("Let a security finding stand"),
    "posture.take_back": _("Let a security finding count again"),
    "posture.found": _("A severe security finding is new"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a line's deed ended: word, icon and tone."""

    word: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a line tells of: a fact, or one with what it was before."""

    name: str
    before: str
    after: str
    is_change: bool


def outcome_of(entry: AuditEntry) -> Outcome:
    """Return how the deed ended; an unknown word stays as it is."""
    word, icon, tone = OUTCOMES.get(entry.outcome, (entry.outcome, "circle-check", ""))
    return Outcome(str(word), icon, tone)


def action_of(entry: AuditEntry) -> str:
    """Return the deed in words where there are any, else ""."""
    if words := ACTIONS.get(entry.action):
        return str(words)
    title = str(find_kind(entry.action).title)
    return "" if title == entry.action else title


def moment(at: datetime) -> str:
    """Write a time to the second, as the reader's language does."""
    return date_format(timezone.localtime(at), pgettext("date format", "j M Y, H:i:s"))


def changes_of(entry: AuditEntry) -> list[Change]:
    """Return what the line tells of in detail: what changed first."""
    detail = entry.detail if isinstance(entry.detail, dict) else {}
    before, after = _part(detail, "before"), _part(detail, "after")
    changed = [
        Change(name, _plain(before.get(name)), _plain(after.get(name)), bool(before))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
    rest = [
        Change(name, "", _plain(value), False)
        for name, value in detail.items()
        if name not in {"before", "after"} and value not in (None, "", {}, [])
    ]
    return changed + rest


def _part(detail: dict[str, Any], name: str) -> dict[str, Any]:
    value = detail.get(name)
    if isinstance(value, dict):
        return value
    return {} if value is None else {"": value}


def _plain(value: Any) -> str:
    """Write a JSON value as people read it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value) or "–"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(one)}" for name, one in value.items()) or "–"
    return str(value)
