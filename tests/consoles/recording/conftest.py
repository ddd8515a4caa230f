"""Two hosts and jobs that move machines between them, for recordings that go along."""

from tests.migration.moves import carry, two  # noqa: F401 - fixtures
