"""The watcher takes pictures of what somebody looks at, and only of that."""

import pytest

from hosts.models import Host, HostState
from live.looking import Pace, look
from screens import store
from tests.hosts.conftest import wait_state, watcher  # noqa: F401
from tests.lab import wait_until
from vms.models import VM

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("screens_redis", "watcher"),
]


def test_a_simulated_screen_comes_when_somebody_looks():
    host = Host.objects.create(name="simulated", transport="test", test_path="/default")
    wait_state(host, HostState.ONLINE)
    wait_until(VM.objects.filter(host=host).exists, what="its machine")
    vm = VM.objects.get(host=host)
    key = (host.pk, str(vm.uuid))
    assert store.kept([key]) == {}
    look([key], Pace.PAGE)
    wait_until(lambda: store.kept([key]), timeout=8, what="a picture")
    first = store.kept([key])[key]
    assert (first.width, first.height) == (1120, 832)
    assert first.is_fresh
    wait_until(
        lambda: store.kept([key])[key].seen_at > first.seen_at, timeout=8, what="another look"
    )
    assert store.kept([key])[key].version == first.version
