"""Two hosts and jobs that move machines between them, for lines that go along."""

from tests.hosts.conftest import watcher  # noqa: F401 - fixtures
from tests.migration.moves import carry, two  # noqa: F401
