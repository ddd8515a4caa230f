"""Read settings from the environment; a bad value stops the start with a sentence."""

import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env: Any = environ.FileAwareEnv()  # type: ignore[no-untyped-call]


def text(name: str, default: str = "") -> str:
    """Return the setting `name`, or what the file named by `name`_FILE holds."""
    return str(env.str(name, default=default)).strip()


def flag(name: str, default: bool = False) -> bool:
    """Return a yes/no setting. Raises ImproperlyConfigured on anything else."""
    word = text(name, "yes" if default else "no").lower()
    if word in {"1", "yes", "true", "on"}:
        return True
    if word in {"0", "no", "false", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {word!r}.")


def number(name: str, default: int, *, low: int, high: int) -> int:
    """Return a whole number between `low` and `high`. Raises ImproperlyConfigured otherwise."""
    word = text(name, str(default))
    if not word.isdecimal() or not low <= int(word) <= high:
        raise ImproperlyConfigured(f"{name} must be a number from {low} to {high}, not {word!r}.")
    return int(word)


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    """Return one of a few words. Raises ImproperlyConfigured on anything else."""
    word = text(name, default).lower()
    if word not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {word!r}.")
    return word


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated setting as a list without empty entries."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str) -> list[str]:
    """Return a comma-separated list of addresses and networks. Raises ImproperlyConfigured."""
    for word in words(name):
        try:
            ip_network(word, strict=False)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {error}.") from error
    return words(name)


def syslog(name: str) -> str:
    """Return where syslog is: udp://host:514, tcp://host:514, a path, or "" for nowhere."""
    place = text(name)
    if place and not place.startswith("/"):
        try:
            parts = urlsplit(place)
            is_good = parts.scheme in {"udp", "tcp"} and bool(parts.hostname and parts.port != 0)
        except ValueError:
            is_good = False
        if not is_good:
            raise ImproperlyConfigured(f"{name} must be udp://host:514, tcp://host:514 or a path.")
    return place


def secret_key(data_dir: Path) -> str:
    """Return SECRET_KEY, or a key made once and kept in the data folder (mode 0600)."""
    if given := text("SECRET_KEY"):
        if len(given) < 32:
            raise ImproperlyConfigured("SECRET_KEY must have at least 32 characters.")
        return given
    path = data_dir / "secret_key"
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()
