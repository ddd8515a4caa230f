"""What the API says of migrations."""

from datetime import datetime
from typing import Annotated, Any

from annotated_types import Ge, Le
from ninja import Field, Schema

from migration.checks.words import title_of
from migration.services.starting import accepted_findings

from .models import Migration
from .options import MOST_BANDWIDTH, MOST_DOWNTIME, MOST_STREAMS
from .words import sentence_of as event_sentence


class FindingOut(Schema):
    """One result of a check."""

    code: str = Field(description="for programs, such as cpu-lacks")
    level: str = Field(description="blocker, warning, passed or unknown")
    about: str = Field(description="which disk, pool or network, where there are several")
    text: str
    facts: dict[str, Any]
    fix: str = Field(description="what `POST /vms/{id}/migrations/fix` can do about it, or empty")


class MigrationTargetOut(Schema):
    """A host to which the machine could go."""

    host_id: int
    host: str
    fits: bool = Field(description="whether nothing is known to stand against it")
    checked_at: datetime | None = Field(description="null where only rows were looked at")
    memory_after: float | None = Field(description="per cent of the host's memory")
    copied_disks: list[str]
    findings: list[FindingOut]


class MigrationTargetsOut(Schema):
    """Every other host, the best one first."""

    items: list[MigrationTargetOut]
    job_id: int | None = Field(description="the check that runs now")


class MigrationCheckIn(Schema):
    """Which host is asked; all of them where none is named."""

    host: int | None = None
    anew: bool = False


class BlockerFixIn(Schema):
    """What removes a blocker, as a finding names it."""

    host: int
    fix: Annotated[str, Field(max_length=40)]
    about: Annotated[str, Field(max_length=255)] = ""


class MigrationIn(Schema):
    """Where to, and how; what is left out is as the checks propose."""

    host: int
    auto_converge: bool = True
    compress: bool = False
    post_copy_allowed: bool = False
    tunnelled: bool = False
    tls: bool = False
    undefine_source: bool = True
    delete_source_disks: bool = False
    bandwidth: Annotated[int, Ge(1), Le(MOST_BANDWIDTH)] | None = Field(None, description="MiB/s")
    max_downtime_ms: Annotated[int, Ge(1), Le(MOST_DOWNTIME)] | None = None
    parallel: Annotated[int, Ge(1), Le(MOST_STREAMS)] | None = None


class MigrationTuneIn(Schema):
    """What is changed while it runs."""

    bandwidth: Annotated[int, Ge(1), Le(MOST_BANDWIDTH)] | None = Field(None, description="MiB/s")
    max_downtime_ms: Annotated[int, Ge(1), Le(MOST_DOWNTIME)] | None = None


class MigrationEventOut(Schema):
    """Something that happened."""

    at: datetime
    what: str
    who: str
    text: str


class MigrationOut(Schema):
    """A migration: how far it is, or how it ended."""

    id: int
    machine: str = Field(alias="vm_name")
    machine_id: int | None = Field(alias="vm_id")
    source: str = Field(alias="source_name")
    target: str = Field(alias="target_name")
    phase: str
    outcome: str = Field(description="empty until it is over")
    job_id: int | None
    options: dict[str, Any]
    statistics: dict[str, Any] = Field(description="the newest figures: bytes, bytes a second, ms")
    accepted: list[str]
    events: list[MigrationEventOut]
    downtime_ms: int | None
    bytes: int | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @staticmethod
    def resolve_accepted(row: Migration) -> list[str]:
        """Return the warnings that whoever asked knew of."""
        return [title_of(finding) for finding in accepted_findings(row.accepted)]

    @staticmethod
    def resolve_events(row: Migration) -> list[dict[str, Any]]:
        """Return what happened, oldest first."""
        return [{**event, "text": event_sentence(event)} for event in row.events]
