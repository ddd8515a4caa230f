"""Who hears the events of a test driver's connection, which several sessions share?"""

import threading
from weakref import WeakKeyDictionary, WeakSet

from hosts.watching.inbox import Inbox
from virt.connection import Hypervisor
from virt.events import Event

_lock = threading.Lock()
_heard_by: "WeakKeyDictionary[Hypervisor, WeakSet[Inbox]]" = WeakKeyDictionary()


def listen(hypervisor: Hypervisor, inbox: Inbox) -> None:
    """Put the connection's events into `inbox`, as long as that is in use; libvirt is told once."""
    with _lock:
        inboxes = _heard_by.get(hypervisor)
        if inboxes is not None:
            inboxes.add(inbox)
            return
        inboxes = _heard_by[hypervisor] = WeakSet([inbox])

    def relay(event: Event) -> None:
        for one in list(inboxes):
            one.put(event)

    hypervisor.on_event(relay)
