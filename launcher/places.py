"""Where are the checkout, the data and the Python environment, and what is set there?"""

import fcntl
import ipaddress
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from launcher.words import ProblemError

BASE_DIR = Path(__file__).resolve().parents[1]
VENV = BASE_DIR / "var" / "venv"
VENV_PYTHON = VENV / "bin" / "python"
MAX_SOCKET_PATH = 107  # the kernel's limit for a Unix socket's path


@dataclass(frozen=True, slots=True)
class Places:
    """The data folder and what lies in it."""

    data: Path

    @property
    def run(self) -> Path:
        """Return the folder of sockets and locks."""
        return self.data / "run"

    @property
    def redis_socket(self) -> Path:
        """Return the private Redis's socket."""
        return self.run / "redis.sock"

    @property
    def tiny_image(self) -> Path:
        """Return the built-in image."""
        return self.data / "images" / "guesthouse-tiny.img"


def data_places(chosen: str | None) -> Places:
    """Return the places of a data folder: the one chosen, GUESTHOUSE_DATA, or var."""
    name = chosen or os.environ.get("GUESTHOUSE_DATA") or str(BASE_DIR / "var")
    return Places(Path(name).expanduser().resolve())


def prepare(places: Places) -> None:
    """Make the data folder and its parts. Raises ProblemError when it cannot be written."""
    for folder in (places.data, places.run, places.data / "log", places.data / "images"):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except (PermissionError, FileExistsError, NotADirectoryError, OSError) as error:
            raise ProblemError(
                f"The data folder {folder} cannot be made: {error.strerror}. "
                "Choose another with --data."
            ) from error
    if not os.access(places.data, os.W_OK | os.X_OK) or not os.access(places.run, os.W_OK):
        raise ProblemError(
            f"The data folder {places.data} cannot be written by this user. "
            "Change its owner, or choose another with --data."
        )
    if len(str(places.redis_socket)) > MAX_SOCKET_PATH:
        raise ProblemError(
            f"The path of the data folder {places.data} is too long for the sockets in it. "
            "Choose a shorter one with --data."
        )


def hold(places: Places) -> IO[str]:
    """Take the data folder for this process until the returned file is closed.

    Raises ProblemError when another `guesthouse up` has it.
    """
    path = places.run / "up.pid"
    handle = path.open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.seek(0)
        owner = handle.read().strip() or "unknown"
        handle.close()
        raise ProblemError(
            f"Guesthouse already runs on the data folder {places.data} (process {owner}). "
            "Stop it, or choose another folder with --data."
        ) from error
    handle.truncate(0)
    handle.write(f"{os.getpid()}\n")
    handle.flush()
    return handle


def check_port(bind: str, port: int) -> None:
    """Raise ProblemError when the web address cannot be listened on."""
    try:
        family = socket.getaddrinfo(bind, port, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        raise ProblemError(f"{bind} is not an address of this machine.") from error
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except PermissionError as error:
            raise ProblemError(f"Port {port} needs root; choose one above 1023.") from error
        except OSError as error:
            raise ProblemError(
                f"Cannot listen on {bind} port {port}: {error.strerror}. "
                "Choose another with --port or --bind."
            ) from error


def setting(name: str) -> str:
    """Return a setting as the portal will read it: environment, NAME_FILE, or the .env file."""
    if value := os.environ.get(name):
        return value.strip()
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    dotenv = BASE_DIR / ".env"
    if dotenv.is_file():
        for line in dotenv.read_text().splitlines():
            key, equals, value = line.removeprefix("export ").partition("=")
            if equals and key.strip() == name:
                return value.strip().strip("'\"")
    return ""


def is_on(name: str) -> bool:
    """Say whether a setting that is on or off is on."""
    return setting(name).lower() in {"1", "on", "true", "yes"}


def is_loopback(bind: str) -> bool:
    """Tell whether only this machine can reach an address."""
    if bind == "localhost":
        return True
    try:
        return ipaddress.ip_address(bind).is_loopback
    except ValueError:
        return False


def site_environment(
    places: Places, *, bind: str = "127.0.0.1", demo: bool = False
) -> dict[str, str]:
    """Return the environment in which every process of the portal runs."""
    env = {
        **os.environ,
        "GUESTHOUSE_DATA": str(places.data),
        "DJANGO_SETTINGS_MODULE": os.environ.get(
            "DJANGO_SETTINGS_MODULE", "hypervisor_site.settings"
        ),
        "PYTHONUNBUFFERED": "1",
        # Threads share two heaps instead of having one of up to 64 MB each.
        "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),
        "PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', '/usr/bin:/bin')}:/usr/sbin:/sbin",
    }
    if demo:
        env["GUESTHOUSE_DEMO"] = "yes"
    if not is_loopback(bind) and not setting("ALLOWED_HOSTS"):
        env["ALLOWED_HOSTS"] = ",".join(own_names(bind))
    return env


def own_names(bind: str) -> list[str]:
    """Return the names and addresses under which this machine may be asked for pages."""
    names = {"localhost", "127.0.0.1", "[::1]", socket.gethostname(), socket.getfqdn()}
    if bind in {"0.0.0.0", "::"}:
        try:
            found = socket.getaddrinfo(socket.gethostname(), None)
        except OSError:
            found = []
        names |= {str(entry[4][0]) for entry in found}
        names |= {address for address in outward_addresses() if address}
    else:
        names.add(bind)
    return sorted(f"[{name}]" if ":" in name and "[" not in name else name for name in names)


def outward_addresses() -> list[str]:
    """Return the addresses this machine uses towards others. No packet is sent."""
    found = []
    for family, target in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((target, 9))
            except OSError:
                continue
            found.append(str(probe.getsockname()[0]))
    return found
