"""Text typed as keystrokes into a real guest whose keyboard is German, at its login prompt."""

import base64
import json
import re
import subprocess
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.lab import Guest, wait_until

from .browsing import Open, is_drawn, opened, picture, site, type_in  # noqa: F401
from .test_lab import row_of

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# All that the console's Latin-1 keymap has; it knows neither € nor an acute accent of its own.
SIGNS = "äöüÄÖÜß!\"§$%&/()=?`^~@{[]}\\|<>,;.:-_#'+*µ²³ zyZY0123456789"
PASSWORD = (SIGNS + "Qu3r/durch-den:Garten_" * 8)[:200]


def agent(guest: Guest, command: str, **arguments: Any) -> Any:
    """Ask the guest's agent."""
    words = json.dumps({"execute": command, "arguments": arguments})
    return json.loads(guest.host.virsh("qemu-agent-command", guest.name, words))["return"]


def write(guest: Guest, path: str, data: bytes) -> None:
    """Write a file in the guest."""
    handle = agent(guest, "guest-file-open", path=path, mode="w")
    coded = base64.b64encode(data).decode()
    agent(guest, "guest-file-write", handle=handle, **{"buf-b64": coded})
    agent(guest, "guest-file-close", handle=handle)


def run(guest: Guest, command: str) -> str:
    """Run a shell command in the guest and return what it prints."""
    pid = agent(
        guest, "guest-exec", path="/bin/sh", arg=["-c", command], **{"capture-output": True}
    )["pid"]
    done = wait_until(
        lambda: (state := agent(guest, "guest-exec-status", pid=pid))["exited"] and state,
        timeout=20,
    )
    assert done["exitcode"] == 0, done
    return base64.b64decode(done.get("out-data", "")).decode()


def paste(page: Page, text: str, *, enter: bool = True) -> None:
    """Put a text into the dialog and let it be typed."""
    page.get_by_role("button", name="Type text").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Keyboard layout of the guest").select_option("de")
    dialog.get_by_label("Text", exact=True).fill(text)
    dialog.get_by_label("Press Enter at the end").set_checked(enter)
    dialog.get_by_role("button", name="Type", exact=True).click()
    expect(dialog).to_be_hidden(timeout=60_000)


def test_a_long_password_is_typed_at_a_german_login_prompt(
    opened: Open,  # noqa: F811
    lab_guest: Guest,
    oli: Any,
) -> None:
    lab_guest.wait_agent()
    keymap = subprocess.run(["loadkeys", "-b", "de-latin1"], capture_output=True, check=True).stdout
    write(lab_guest, "/tmp/de.bmap", keymap)
    write(lab_guest, "/tmp/secret", f"{PASSWORD}\n".encode())
    hashed = run(lab_guest, "mkpasswd -m sha512 -P 0 < /tmp/secret").strip()
    write(
        lab_guest,
        "/etc/passwd",
        f"root::0:0::/:/bin/sh\nlena:{hashed}:0:0::/tmp:/bin/sh\n".encode(),
    )
    page = opened(f"/machines/{row_of(lab_guest, 'local', oli).pk}/console/")
    wait_until(lambda: is_drawn(page), timeout=10)
    page.locator("#screen canvas").click()
    type_in(page, "login\n")  # its layout is still American
    wait_until(lambda: "login" in run(lab_guest, "ps"), timeout=20)
    run(lab_guest, "loadkmap < /tmp/de.bmap")
    paste(page, "lena")
    page.wait_for_timeout(1000)
    picture(page, "password")
    paste(page, PASSWORD)
    wait_until(lambda: re.search(r"lena +-sh", run(lab_guest, "ps")), timeout=30)
    page.wait_for_timeout(1000)  # until the shell has printed its prompt
    paste(page, "echo $USER '{[]} \\ @~| <>' > /tmp/heard")
    wait_until(
        lambda: run(lab_guest, "cat /tmp/heard 2>/dev/null || true") == "lena {[]} \\ @~| <>\n",
        timeout=20,
    )
    picture(page, "logged-in")


def test_typing_shows_progress_stops_and_names_what_the_layout_lacks(
    opened: Open,  # noqa: F811
    lab_guest: Guest,
    oli: Any,
) -> None:
    page = opened(f"/machines/{row_of(lab_guest, 'local', oli).pk}/console/")
    wait_until(lambda: is_drawn(page), timeout=10)
    page.get_by_role("button", name="Type text").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Keyboard layout of the guest").select_option("us")
    dialog.get_by_label("Text", exact=True).fill("grün")
    dialog.get_by_role("button", name="Type", exact=True).click()
    expect(dialog).to_contain_text("This layout has no keys for: ü")
    dialog.get_by_label("Text", exact=True).fill("x" * 400)
    dialog.get_by_role("button", name="Type", exact=True).click()
    expect(dialog.locator("progress")).to_be_visible()
    picture(page, "typing")
    dialog.get_by_role("button", name="Stop").click()
    expect(dialog).to_contain_text(re.compile(r"Stopped after \d+ of 400 signs\."))


def test_signs_of_another_keyboard_reach_a_german_guest(
    opened: Open,  # noqa: F811
    lab_guest: Guest,
    oli: Any,
) -> None:
    lab_guest.wait_agent()
    keymap = subprocess.run(["loadkeys", "-b", "de-latin1"], capture_output=True, check=True).stdout
    write(lab_guest, "/tmp/de.bmap", keymap)
    page = opened(f"/machines/{row_of(lab_guest, 'local', oli).pk}/console/")
    wait_until(lambda: is_drawn(page), timeout=10)
    run(lab_guest, "loadkmap < /tmp/de.bmap")
    page.get_by_role("button", name="Keyboard layout").click()
    page.get_by_role("menuitemradio", name="German", exact=True).click()
    page.locator("#screen canvas").click()
    type_in(page, "echo lazy-zebra/x > /tmp/heard\n")
    wait_until(
        lambda: run(lab_guest, "cat /tmp/heard 2>/dev/null || true") == "lazy-zebra/x\n", timeout=20
    )
