"""The cast and what every test needs."""

import pytest

from accounts.models import User

pytest_plugins = ["tests.lab.plugin"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer --slow for the minutes-long tests."""
    parser.addoption("--slow", action="store_true", help="run the slow tests too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests out unless asked."""
    if config.getoption("--slow"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


@pytest.fixture
def ada(db: None) -> User:
    """The administrator."""
    return User.objects.create_superuser("ada", password="an-old-lighthouse-7")


@pytest.fixture
def oli(db: None) -> User:
    """A person with machines of their own."""
    return User.objects.create_user("oli", password="an-old-lighthouse-7")


@pytest.fixture
def vera(db: None) -> User:
    """A person who may only look."""
    return User.objects.create_user("vera", password="an-old-lighthouse-7")


@pytest.fixture
def sam(db: None) -> User:
    """A stranger: signed in, with rights on nothing."""
    return User.objects.create_user("sam", password="an-old-lighthouse-7")
