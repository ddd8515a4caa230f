"""Two hosts, and plans whose moves are asked for but not carried: nobody works in these tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from hosts.models import Host
from maintenance.operations import stepping
from migration.options import Options
from tests.factories import make_host


@pytest.fixture
def here(db: None) -> Host:
    return make_host("juniper")


@pytest.fixture
def there(db: None) -> Host:
    return make_host("sorrel", memory_used=0)


@pytest.fixture
def unasked(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave jobs in the queue, and believe that the planned target takes the machine."""
    settings.CELERY_TASK_ALWAYS_EAGER = False

    def planned(step: Any, _vm: Any, _plan: Any) -> tuple[Host, Options]:
        return Host.objects.get(pk=step.target_id), Options()

    monkeypatch.setattr(stepping, "_way_for", planned)
    monkeypatch.setattr("maintenance.operations.running.LOOK_EVERY", 0.0)
    yield
