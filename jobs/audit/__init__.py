"""The audit record: writing, checking, searching, giving away."""

from .chain import Problem, Verdict, export, hash_of, inspect, record, verify
from .heard import recorded

__all__ = [
    "Problem",
    "Verdict",
    "export",
    "hash_of",
    "inspect",
    "record",
    "recorded",
    "verify",
]
