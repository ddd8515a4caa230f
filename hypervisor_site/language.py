"""What the sheet of the visual language shows: one of each."""

from typing import Any

from .looks import HOST_LOOKS, JOB_LOOKS, MACHINE_LOOKS

CALM = [
    31,
    34,
    30,
    28,
    33,
    36,
    31,
    29,
    35,
    41,
    33,
    30,
    32,
    38,
    31,
    29,
    34,
    37,
    33,
    31,
    45,
    35,
    32,
    34,
]
HOT = [
    80,
    82,
    79,
    85,
    83,
    88,
    81,
    80,
    86,
    84,
    82,
    88,
    90,
    86,
    84,
    87,
    83,
    85,
    88,
    91,
    87,
    85,
    86,
    88,
]
STATES = ("running",) * 9 + ("off", "running", "paused", "saved", "crashed", "unknown", "blocked")


def sheet() -> dict[str, Any]:
    """Return the context of the page."""
    return {
        "machine_states": list(MACHINE_LOOKS),
        "host_states": list(HOST_LOOKS),
        "job_states": list(JOB_LOOKS),
        "meters": [46, 84, 94],
        "calm": CALM,
        "hot": HOT,
        "none": [],
        "guests": [
            {"name": f"web-prod-{i:02}", "state": STATES[i % len(STATES)], "url": "#"}
            for i in range(60)
        ],
    }
