"""How does one command bring up the whole portal?"""

import asyncio
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from launcher import daemon, packages, places, programs, venv
from launcher.site import Site
from launcher.supervisor import Supervisor
from launcher.tiny import BuildError, build_tiny_image
from launcher.words import ProblemError, say

READY_SECONDS = 60.0
DEMO_PASSWORD = "guesthouse-demo"


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    data: str | None
    bind: str
    port: int
    yes: bool
    demo: bool = False


def up(wish: Wish) -> int:
    """Set up what is missing, run the portal in the foreground, return the exit code.

    Raises ProblemError for what a person must decide or mend.
    """
    here = places.data_places(wish.data)
    places.prepare(here)
    with places.hold(here):
        places.check_port(wish.bind, wish.port)
        install(wish)
        env = site_environment(wish, here)
        redis = programs.redis(here)
        site = Site(here, env)
        password = site.ensure()
        if wish.demo:
            seed_demo(site)
        else:
            prepare_machine(site, here)
        return asyncio.run(_run(wish, here, env, redis, password))


def install(wish: Wish) -> None:
    """Bring the packages and libraries; those of what is chosen beside only where it is set."""
    asks_directory = bool(places.setting("GUESTHOUSE_LDAP_URL"))
    needs = packages.DEMO if wish.demo else packages.UP
    packages.ensure(needs + packages.DIRECTORY if asks_directory else needs, yes=wish.yes)
    venv.ensure()
    if asks_directory:
        venv.ensure_more(venv.DIRECTORY)
    if places.setting("GUESTHOUSE_SAML_METADATA"):
        venv.ensure_more(venv.SAML)
    if places.is_on("GUESTHOUSE_VIDEO"):
        venv.ensure_more(venv.VIDEO)


def site_environment(wish: Wish, here: places.Places) -> dict[str, str]:
    """Return the environment of all processes; a local demo has a known password."""
    env = places.site_environment(here, bind=wish.bind, demo=wish.demo)
    if wish.demo and places.is_loopback(wish.bind):
        env.setdefault("GUESTHOUSE_ADMIN_PASSWORD", DEMO_PASSWORD)
    return env


def seed_demo(site: Site) -> None:
    """Make the simulated fleet, once."""
    if not site.remembered("demo"):
        say("Making a simulated fleet …")
        site.manage("seed_demo")
        site.remember("demo", "seeded")


def prepare_machine(site: Site, here: places.Places) -> None:
    """Build the tiny image, start the local libvirt, and add this host the first time.

    With GUESTHOUSE_NO_LOCAL_HOST set this machine is only the portal's, not a host.
    """
    try:
        build_tiny_image(here.tiny_image)
    except BuildError as error:
        say(f"There is no built-in image for now: {error}")
    if places.setting("GUESTHOUSE_NO_LOCAL_HOST"):
        return
    uri = daemon.ensure_libvirt()
    if site.remembered("local_host"):
        return
    daemon.furnish(uri)
    say(f"Adding this machine's libvirt ({uri}).")
    try:
        site.manage("addhost", "--local")
    except ProblemError as error:
        say(f"This machine's libvirt could not be added: {error}")
    else:
        site.remember("local_host", uri)


async def _run(
    wish: Wish,
    here: places.Places,
    env: dict[str, str],
    redis: programs.Program | None,
    password: str,
) -> int:
    address = f"http://{'[' + wish.bind + ']' if ':' in wish.bind else wish.bind}:{wish.port}/"
    everything = [*([redis] if redis else []), programs.web(wish.bind, wish.port)]
    everything += programs.workers(here, demo=wish.demo)

    async def stage_ready(stage: int) -> bool:
        if stage == 0:
            return await _wait(here.redis_socket.exists, 10)
        if stage > 1:
            return True
        if not await _wait(lambda: is_ready(wish), READY_SECONDS):
            say(f"The web server does not answer after {READY_SECONDS:g} s; stopping. See above.")
            return False
        greet(wish, address, password)
        return True

    here.redis_socket.unlink(missing_ok=True)
    supervisor = Supervisor(
        everything, cwd=places.BASE_DIR, env=env, stage_ready=stage_ready,
        nursery_python=places.VENV_PYTHON,
    )  # fmt: skip
    code = await supervisor.run()
    say("Guesthouse has stopped. Machines run on.")
    return code


def greet(wish: Wish, address: str, password: str) -> None:
    """Say where the portal is and how to sign in."""
    say()
    say(f"  Guesthouse is ready:  {address}")
    if password:
        say(f"  Sign in as admin, password  {password}  (shown once; you choose your own next)")
    elif (
        wish.demo
        and places.is_loopback(wish.bind)
        and not os.environ.get("GUESTHOUSE_ADMIN_PASSWORD")
    ):
        say(f"  Sign in as admin, password  {DEMO_PASSWORD}")
    else:
        say("  Sign in as admin.")
    if not places.is_loopback(wish.bind):
        say("  It is reachable from the network without encryption: see docs/ for nginx.")
    say("  Ctrl-C stops it.")
    say()


async def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    """Tell whether a condition came true in time; it is asked in a thread."""
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True


def is_ready(wish: Wish) -> bool:
    """Tell whether the web server says that it is ready."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(wish.bind, wish.bind)
    try:
        with urllib.request.urlopen(f"http://{host}:{wish.port}/readyz", timeout=2) as answer:
            return bool(json.load(answer)["status"] == "ready")
    except urllib.error.HTTPError as error:
        return error.code == 400  # it answers, and ALLOWED_HOSTS does not name this address
    except (OSError, ValueError):
        return False
