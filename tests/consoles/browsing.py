"""The console room in a real browser: a web server, pages as somebody, and what hands do."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from channels.routing import ProtocolTypeRouter
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from playwright.sync_api import Browser, Page

from hypervisor_site.asgi import application
from live.publish import announce
from tests.lab import wait_until
from virt.pool import close_all
from vms.facts import facts_of
from vms.models import VM

from .signing import session_of, sign_in

SHOTS = Path(os.environ["GUESTHOUSE_SHOTS"]) if "GUESTHOUSE_SHOTS" in os.environ else None


@pytest.fixture
def site(gateway, settings) -> Iterator[str]:
    """Run the web server with pages, static files and sockets, and return its address."""
    settings.ALLOWED_HOSTS = ["localhost"]
    sockets = application.application_mapping["websocket"]
    pages = ASGIStaticFilesHandler(get_asgi_application())
    app = ProtocolTypeRouter({"http": pages, "websocket": sockets})
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    close_all()


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, site: str, oli) -> Iterator[Open]:
    """Return a function that opens a page as oli, or as `user`, and fails on errors in it."""
    contexts: list[Any] = []
    troubles: list[str] = []

    def open_page(path: str, user: Any = None, **wishes: Any) -> Page:
        wishes.setdefault("viewport", {"width": 1390, "height": 868})
        wishes.setdefault("reduced_motion", "reduce")
        name, key = django_settings.SESSION_COOKIE_NAME, session_of(sign_in(user or oli))
        context = browser.new_context(**wishes)
        contexts.append(context)
        context.add_cookies([{"name": name, "value": key, "url": site}])
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda line: troubles.append(line.text) if "Content Security" in line.text else None,
        )
        page.goto(site + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == [], troubles


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page where GUESTHOUSE_SHOTS says."""
    if SHOTS is not None:
        page.screenshot(path=SHOTS / f"console-{name}.png")


def is_drawn(page: Page) -> bool:
    """Say whether the screen shows more than one colour."""
    return bool(
        page.evaluate(
            """() => {
              const canvas = document.querySelector("#screen canvas");
              if (!canvas || !canvas.width) return false;
              const { width, height } = canvas;
              const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
              return new Set(new Uint32Array(data.buffer)).size > 1;
            }"""
        )
    )


def type_in(page: Page, text: str) -> None:
    """Type as hands do: with the shift key held where a sign needs it."""
    for sign in text:
        if sign == "\n":
            page.keyboard.press("Enter")
        elif sign == ">":
            page.keyboard.press("Shift+Period")
        elif sign.isupper():
            page.keyboard.press(f"Shift+Key{sign}")
        else:
            page.keyboard.type(sign)
        page.wait_for_timeout(20)


def tell(vm: VM) -> None:
    """Announce a machine as the watcher does."""
    vm.rev += 1
    vm.save()
    vm = VM.objects.select_related("host").get(pk=vm.pk)
    announce("vm", vm.pk, vm.rev, dict(facts_of(vm)), vm.audiences)
