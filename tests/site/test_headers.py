"""What browsers are told with every page, answer of the API and error (S23)."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from accounts.models import User
from hypervisor_site.checks import operations, routes
from tests.site.test_api import bearer
from tests.site.test_routes import url_of
from tests.site.world import make_world

pytestmark = pytest.mark.django_db

WANTED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "connect-src": "'self'",
}
# A script that runs from within the page; JSON for a script of ours does not run.
INLINE_SCRIPT = re.compile(
    rb"<script(?![^>]*\bsrc=)(?![^>]*type=.application/json)[^>]*>\s*\S", re.I
)
INLINE_STYLE = re.compile(rb"<[^>]+\sstyle\s*=|<style(?![^>]*\bnonce=)", re.I)
HANDLER = re.compile(
    rb"<[^>]+\son[a-z]+\s*=\s*[\"']|(?:href|src|action)=[\"']?\s*javascript:", re.I
)


def policy_of(answer: Any) -> dict[str, str]:
    """Return the policy's directives."""
    parts = [part.strip() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: rest for name, _space, rest in (part.partition(" ") for part in parts) if name}


def check(answer: Any, where: str) -> None:
    """Fail where a header is missing or weak, or something is inline."""
    for name, value in WANTED.items():
        assert answer.headers.get(name) == value, f"{where}: {name}"
    assert "camera=()" in answer.headers["Permissions-Policy"], where
    policy = policy_of(answer)
    if (
        where.endswith("/console/rdp/") and answer.status_code == 200
    ):  # the one page that runs WebAssembly
        assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
        policy["script-src"] = "'self'"
    for name, value in STRICT.items():
        assert policy.get(name) == value, f"{where}: {name} {policy.get(name)}"
    assert "unsafe" not in str(policy), where
    assert "*" not in str(policy), where
    if policy["style-src"] != "'self'":
        assert re.fullmatch(r"'self' 'nonce-[\w+/=-]{20,}'", policy["style-src"]), where
    body = b"" if answer.streaming else answer.content
    if "text/html" in answer.headers.get("Content-Type", ""):
        for pattern in (INLINE_SCRIPT, INLINE_STYLE, HANDLER):
            assert not pattern.search(body), f"{where}: {pattern.search(body)}"


def paths(pk: int) -> list[str]:
    """Return an address of each page."""
    found = [path for path, _view in routes(get_resolver().url_patterns)]
    return [url_of(path, pk) for path in found if not path.startswith("api/v1/<")]


@pytest.mark.parametrize("who", ["admin", pytest.param("owner", marks=pytest.mark.slow), "visitor"])
def test_every_page_carries_the_whole_set(who: str) -> None:
    world = make_world()
    client = Client()
    if who != "visitor":
        client.force_login(world.cast[who])
    for url in paths(world.red_vm.pk):
        if "logout" in url:
            continue
        check(client.get(url), url)
    check(client.post("/hosts/add/"), "POST")


def test_every_answer_of_the_api_carries_it(ada: User) -> None:
    client = Client()
    token = bearer(ada)
    for name, _view in operations():
        url = "/" + re.sub(r"{[^}]*}", "987654321", name.split()[0])
        for headers in (token, {}):
            check(client.get(url, headers=headers), url)


@pytest.mark.urls("tests.site.broken_urls")
def test_errors_carry_it_and_tell_nothing(ada: User) -> None:
    client = Client(raise_request_exception=False)
    strict = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    strict.force_login(ada)
    for url, status in (("/broken/", 500), ("/nothing/", 404), ("/machines/999999/", 404)):
        answer = client.get(url)
        assert answer.status_code == status
        assert b"secret of the house" not in answer.content
        check(answer, url)
    answer = strict.post("/account/preferences/", {"theme": "dark"})
    assert answer.status_code == 403
    check(answer, "csrf")


def test_a_new_nonce_each_time() -> None:
    world = make_world()
    client = Client()
    client.force_login(world.cast["admin"])
    seen = set()
    for _ in range(3):
        answer = client.get(f"/machines/{world.red_vm.pk}/console/serial/")
        seen.add(policy_of(answer)["style-src"])
    assert len(seen) == 3


def test_cookies_are_not_for_scripts_or_other_sites(ada: User, client: Client) -> None:
    client.get("/account/login/")
    client.post("/account/login/", {"login": "ada", "password": "an-old-lighthouse-7"})
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name


def test_over_tls_everything_is_strict_and_the_deploy_check_is_clean(tmp_path: Path) -> None:
    words = (
        "import django; django.setup();"
        "from django.conf import settings as s; from django.core.management import call_command;"
        "assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SECURE_SSL_REDIRECT;"
        "assert s.SECURE_HSTS_SECONDS >= 31536000;"
        "assert s.SESSION_COOKIE_NAME.startswith('__Host-');"
        "assert s.CONTENT_SECURITY_POLICY['DIRECTIVES']['upgrade-insecure-requests'];"
        "call_command('check', deploy=True, fail_level='WARNING')"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "hypervisor_site.settings",
        "GUESTHOUSE_DATA": str(tmp_path),
        "GUESTHOUSE_TLS": "yes",
        "SECRET_KEY": "",
    }
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    done = subprocess.run(
        [sys.executable, "-c", words], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "WARNINGS" not in done.stderr, done.stderr
