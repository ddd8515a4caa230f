"""Tell open pages that a plan has changed; they fetch it again."""

import time

from live.publish import announce

KIND = "plan"


def tell(plan_id: int) -> None:
    """Announce the plan; the number only has to grow."""
    announce(KIND, plan_id, time.time_ns() // 1_000_000, {"changed": time.time_ns()}, ["admins"])
