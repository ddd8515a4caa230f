"""How is a run spread over several processes?

File by file: those of the lab first, which take longest, and all in one process, for one lab is
enough. All tests with a browser stay together, for its portal, and nothing comes after them: its
driver keeps an event loop in the main thread, where asynchronous tests want their own. Both wait
for guests and pages more than they compute, so a third process does the rest meanwhile.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

ROOT = Path(__file__).resolve().parents[1]
BROWSER, LAB = "browser", "lab"


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out files in the order of the items; see above."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)
        self._homes: dict[str, WorkerController] = {}

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0])

    def _assign_work_unit(self, node: WorkerController) -> None:
        if (group := self._next_for(node)) is None:
            return
        self._homes[kind_of(group)] = node
        self.workqueue.move_to_end(group, last=False)
        super()._assign_work_unit(node)

    def _reschedule(self, node: WorkerController) -> None:
        if self.workqueue and self._next_for(node) is None:
            node.shutdown()
        else:
            super()._reschedule(node)

    def _next_for(self, node: WorkerController) -> str | None:
        """Return the first group that this process may have."""
        if self._homes.get(BROWSER) is node:
            return None
        taken = {kind for kind in (BROWSER, LAB) if self._homes.get(kind, node) is not node}
        return next((group for group in self.workqueue if kind_of(group) not in taken), None)

    def remove_node(self, node: WorkerController) -> str | None:
        """Forget a process that ended or crashed; another one takes its place."""
        self._homes = {kind: home for kind, home in self._homes.items() if home is not node}
        crashed: str | None = super().remove_node(node)
        return crashed


@cache
def group_of(path: str) -> str:
    """Return the group of a file, named from the root: that of the browser, or the file itself."""
    return BROWSER if "pytest.mark.browser" in (ROOT / path).read_text() else path


@cache
def kind_of(group: str) -> str:
    """Return what a group needs: a browser, the lab, or neither."""
    if group == BROWSER:
        return BROWSER
    return LAB if "pytest.mark.lab" in (ROOT / group).read_text() else ""


def turn_of(item: pytest.Item) -> int:
    """Return when an item's turn is: in one process the browser comes last, in several first."""
    if item.get_closest_marker(BROWSER):
        return 0 if hasattr(item.config, "workerinput") else 3
    return 1 if item.get_closest_marker(LAB) else 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Give the whole run to this scheduler."""
    return ByFile(config, log)
