"""How do pages and gateways hear that somebody came, left, asked or drives?"""

import logging
from functools import partial

from django.db import transaction
from django.db.models import F
from redis.exceptions import RedisError

from consoles.models import ConsoleRoom
from live.publish import announce
from live.redis import client
from vms.models import VM

KIND = "room"
CHANNEL = "gh:console:rooms"

log = logging.getLogger(__name__)


def tell(room: ConsoleRoom, vm: VM) -> None:
    """Announce a change to open pages and to the gateways, once it is committed.

    Pages hear only that there is a change and ask for it by themselves, by their own rights. What
    a gateway misses it finds within two seconds.
    """
    ConsoleRoom.objects.filter(pk=room.pk).update(rev=F("rev") + 1)
    room.refresh_from_db(fields=["rev"])
    announce(KIND, vm.pk, room.rev, {}, vm.audiences)
    transaction.on_commit(partial(_call_gateways, vm.pk))


def _call_gateways(vm_id: int) -> None:
    try:
        client().publish(CHANNEL, str(vm_id))
    except RedisError as error:
        log.info("gateways hear of a change of drivers by looking: %s", type(error).__name__)
