"""The kinds of jobs of this room."""

from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

register(
    Kind(
        "address.keep",
        "addresses.operations.keeping.keep",
        _("Reserve an address"),
        _("Reserving an address"),
        icon="id",
    ),
    Kind(
        "address.release",
        "addresses.operations.keeping.release",
        _("Give an address back"),
        _("Giving an address back"),
        icon="id",
    ),
)
