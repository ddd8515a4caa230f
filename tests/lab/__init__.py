"""Real libvirt hosts in namespaces on this machine, small guests for them, and faults."""

from tests.lab.guest import Guest
from tests.lab.hosts import LabHost
from tests.lab.laboratory import Lab
from tests.lab.space import LabError
from tests.lab.waiting import wait_until

__all__ = ["Guest", "Lab", "LabError", "LabHost", "wait_until"]
