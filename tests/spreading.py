"""How is a run spread over several processes?

File by file: those of the lab first, which take longest. All tests with a browser stay together,
for its portal, and nothing comes after them: its driver keeps an event loop in the main thread,
where asynchronous tests want their own.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

ROOT = Path(__file__).resolve().parents[1]
BROWSER = "browser"


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out files in the order of the items, and those with a browser as one."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0])

    def _reschedule(self, node: WorkerController) -> None:
        if BROWSER in self.assigned_work[node]:
            node.shutdown()
        else:
            super()._reschedule(node)


@cache
def group_of(path: str) -> str:
    """Return the group of a file, named from the root: that of the browser, or the file itself."""
    return BROWSER if "pytest.mark.browser" in (ROOT / path).read_text() else path


def turn_of(item: pytest.Item) -> int:
    """Return when an item's turn is: in one process the browser comes last, in several first."""
    if item.get_closest_marker(BROWSER):
        return 0 if hasattr(item.config, "workerinput") else 3
    return 1 if item.get_closest_marker("lab") else 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Give the whole run to this scheduler."""
    return ByFile(config, log)
