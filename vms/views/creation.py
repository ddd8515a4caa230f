"""What the page of a new machine offers, and what the choices so far come to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ActionRefused, is_admin
from accounts.models import Team, User
from catalogue.models import Size
from catalogue.services import is_source_for
from hosts.models import Host
from quotas.services import TEAM, Line, preview
from vms.counting import wanted_of
from vms.forms import CreateForm
from vms.making.choices import NO_NETWORK, default_network, list_images, list_isos
from vms.making.sizes import CUSTOM, GIB, MIB
from vms.names import BadName, check_free, is_free_on, numbered, shown_names
from vms.placement import Need, Verdict, judge
from vms.services.approving import decides, why_creation_waits
from vms.services.keeping import last_end, usual_end
from vms.services.placing import need_for
from vms.services.wishes import Wish, read_wish

from . import code, terraform
from .quota import QuotaRow, leaves, room_for


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

    @property
    def team(self) -> Team | None:
        """The team that it is for; None for a personal one."""
        return self.form.for_team

    @property
    def teams(self) -> list[tuple[str, str | Promise, bool]]:
        """The teams to choose from, each with whether it is chosen."""
        chosen = self.team.slug if self.team else ""
        field: Any = self.form.fields["team"]
        return [(slug, name, slug == chosen) for slug, name in field.choices]

    def value(self, name: str) -> str:
        """Return a field as it is typed, or as it is offered."""
        if self.form.is_bound:
            return str(self.form.data.get(name, ""))
        if name not in self.form.fields:
            return ""
        return str(self.form.get_initial_for_field(self.form.fields[name], name) or "")

    @cached_property
    def sources(self) -> list[Option]:
        """The images, the way over an ISO, and the network: what the team is offered of them."""
        chosen = self.value("source")
        options = [
            (f"image:{image.key}", image.name, image.summary, image.icon) for image in list_images()
        ]
        if self.isos:
            value = chosen if chosen.startswith("iso:") else self.isos[0][0]
            words = gettext_lazy("Install from ISO")
            options.append((value, words, _("From a pool"), "disc"))
        network = gettext_lazy("Network boot")
        options.append(("network", network, _("PXE, on its first card"), "network"))
        return [
            Option(value, name, line, icon, value == chosen)
            for value, name, line, icon in options
            if is_source_for(self.user, self.team, value)
        ]

    @cached_property
    def isos(self) -> list[tuple[str, str]]:
        """The media in pools, by key."""
        found = dict.fromkeys((iso.key, f"{iso.volume} ({iso.pool})") for iso in list_isos())
        return list(found)

    @property
    def sizes(self) -> list[tuple[Size, bool]]:
        """The named sizes, each with whether it is chosen."""
        chosen = self.value("size")
        return [(size, size.slug == chosen) for size in self.form.sizes if not size.is_custom]

    @property
    def custom(self) -> Size | None:
        """The size of own amounts, where it is offered."""
        return next((size for size in self.form.sizes if size.is_custom), None)

    @property
    def is_custom(self) -> bool:
        """Whether own amounts are chosen."""
        return self.value("size") == CUSTOM

    @property
    def name(self) -> str:
        """The name as typed."""
        return self.value("name").strip()

    @cached_property
    def count(self) -> int:
        """How many machines are made."""
        return self.form.how_many

    @property
    def names(self) -> list[str]:
        """The name of each machine."""
        return numbered(self.name, self.count)

    @property
    def shown_names(self) -> str:
        """The names as typed, or from the first to the last; "" while none is typed."""
        return shown_names(self.name, self.count) if self.name else ""

    @cached_property
    def name_problem(self) -> str:
        """Why the name cannot be taken; "" when it is free or not typed yet."""
        if not self.name:
            return ""
        try:
            for name in self.names:
                check_free(name, self.team, self.user)
        except BadName as error:
            return str(error)
        if self.hosts and not self.host:
            return _("This name cannot be had. Choose another one.")
        return ""

    @cached_property
    def wish(self) -> Wish | None:
        """The checked wish, None while something is missing."""
        if not self.form.is_bound or not self.form.is_valid():
            return None
        try:
            return read_wish(self.form.to_request(), self.user, self.team)
        except ActionRefused:
            return None

    @cached_property
    def decides(self) -> bool:
        """Whether nobody else has to agree to anything here."""
        return decides(self.user, self.team)

    @cached_property
    def waits_for(self) -> str:
        """Why somebody has to agree first, "" when nobody has to."""
        if not self.wish:
            return ""
        if reason := why_creation_waits(self.wish, self.user, self.team):
            return reason
        if self.beyond and all(line.scope != TEAM for line in self.beyond):
            return _("This is beyond your own limit, so somebody has to agree.")
        return ""

    @cached_property
    def quota(self) -> list[Line]:
        """What is limited, as it is and as it would be with all these machines."""
        wanted = wanted_of(self.wish, self.count) if self.wish else {}
        return preview(self.team, self.user, wanted)

    @property
    def quota_rows(self) -> list[QuotaRow]:
        """The same in words, the team's before the person's own."""
        return [QuotaRow.of(line) for line in self.quota]

    @property
    def leaves(self) -> str:
        """What is left afterwards of what is scarcest, "" where nothing is limited."""
        return leaves(self.quota) if self.wish and not self.beyond else ""

    @property
    def room(self) -> int | None:
        """For how many of these machines there is room, where it is for fewer than are wished."""
        if not self.wish or not self.beyond:
            return None
        return room_for(self.quota, wanted_of(self.wish))

    @property
    def beyond(self) -> list[Line]:
        """What would be more than there may be."""
        return [line for line in self.quota if line.is_over]

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The same as a refusal tells it."""
        return [line.as_json() for line in self.beyond]

    @property
    def is_beyond_team(self) -> bool:
        """Whether the team itself has no more left, which nobody in it can agree to."""
        return any(line.scope == TEAM for line in self.beyond)

    @cached_property
    def amounts(self) -> tuple[int | None, int | None, int | None]:
        """Processors, memory and disk as they stand; None for what is not said yet."""
        if self.wish:
            return self.wish.vcpus, self.wish.memory, self.wish.disk
        if self.is_custom and self.form.is_bound:
            self.form.is_valid()
            given = self.form.cleaned_data
            memory, disk = given.get("memory_mib"), given.get("disk_gib")
            return given.get("vcpus"), memory and memory * MIB, disk and int(disk * GIB)
        size = next((each for each, is_chosen in self.sizes if is_chosen), None)
        return (size.vcpus, size.memory, size.disk) if size else (None, None, None)

    @property
    def source_name(self) -> str | Promise:
        """What it is made from, in words."""
        chosen = self.value("source")
        by_iso = dict(self.isos)
        return by_iso.get(chosen) or next((o.name for o in self.sources if o.value == chosen), "")

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """What speaks for and against each host as things are now, the best first."""
        chosen = self.value("host") if self.is_admin else ""
        found = judge(self._need)
        return [one for one in found if not chosen.isdecimal() or one.host.pk == int(chosen)]

    @property
    def _need(self) -> Need:
        """What it needs of a host, as far as it is said."""
        if self.wish:
            group = self.form.cleaned_data.get("group") or ""
            return need_for(self.wish, self.user, self.team, int(group) if group else None)
        named = {self.value("network")} - {"", NO_NETWORK}
        memory = self.amounts[1] or 0
        return Need(memory, networks=frozenset(named), team=self.team, user=self.user)

    @property
    def hosts(self) -> list[Host]:
        """Where there is room for it, whatever it is called, the best first."""
        return [one.host for one in self.verdicts if one.fits]

    @cached_property
    def host(self) -> Host | None:
        """Where it would run, as things are now."""
        names = self.names
        free = (host for host in self.hosts if all(is_free_on(host, name) for name in names))
        return next(free, None)

    @cached_property
    def network(self) -> str:
        """The network it would get."""
        chosen = self.value("network")
        if chosen or self.host is None:
            return chosen
        return default_network(self.host, self.user, self.team)

    @property
    def has_network(self) -> bool:
        """Whether it gets a network card."""
        return bool(self.network) and self.network != NO_NETWORK

    @property
    def ends_at(self) -> datetime | None:
        """When it ends, as it stands."""
        if self.wish and self.wish.ends_at:
            return datetime.fromisoformat(self.wish.ends_at)
        return usual_end(self.team)

    @property
    def last_end(self) -> datetime | None:
        """The latest end that the team allows."""
        return None if self.is_admin else last_end(self.team)

    @cached_property
    def problem(self) -> str:
        """Why nothing can be made now, "" otherwise."""
        if not self.hosts:
            return _("No host that answers has room for this machine.")
        return ""

    @property
    def is_another_team(self) -> bool:
        """Whether the choices on the page are still those of the team before."""
        return self.form.is_bound and self.form.data.get("shown_team") != self.value("team")

    @cached_property
    def _body(self) -> dict[str, Any]:
        body = code.body_of(self.value, self.wish, is_admin=self.is_admin)
        if self.form.is_bound and not self.value("start"):
            body["start"] = False
        return body

    @property
    def call(self) -> str:
        """The same as one call of the API."""
        body = self._body | ({"count": self.count} if self.count > 1 else {})
        return code.api_call(self.site, body)

    @property
    def virt_install(self) -> str:
        """One machine by hand, once everything is said."""
        if not self.wish or self.count > 1:
            return ""
        return code.virt_install(self.wish, self.network)

    @property
    def terraform(self) -> str:
        """The same as a file for Terraform, once everything is said."""
        return terraform.document(self.site, self._body, self.names) if self.wish else ""
