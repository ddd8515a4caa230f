"""The cast and what every test needs."""

import shutil
from typing import Any

import pytest

from accounts.models import User
from tests.spreading import pytest_xdist_make_scheduler, turn_of

pytest_plugins = ["tests.lab.plugin"]
__all__ = ["pytest_xdist_make_scheduler"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer --slow for the minutes-long tests."""
    parser.addoption("--slow", action="store_true", help="run the slow tests too")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests out unless asked, and put the rest in order."""
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow and not config.getoption("--slow"):
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]
    for item in items:
        if any(item.get_closest_marker(real) for real in ("lab", "browser")):
            item.add_marker(pytest.mark.flaky(reruns=1))  # guests and browsers share this machine
        if item.get_closest_marker("browser") and not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(180))  # now and then Chromium closes no page
    items.sort(key=turn_of)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium where there is one, without a graphics card."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    chosen = {"executable_path": found} if found else {}
    options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, **chosen, "args": options}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desk of the size of the mocks, where nothing moves for its own sake."""
    desk = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
    return {**browser_context_args, **desk, "locale": "en-GB"}


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
