"""Do the small parts of pages say the same in words, glyphs and figures everywhere?"""

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, RequestContext, Template
from django.utils import timezone, translation
from django_cotton.compiler_regex import CottonCompiler

from hypervisor_site import drawing, formats, looks
from jobs.models import JobState
from vms.states import IN_FLIGHT, REASONS, VMState

ROOT = Path(__file__).resolve().parents[2]
GIB = 1024**3


def render(source: str, **context: Any) -> str:
    compiled = CottonCompiler().process("{% load gh i18n %}" + source)
    request = context.get("request")
    scope = RequestContext(request, context) if request else Context(context)
    return Template(compiled).render(scope)


@pytest.mark.parametrize("state", [*VMState.values, *IN_FLIGHT])
def test_every_machine_state_has_disc_word_and_template(state: str) -> None:
    drawn = render("{% state state %}", state=state)
    assert f'data-disc="{state}"' in drawn and f'data-word="{state}"' in drawn
    assert str(looks.look_of(state).word) in drawn
    assert f'data-look="{state}"' in render("{% state_templates %}")


@pytest.mark.parametrize("state", JobState.values)
def test_every_job_state_has_icon_and_word(state: str) -> None:
    drawn = render("{% job_state state %}", state=state)
    assert "<use href" in drawn and str(JobState(state).label) in drawn


def test_every_reason_is_there_for_live_pages() -> None:
    drawn = render("{% state_templates %}")
    assert all(f'data-reason="{reason}"' in drawn for reason in REASONS)


def test_every_glyph_is_in_the_sprite() -> None:
    ids = set(re.findall(r'id="([^"]+)"', (ROOT / "static/icons/sprite.svg").read_text()))
    tables = (looks.MACHINE_LOOKS, looks.HOST_LOOKS, looks.JOB_LOOKS)
    named = {look.glyph for table in tables for look in table.values() if look.glyph}
    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    named |= set(re.findall(r'{% icon "([^"]+)"', pages))
    named |= set(re.findall(r'<c-[a-z-]+[^>]* icon="([^"{]+)"', pages))
    assert named - ids == set()


def test_a_job_in_flight_wins_over_the_state() -> None:
    job = SimpleNamespace(kind="vm.start")
    assert 'data-disc="starting"' in render("{% disc 'off' job=job %}", job=job)


def test_state_takes_hostile_reasons_as_text() -> None:
    assert "<b>" not in render("{% state_word 'blocked' reason=reason %}", reason="<b>x</b>")


@pytest.mark.parametrize(
    ("value", "kind", "tone"),
    [
        (79, "", ""),
        (80, "", "amber"),
        (90, "", "brick"),
        (94, "guest-memory", ""),
        (95, "guest-memory", "amber"),
    ],
)
def test_meter_turns_at_its_thresholds(value: float, kind: str, tone: str) -> None:
    assert drawing.meter_tone(value, kind) == tone


def test_meter_has_words_and_no_style() -> None:
    drawn = render("{% meter 84 label='Memory' %}")
    assert 'aria-label="Memory 84%"' in drawn and "gh-meter--amber" in drawn
    assert "style=" not in drawn


def test_unknown_meter_is_empty_and_says_so() -> None:
    assert 'aria-label="–"' in render("{% meter None %}")


def test_sparkline_without_values_is_a_dash_not_a_zero_line() -> None:
    drawn = render("{% sparkline values %}", values=[])
    assert "–" in drawn and "<path" not in drawn


def test_sparkline_leaves_a_gap_where_nothing_was_measured() -> None:
    line, _area = drawing.spark_paths([10, None, 20, 30], 52, 18, 100)
    assert line.count("M") == 2


def test_sparkline_turns_amber_from_85() -> None:
    assert "gh-spark--amber" in render("{% sparkline values %}", values=[10, 85])
    assert "gh-spark--amber" not in render("{% sparkline values %}", values=[90, 84])


def test_windows_draw_one_mark_a_guest_and_every_fifth_past_250() -> None:
    guests = [{"name": f"g{i}", "state": "running", "url": "/m/"} for i in range(251)]
    assert render("{% windows guests %}", guests=guests[:250]).count("<a ") == 250
    assert render("{% windows guests %}", guests=guests).count("<a ") == 51


def test_windows_of_different_states_differ_in_shape() -> None:
    shapes = {
        state: re.sub(r'[\d.]+|class="[^"]*"', "", drawing._mark(state, 0, 0))
        for state in ("running", "paused", "saved", "crashed", "shutting_down")
    }
    assert len(set(shapes.values())) == len(shapes)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (None, "–"),
        (0, "0\u00a0B"),
        (8 * GIB, "8\u00a0GiB"),
        (5.25 * GIB, "5.2\u00a0GiB"),
        (568 * GIB, "568\u00a0GiB"),
        (1536 * GIB, "1.5\u00a0TiB"),
    ],
)
def test_sizes_are_written_in_binary_units(size: float | None, words: str) -> None:
    assert formats.size(size) == words


def test_figures_follow_the_language() -> None:
    with translation.override("de"):
        assert formats.size(5.5 * GIB) == "5,5\u00a0GiB"


def test_network_is_written_in_bits() -> None:
    assert formats.bitrate(26_500_000) == "212\u00a0Mb/s"


@pytest.mark.parametrize(
    ("seconds", "short", "long", "exact"),
    [
        (12, "12\u00a0s", "12 seconds", "12\u00a0s"),
        (123, "2\u00a0min", "2 minutes", "2\u00a0min 3\u00a0s"),
        (41 * 86_400, "41\u00a0d", "41 days", "41\u00a0d"),
    ],
)
def test_durations(seconds: int, short: str, long: str, exact: str) -> None:
    assert formats.short_duration(seconds) == short
    assert formats.long_duration(seconds) == long
    assert formats.exact_duration(seconds) == exact


def test_today_is_a_time_and_last_year_a_date() -> None:
    now = timezone.now()
    assert re.fullmatch(r"\d\d:\d\d", formats.clock(now))
    assert formats.clock(now - timedelta(days=800)).endswith(str((now - timedelta(days=800)).year))


def test_blocked_button_says_why_and_does_nothing() -> None:
    drawn = render(
        '<c-btn icon="reload" href="/x" blocked="{{ why }}">Restart</c-btn>', why="Off <now>"
    )
    assert 'aria-disabled="true"' in drawn and "href=" not in drawn.replace("<use href", "")
    assert 'aria-description="Off &lt;now&gt;"' in drawn and 'data-tip="Off &lt;now&gt;"' in drawn


def test_icon_button_has_a_name() -> None:
    drawn = render('<c-btn icon="x" label="Close" />')
    assert 'aria-label="Close"' in drawn


def test_sort_button_turns_round_and_says_its_order(rf: object) -> None:
    request = rf.get("/machines/?sort=name&page=3")  # type: ignore[attr-defined]
    drawn = render('<c-th field="name" sort="name">Name</c-th>', request=request)
    assert 'aria-sort="ascending"' in drawn and "?sort=-name" in drawn and "page=" not in drawn


def test_templates_carry_no_inline_style_or_script() -> None:
    bad = re.compile(
        r"\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)(?![^>]*application/json)|javascript:|hx-on"
    )
    found = {
        str(path.relative_to(ROOT)): bad.findall(path.read_text())
        for path in (ROOT / "templates").rglob("*.html")
        if bad.search(path.read_text())
    }
    assert found == {}


def test_tags_keep_their_colour() -> None:
    assert render("{% tag 'prod' %}") == render("{% tag 'prod' %}")
    assert "<b>" not in render("{% tag word %}", word="<b>")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140",
            "Edge, Windows",
        ),
        ("something of its own", "something of its own"),
    ],
)
def test_browsers_are_named_short(agent: str, words: str) -> None:
    assert formats.browser(agent) == words
