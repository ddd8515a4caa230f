"""Which checks are there? One table; the scores, the pages and the API read it."""

from . import hosts, machines, site
from .kinds import Check

CHECKS: dict[str, Check] = {
    check.key: check for check in (*site.CHECKS, *hosts.CHECKS, *machines.CHECKS)
}

__all__ = ["CHECKS", "Check"]
