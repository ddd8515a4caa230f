"""The audit record: writing, checking, searching, giving away."""

from .chain import About, Problem, Verdict, export, hash_of, inspect, record, verify
from .heard import recorded

__all__ = [
    "About",
    "Problem",
    "Verdict",
    "export",
    "hash_of",
    "inspect",
    "record",
    "recorded",
    "verify",
]
