"""Which processes is Guesthouse made of, and how is each started?"""

import shutil
from dataclasses import dataclass

from launcher.places import VENV_PYTHON, Places, setting
from launcher.words import ProblemError


@dataclass(frozen=True, slots=True)
class Program:
    """A process to keep running.

    Those of stage 0 are started first and stopped last; a stage starts when the one before has.
    """

    name: str
    command: tuple[str, ...]
    stage: int = 1


def redis(places: Places) -> Program | None:
    """Return the private Redis on a Unix socket, or None when REDIS_URL names another."""
    if setting("REDIS_URL"):
        return None
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    if server is None:
        raise ProblemError("There is no redis-server: apt-get install redis-server.")
    folder = places.data / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    return Program(
        "redis",
        (server, "--port", "0", "--unixsocket", str(places.redis_socket), "--unixsocketperm", "700",
         "--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
         "--daemonize", "no", "--loglevel", "warning",
         "--logfile", str(places.data / "log" / "redis.log")),
        stage=0,
    )  # fmt: skip


def web(bind: str, port: int) -> Program:
    """Return the web server."""
    return Program(
        "web",
        (str(VENV_PYTHON), "-m", "uvicorn", "hypervisor_site.asgi:application", "--host", bind,
         "--port", str(port), "--ws-per-message-deflate", "false", "--no-access-log",
         "--no-server-header", "--log-level", "warning", "--timeout-graceful-shutdown", "3"),
    )  # fmt: skip


def workers(places: Places, *, demo: bool = False) -> list[Program]:
    """Return everything that works behind the pages.

    The simulated hosts of a demo live in one process, which is watcher and worker at once.
    """
    hosts = [
        Program("watcher", _manage("watch"), stage=2),
        Program("worker", _worker("libvirt", "-P", "threads", "-c", "16"), stage=2),
    ]
    if demo:
        hosts = [Program("fleet", _manage("demo_fleet"), stage=2)]
    return [
        *hosts,
        Program("console", _manage("console_gateway"), stage=2),
        Program("heavy", _worker("heavy", "-P", "prefork", "-c", "1"), stage=2),
        Program(
            "beat",
            _celery(
                "beat", "-s", str(places.data / "beat-schedule"), "--pidfile=", "-l", "warning"
            ),
            stage=2,
        ),
    ]


def _manage(*words: str) -> tuple[str, ...]:
    return (str(VENV_PYTHON), "manage.py", *words)


def _celery(*words: str) -> tuple[str, ...]:
    return (str(VENV_PYTHON), "-m", "celery", "-q", "-A", "hypervisor_site", *words)


def _worker(queue: str, *words: str) -> tuple[str, ...]:
    return _celery(
        "worker", "-Q", queue, "-n", f"{queue}@%h", "--without-gossip", "--without-mingle",
        "--without-heartbeat", "-l", "warning", *words,
    )  # fmt: skip
