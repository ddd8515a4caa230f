"""The kinds of jobs of this room."""

from jobs.kinds import register

register()
