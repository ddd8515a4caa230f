"""Where is something shown, where is it mended, and what is typed for it?"""

import shlex

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .checks import Check
from .models import Finding

SITE_PAGES = {
    "users": "accounts_users",
    "teams": "teams:list",
    "tokens": "accounts_tokens",
    "record": "jobs:record",
    "hooks": "notices:webhooks",
}
HOST_PAGES = {"host": "hosts:detail", "host-edit": "hosts:edit"}
VM_PAGES = {
    "vm": "vms:detail",
    "hardware": "vms:hardware",
    "share": "vms:share",
    "keep": "vms:keep",
    "backups": "backups:machine",
    "console": "consoles:room",
}
WORDS: dict[str, str | Promise] = {
    "users": gettext_lazy("Users"),
    "teams": gettext_lazy("Teams"),
    "tokens": gettext_lazy("API tokens"),
    "record": gettext_lazy("Audit record"),
    "hooks": gettext_lazy("Webhooks"),
    "host": gettext_lazy("Open the host"),
    "host-edit": gettext_lazy("Edit its address"),
    "vm": gettext_lazy("Open the machine"),
    "hardware": gettext_lazy("Hardware"),
    "share": gettext_lazy("Share…"),
    "keep": gettext_lazy("Give it an end"),
    "backups": gettext_lazy("Backups"),
    "console": gettext_lazy("Open the console"),
}
SOMETHING = "NAME"  # in a command for several things


def name_of(finding: Finding) -> str:
    """Return what the finding is about."""
    if finding.vm is not None:
        return finding.vm.name
    return finding.host.name if finding.host is not None else _("Portal")


def link_of(finding: Finding) -> str:
    """Return where the thing itself is shown, "" for the portal."""
    if finding.vm_id is not None:
        return reverse("vms:detail", args=[finding.vm_id])
    return reverse("hosts:detail", args=[finding.host_id]) if finding.host_id else ""


def page_of(check: Check, *, host_id: int | None = None, vm_id: int | None = None) -> str:
    """Return where in Guesthouse it is mended, "" where that is elsewhere."""
    if check.page in SITE_PAGES:
        return reverse(SITE_PAGES[check.page])
    if check.page in HOST_PAGES and host_id is not None:
        return reverse(HOST_PAGES[check.page], args=[host_id])
    if check.page in VM_PAGES and vm_id is not None:
        return reverse(VM_PAGES[check.page], args=[vm_id])
    return ""


def word_of(check: Check) -> str:
    """Return what the link to that page says."""
    return str(WORDS.get(check.page, ""))


def command_of(check: Check, name: str = "") -> str:
    """Return what is typed, or the line of a file; names are quoted for a shell."""
    if not check.command:
        return ""
    if check.key == "files-open":
        name = str(settings.DATA_DIR)
    if len(check.command) == 1:
        return check.command[0]
    return shlex.join(word.format(name=name or SOMETHING) for word in check.command)
