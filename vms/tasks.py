"""What Celery carries for this room: looks at what ends, at the bin, and at what nobody uses."""

from celery import shared_task
from django.utils import timezone

from vms.sync.doubling import detect_now

from .bin.services import settle as settle_bin
from .idle.telling import tell
from .leases.services import settle
from .resizing.holding import settle as settle_held
from .sharing.services import end_expired


@shared_task(name="vms.leases.settle")  # type: ignore[untyped-decorator]
def settle_leases() -> None:
    """Remind, stop what has ended, empty the bin, forget what was shared or reserved until now."""
    now = timezone.now()
    settle(now)
    settle_bin(now)
    end_expired(now)
    settle_held(now)


@shared_task(name="vms.copies.detect")  # type: ignore[untyped-decorator]
def detect_copies() -> None:
    """Find machines that run on two hosts at once."""
    detect_now()


@shared_task(name="vms.idle.tell")  # type: ignore[untyped-decorator]
def tell_of_idle() -> None:
    """Tell people once of machines that nobody seems to use."""
    tell(timezone.now())
