"""What the tests of jobs share."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from jobs.models import Job
from jobs.services import create_job

from . import kinds  # noqa: F401

Ask = Callable[..., Job]


@pytest.fixture
def ask(oli: User) -> Ask:
    """Return a function that asks for a job on machine 1, as oli unless told."""

    def create(kind: str = "test.note", **changed: Any) -> Job:
        wanted: dict[str, Any] = {
            "target_kind": "thing",
            "target_id": 1,
            "target_name": "web01",
            "actor": oli,
        }
        return create_job(kind, **wanted | changed)

    return create
