"""What the line below the screen says about the way: delay, bit rate, encryption."""

import re
import socket
import time
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Route, expect

from consoles.wire import MOST_PROBE
from vms.models import VM

from .browsing import Open, picture
from .conftest import ask, shake_hands, sign_in
from .raw import TEXT, RawBrowser
from .signing import session_of
from .test_relay import through, web  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_probe_comes_back_and_reaches_no_display(gateway, display, vm, oli) -> None:
    client = sign_in(oli)
    console = RawBrowser(gateway.path, client, ask(client, vm).json()["ticket"])
    console.shake_hands()
    console.say(b"probe 7", TEXT)
    assert console.message() == (TEXT, b"probe 7")
    assert not display.heard
    console.say(b"probe " + b"7" * MOST_PROBE, TEXT)
    assert console.ending() == (4400, "protocol")


def test_it_comes_back_through_the_web_port_too(web, display, vm, oli) -> None:  # noqa: F811
    client = sign_in(oli)
    console = through(web, client, ask(client, vm).json()["ticket"])
    shake_hands(console)
    console.send("probe 1")
    assert console.recv(5) == "probe 1"
    assert not display.heard


def ring(connection: socket.socket) -> None:
    """Send bells, ten kilobytes a second."""
    while True:
        connection.sendall(b"\2" * 1000)
        time.sleep(0.1)


def test_the_line_below_says_how_long_and_how_much(opened: Open, display: Any, vm: VM) -> None:
    display.talk = ring
    page = opened(f"/machines/{vm.pk}/console/")
    way = page.locator(".gh-console__way")
    expect(page.locator("#console-delay")).to_have_text(re.compile(r"^\d+\sms$"))
    expect(page.locator("#console-rate")).to_have_text(re.compile(r"^[1-9][\d.]*\skb/s$"))
    expect(page.locator("#console-status")).to_have_text("Connected")
    expect(page.locator("#console-tls")).to_be_hidden()  # http
    expect(page.locator("#console-open")).to_be_hidden()  # to this very computer
    assert not page.locator("[role=status] .gh-console__way, [aria-live] .gh-console__way").count()
    picture(page, "way")
    page.locator("#console-delay").hover()
    expect(page.locator(".gh-tip")).to_contain_text("There and back")
    page.set_viewport_size({"width": 390, "height": 844})
    page.mouse.move(100, 300)
    page.locator("#console-room").click()
    picture(page, "way-390")
    expect(page.locator("#console-rate")).to_be_in_viewport(ratio=1)
    vm.delete()
    expect(page.locator("#console")).to_have_attribute("data-state", "closed")
    expect(way).to_be_hidden()


@pytest.mark.parametrize(
    ("scheme", "says"), [("https", "TLS"), ("http", "not encrypted")], ids=["tls", "open"]
)
def test_it_says_whether_the_way_is_encrypted(
    browser: Browser, site: str, vm: VM, oli: Any, display: Any, scheme: str, says: str
) -> None:
    def fetch(route: Route) -> None:
        url = route.request.url.replace(f"{scheme}://guesthouse.example", site)
        route.fulfill(response=route.fetch(url=url, headers={"Cookie": cookie}))

    cookie = f"{settings.SESSION_COOKIE_NAME}={session_of(sign_in(oli))}"
    context = browser.new_context()
    page = context.new_page()
    page.route(f"{scheme}://guesthouse.example/**", fetch)
    page.goto(f"{scheme}://guesthouse.example/machines/{vm.pk}/console/")
    expect(page.locator("#console-again")).to_be_visible()
    for part, words in (("#console-tls", "TLS"), ("#console-open", "not encrypted")):
        is_said = page.locator(f"{part}:not([hidden])")
        expect(is_said).to_have_count(1 if words == says else 0)
    context.close()
