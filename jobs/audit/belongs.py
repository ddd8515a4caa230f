"""Whose is what a line of the record tells of: which teams, which person."""

from typing import Any

from django.apps import apps
from django.db import models

from jobs.models import AuditEntry, JobAudience


def teams_of(entry: AuditEntry) -> set[int]:
    """Return the ids of the teams whose object the line is about, its job's at that time."""
    if entry.target_kind == "team":
        return {entry.target_id} if entry.target_id else set()
    found = _teams_of_job(entry)
    row = _row(entry, "team_id")
    return found | {row} if row else found


def owner_of(entry: AuditEntry) -> int | None:
    """Return the id of the person whose object the line is about."""
    return _row(entry, "owner_id")


def _teams_of_job(entry: AuditEntry) -> set[int]:
    job = entry.detail.get("job") if isinstance(entry.detail, dict) else None
    if not isinstance(job, int):
        return set()
    names = JobAudience.objects.filter(job=job, name__startswith="team-")
    return {int(name.removeprefix("team-")) for name in names.values_list("name", flat=True)}


def _row(entry: AuditEntry, column: str) -> int | None:
    """Return a column of the row that the line is about, where its kind has one."""
    model = _model(entry.target_kind)
    if model is None or entry.target_id is None or column not in _columns(model):
        return None
    manager: Any = model._base_manager
    value: int | None = manager.filter(pk=entry.target_id).values_list(column, flat=True).first()
    return value


def _columns(model: type[models.Model]) -> set[str]:
    return {field.attname for field in model._meta.concrete_fields}


def _model(kind: str) -> type[models.Model] | None:
    """Return the model that is called so; kinds of targets are names of models."""
    return next((one for one in apps.get_models() if one._meta.model_name == kind), None)
