"""The shapes of samples in the API."""

from ninja import Schema


class SampleOut(Schema):
    """What a machine used at `at` (seconds since 1970). Rates are bytes per second."""

    at: float
    cpu: float | None
    memory_used: int | None
    memory_max: int | None
    disk_read: float | None
    disk_write: float | None
    net_in: float | None
    net_out: float | None


class MetricsOut(Schema):
    """About an hour of samples, oldest first; empty while none are kept."""

    samples: list[SampleOut]
