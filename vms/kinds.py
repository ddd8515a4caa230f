"""The kinds of jobs of this room."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

from .states import IN_FLIGHT, busy_state


def _kind(
    action: str, module: str, title: str | Promise, icon: str, *, cancellable: bool = False
) -> Kind:
    name = f"vm.{action}"
    return Kind(
        name=name,
        handler=f"vms.operations.{module}.{action}",
        title=title,
        busy=IN_FLIGHT[busy_state(name)],
        icon=icon,
        is_cancellable=cancellable,
    )


register(
    _kind("start", "power", _("Start"), "player-play"),
    _kind("shutdown", "power", _("Shut down"), "power", cancellable=True),
    _kind("reboot", "power", _("Restart"), "reload"),
    _kind("reset", "power", _("Reset"), "refresh"),
    _kind("force_off", "power", _("Force off"), "bolt"),
    _kind("pause", "power", _("Pause"), "player-pause"),
    _kind("resume", "power", _("Resume"), "player-play"),
    _kind("save", "saving", _("Save state"), "moon", cancellable=True),
    _kind("restore", "saving", _("Restore"), "restore"),
    _kind("discard_save", "saving", _("Discard saved state"), "trash"),
    _kind("rename", "lifecycle", _("Rename"), "pencil"),
    _kind("autostart", "lifecycle", _("Start with the host"), "server-2"),
    _kind("medium", "medium", _("Change the CD"), "disc"),
    _kind("resize", "resizing", _("Change the size"), "cpu"),
    _kind("keep_size", "resizing", _("Keep the present size"), "arrow-back-up"),
    _kind("grow", "growing", _("Grow a disk"), "database"),
    _kind("recycle", "recycling", _("Move to the recycle bin"), "trash", cancellable=True),
    _kind("recover", "recycling", _("Restore from the recycle bin"), "restore"),
    _kind("delete", "deleting", _("Delete"), "trash"),
    _kind("create", "creating", _("Create"), "plus", cancellable=True),
)
