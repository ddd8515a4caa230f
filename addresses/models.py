"""An address that a network keeps for one card of a machine.

It is its machine's: whoever has the machine has it, and it counts where the machine counts.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability, Person
from accounts.models import Team, User
from hosts.models import Network
from jobs.models import Job, JobState
from vms.models import VM

UNSETTLED = (JobState.QUEUED, JobState.RUNNING, JobState.UNDETERMINED)


class AddressQuerySet(models.QuerySet["Address"]):
    """Addresses by right and by whether they are kept."""

    def allowing(self, user: Person, capability: Capability) -> "AddressQuerySet":
        """Return the addresses of the machines on which `user` has `capability`."""
        return self.filter(vm__in=VM.objects.allowing(user, capability).values("pk"))

    def standing(self) -> "AddressQuerySet":
        """Return those that the host keeps, is being told to keep, or may keep."""
        return self.filter(Q(kept_since__isnull=False) | Q(job__state__in=UNSETTLED))

    def given_up(self) -> "AddressQuerySet":
        """Return those that were asked for, and that no host was told to keep."""
        return self.filter(kept_since=None).exclude(job__state__in=UNSETTLED)


class Address(models.Model):
    """A reserved address. Without a machine it waits for its network to let it go."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="reserved")
    vm = models.ForeignKey(
        VM, null=True, blank=True, on_delete=models.SET_NULL, related_name="reserved_addresses"
    )
    mac = models.CharField(max_length=17)
    address = models.GenericIPAddressField(protocol="IPv4")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    kept_since = models.DateTimeField(null=True)

    objects = AddressQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("reserved address")
        verbose_name_plural = _("reserved addresses")
        constraints = [
            models.UniqueConstraint(fields=["network", "address"], name="an_address_is_kept_once"),
            models.UniqueConstraint(fields=["network", "mac"], name="a_card_has_one_address"),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def team(self) -> Team | None:
        """The team that has it: its machine's."""
        return self.vm.team if self.vm is not None else None

    @property
    def owner(self) -> User | None:
        """The person who has it: its machine's."""
        return self.vm.owner if self.vm is not None else None

    @property
    def state(self) -> str:
        """Whether it is `kept`, `pending`, or `unknown` after a host went away half-way."""
        if self.kept_since is not None:
            return "kept"
        return "pending" if self.job is not None and self.job.is_active else "unknown"
