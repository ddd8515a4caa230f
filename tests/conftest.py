"""The cast and what every test needs."""

import shutil
from typing import Any

import pytest

from accounts.models import User

pytest_plugins = ["tests.lab.plugin"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer --slow for the minutes-long tests."""
    parser.addoption("--slow", action="store_true", help="run the slow tests too")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep together, on one of several workers, what shares a lab, a portal or a file."""
    kind = next((kind for kind in ("browser", "lab") if item.get_closest_marker(kind)), "")
    item.add_marker(pytest.mark.xdist_group(kind or item.nodeid.partition("::")[0]))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests out unless asked; the lab, which takes longest, comes first.

    Browser tests come last, and no other test after them: their driver keeps an event loop in the
    main thread, where asynchronous tests want their own.
    """
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow and not config.getoption("--slow"):
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("browser"):
        return 2
    return 0 if item.get_closest_marker("lab") else 1


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium where there is one, without a graphics card."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    chosen = {"executable_path": found} if found else {}
    options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, **chosen, "args": options}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desk of the size of the mocks."""
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "locale": "en-GB"}


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
