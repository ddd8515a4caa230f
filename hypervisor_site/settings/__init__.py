"""Settings of a running portal, switched by the environment."""

from .base import *  # noqa: F403
