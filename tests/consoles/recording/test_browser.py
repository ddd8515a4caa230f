"""A real guest recorded and played back in a real browser: the same picture, on its own clock."""

import gzip
import json

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership, Role, Team
from recordings import storage
from recordings.models import Recording, State
from tests.consoles.browsing import Open, is_drawn, picture, type_in
from tests.consoles.test_lab import row_of
from tests.lab import Guest, wait_until
from tests.recordings.videos import seen as seen_again
from vms.models import VM

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_FREE_MIB = 0


def pixels(page: Page, stage: str) -> str:
    """Return what a canvas shows, as text that is the same for the same picture."""
    return str(
        page.evaluate(
            """async (stage) => {
              const canvas = document.querySelector(`${stage} canvas`);
              const { width, height } = canvas;
              const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
              const digest = await crypto.subtle.digest("SHA-256", data);
              const sign = (byte) => byte.toString(16).padStart(2, "0");
              return `${width}x${height} ` + [...new Uint8Array(digest)].map(sign).join("");
            }""",
            stage,
        )
    )


def seen(page: Page) -> set[str]:
    """Return what the screen shows in the next two seconds: its cursor blinks."""
    found = set()
    for _look in range(20):
        found.add(pixels(page, "#screen"))
        page.wait_for_timeout(100)
    return found


def shows(page: Page, at: float) -> str:
    """Move to a moment of a recording and return the picture that is drawn for it."""
    page.locator("#player-place").fill(f"{at:.1f}")
    expect(page.locator("#player")).to_have_attribute("data-shown", f"{at:.2f}", timeout=10_000)
    return pixels(page, "#player-stage")


def ended() -> Recording:
    return wait_until(lambda: Recording.objects.filter(state=State.ENDED).first(), timeout=15)


def makes_a_video(page: Page, recording: Recording) -> None:
    page.get_by_role("button", name="Make a video").click()
    link = page.get_by_role("link", name="Download the video")
    expect(link).to_be_visible(timeout=10_000)
    picture(page, "video-made")
    with page.expect_download() as download:
        link.click()
    assert seen_again(download.value.path()).length == pytest.approx(recording.length, abs=0.5)
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, "video-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1390, "height": 868})


def test_what_was_typed_is_seen_again(opened: Open, lab_guest: Guest, oli, sam):
    vm = row_of(lab_guest, "local", oli)
    page = opened(f"/machines/{vm.pk}/console/")
    wait_until(lambda: is_drawn(page), timeout=10)
    expect(page.locator("#console-driver")).to_contain_text("You drive")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Record the screen").click()
    wait_until(lambda: Recording.objects.exists() or page.locator(".gh-toast").count())
    expect(page.locator("#console-recording")).to_contain_text("Recording", timeout=10_000)
    expect(page.locator("#console-recording [data-clock]")).to_contain_text("0:0")
    page.locator("#screen canvas").click()
    type_in(page, "clear\n")
    type_in(page, "echo recorded > /dev/ttyS0; echo seen on screen\n")
    wait_until(lambda: "recorded" in lab_guest.serial_output(), timeout=20)
    before = seen(page)
    picture(page, "recording")
    page.get_by_role("button", name="Stop recording").click()
    expect(page.locator("#console-recording")).not_to_contain_text("Recording", timeout=10_000)
    recording = ended()
    page.goto(page.url.replace(f"/machines/{vm.pk}/console/", f"/machines/{vm.pk}/recordings/"))
    picture(page, "recordings")
    page.get_by_role("link", name="Play", exact=True).click()
    player = page.locator("#player")
    expect(player).to_have_attribute("data-state", "ready", timeout=10_000)
    first, end = shows(page, 0), int(recording.length * 10) / 10
    assert shows(page, end) in before
    picture(page, "player")
    assert shows(page, 0) == first
    assert first not in before
    page.locator("#player-speed").select_option("8")
    page.get_by_role("button", name="Play", exact=True).click()
    wait_until(lambda: pixels(page, "#player-stage") in before, timeout=15)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible(timeout=15_000)
    expect(page.locator("#player-marks")).to_contain_text(f"{oli.display_name} drove")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.path().read_bytes() == storage.file_of(recording).read_bytes()
    makes_a_video(page, recording)
    page.get_by_role("link", name="Delete the recording").click()
    page.get_by_role("button", name="Delete the recording").click()
    expect(page.locator("h1")).to_contain_text("Recordings")
    assert not storage.file_of(recording).exists()


def test_the_rules_require_it_and_everybody_sees_it(opened: Open, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    team = Team.objects.create(name="Robotics", slug="robotics", console_recording="always")
    Membership.objects.create(team=team, user=oli, role=Role.MEMBER)
    VM.objects.filter(pk=vm.pk).update(team=team)
    page = opened(f"/machines/{vm.pk}/console/serial/")
    expect(page.locator("#console-recording")).to_contain_text("Recording", timeout=10_000)
    expect(page.locator("#console-recorded")).to_contain_text("The rules here require it.")
    expect(page.get_by_role("button", name="Stop recording")).to_have_count(0)
    expect(page.locator(".xterm-rows")).to_contain_text("tick", timeout=10_000)
    page.locator("#screen").click()
    page.keyboard.type("echo $((6*7))th\n", delay=20)
    expect(page.locator(".xterm-rows")).to_contain_text("42th")
    picture(page, "recording-serial")
    Team.objects.update(console_recording="never")
    recording = ended()
    text = gzip.decompress(storage.file_of(recording).read_bytes()).decode()
    head, *events = [json.loads(line) for line in text.splitlines()]
    assert (head["version"], {len(event) for event in events}) == (2, {3})
    assert "42th" in "".join(words for _at, kind, words in events if kind == "o")
    origin = page.url.partition("/machines")[0]
    page.goto(f"{origin}/recordings/{recording.pk}/")
    expect(page.locator("#player")).to_have_attribute("data-state", "ready", timeout=10_000)
    page.locator("#player-place").fill(str(round(recording.length, 1)))
    expect(page.locator(".xterm-rows")).to_contain_text("42th")
    expect(page.locator("#player-marks")).to_contain_text(f"{oli.display_name} drove")
    picture(page, "player-serial")
