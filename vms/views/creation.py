"""What the page of a new machine offers, and what the choices so far come to."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ActionRefused, is_admin
from accounts.models import User
from hosts.models import Host
from vms.choices import NO_NETWORK, default_network, list_images, list_isos
from vms.forms import CreateForm
from vms.names import BadName, check_free
from vms.placement import choose_host
from vms.services.wishes import Wish, read_wish
from vms.sizes import CUSTOM, GIB, MIB, SIZES, Size

LEADING_SIZES = ("tiny", "small", "medium", "large")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice card."""

    value: str
    name: str | Promise
    line: str | Promise
    icon: str
    is_chosen: bool


class Creation:
    """A new machine while it is being described by `user`."""

    def __init__(self, user: User, form: CreateForm, site: str) -> None:
        self.user = user
        self.form = form
        self.site = site
        self.is_admin = is_admin(user)

    def _value(self, name: str) -> str:
        if self.form.is_bound:
            return str(self.form.data.get(name, ""))
        return str(self.form.get_initial_for_field(self.form.fields[name], name) or "")

    @cached_property
    def sources(self) -> list[Option]:
        """The images, the way over an ISO, and the network."""
        chosen = self._value("source")
        options = [
            (f"image:{image.key}", image.name, image.summary, image.icon) for image in list_images()
        ]
        if self.isos:
            first = self.isos[0][0]
            value = chosen if chosen.startswith("iso:") else first
            words = gettext_lazy("Install from ISO")
            options.append((value, words, _("From a pool"), "disc"))
        network = gettext_lazy("Network boot")
        options.append(("network", network, _("PXE, on its first card"), "network"))
        return [
            Option(value, name, line, icon, value == chosen) for value, name, line, icon in options
        ]

    @cached_property
    def isos(self) -> list[tuple[str, str]]:
        """The media in pools, by key."""
        found = dict.fromkeys((iso.key, f"{iso.volume} ({iso.pool})") for iso in list_isos())
        return list(found)

    @property
    def sizes(self) -> list[tuple[Size, bool]]:
        """The named sizes, each with whether it is chosen."""
        chosen = self._value("size")
        return [(SIZES[key], key == chosen) for key in LEADING_SIZES if key in SIZES]

    @property
    def is_custom(self) -> bool:
        """Whether own amounts are chosen."""
        return self._value("size") == CUSTOM

    @property
    def name(self) -> str:
        """The name as typed."""
        return self._value("name").strip()

    @cached_property
    def name_problem(self) -> str:
        """Why the name cannot be taken; "" when it is free or not typed yet."""
        if not self.name:
            return ""
        try:
            check_free(self.name)
        except BadName as error:
            return str(error)
        return ""

    @cached_property
    def wish(self) -> Wish | None:
        """The checked wish, None while something is missing."""
        if not self.form.is_bound or not self.form.is_valid():
            return None
        try:
            return read_wish(self.form.to_request())
        except ActionRefused:
            return None

    @cached_property
    def amounts(self) -> tuple[int | None, int | None, int | None]:
        """Processors, memory and disk as they stand; None for what is not said yet."""
        if self.wish:
            return self.wish.vcpus, self.wish.memory, self.wish.disk
        if self.is_custom and self.form.is_bound:
            given = self.form.cleaned_data
            memory, disk = given.get("memory_mib"), given.get("disk_gib")
            return given.get("vcpus"), memory and memory * MIB, disk and int(disk * GIB)
        size = SIZES.get(self._value("size"))
        return (size.vcpus, size.memory, size.disk) if size else (None, None, None)

    @property
    def source_name(self) -> str | Promise:
        """What it is made from, in words."""
        chosen = self._value("source")
        by_iso = dict(self.isos)
        return by_iso.get(chosen) or next((o.name for o in self.sources if o.value == chosen), "")

    @cached_property
    def host(self) -> Host | None:
        """Where it would run, as things are now."""
        chosen = self._value("host") if self.is_admin else ""
        if chosen.isdecimal():
            return Host.objects.filter(pk=chosen).first()
        return choose_host(self.amounts[1] or 0, volume=self.wish.iso if self.wish else None)

    @cached_property
    def network(self) -> str:
        """The network it would get."""
        chosen = self._value("network")
        if chosen or self.host is None:
            return chosen
        return default_network(self.host)

    @property
    def has_network(self) -> bool:
        """Whether it gets a network card."""
        return bool(self.network) and self.network != NO_NETWORK

    @cached_property
    def problem(self) -> str:
        """Why nothing can be made now, "" otherwise."""
        if self.host is None:
            return _("No host that answers has room for this machine.")
        return ""

    @property
    def call(self) -> str:
        """The same as one call of the API."""
        body: dict[str, Any] = {"name": self.name or "NAME", "source": self._value("source")}
        body["size"] = self._value("size")
        if self.is_custom and self.wish:
            wish = self.wish
            body |= {"vcpus": wish.vcpus, "memory": wish.memory, "disk": wish.disk}
        for key in ("network", "firmware"):
            if self._value(key):
                body[key] = self._value(key)
        if self._value("tpm"):
            body["tpm"] = True
        if self.is_admin and self._value("host").isdecimal():
            body["host_id"] = int(self._value("host"))
        if self.form.is_bound and not self._value("start"):
            body["start"] = False
        return (
            f"curl -X POST {self.site}api/v1/vms \\\n"
            '  -H "Authorization: Bearer $TOKEN" \\\n'
            '  -H "Content-Type: application/json" \\\n'
            f"  -d '{json.dumps(body, indent=2)}'"
        )
