"""One row of a list of machines.

Drawn here and not by a template: fifty stand on a page, and a template takes four times as long.
"""

from django.utils.safestring import SafeString, mark_safe

from vms.templatetags.machines import os_mark, os_name
from vms.views.rows import Row

from . import drawing, formats
from .filling import fill
from .parts import avatar, driver_mark, icon, tag
from .stating import as_of, disc, state_word

EMPTY = mark_safe("")
HOT = 85  # per cent of processor from which the figure is shown hot

ROW = """
  <tr id="vm-{pk}" data-live-kind="vm" data-live-id="{pk}" data-live-rev="{rev}" \
data-live-url="{url}row/" data-live-refresh="state job name started_before" \
data-order="{order}" {stale}>
    <td class="gh-table__check"><input type="checkbox" class="gh-check" form="bulk" name="ids" \
value="{pk}" data-select data-state="{state}" aria-label="{name}"></td>
    <td class="gh-cell-main">{disc}<a class="gh-name" href="{url}" data-open data-fact="name">\
{name}</a><span class="gh-table__mods">{mods}</span></td>
    <td>{word}{as_of}</td>
    <td class="gh-cell-side gh-c-cpu">{cpu}</td>
    <td class="gh-col-4 gh-c-memory">{memory}</td>
    <td class="gh-cell-sub gh-c-address{dim}"><span class="gh-mono" data-fact="address">\
{address}</span></td>
    {host}
    <td class="gh-col-4 gh-c-owner">{owner}</td>
    <td class="gh-col-3 gh-c-tags"><span class="gh-tags">{tags}</span></td>
    <td class="gh-num gh-end gh-ink-2 gh-col-2 gh-c-up">{up}</td>
    <td class="gh-act-cell">{actions}</td>
  </tr>
"""
SHARED = '<span class="gh-tag gh-shared">{}<span>{}</span></span>'
OLD = (
    '<span class="gh-tone-amber" data-tip="{1}">{0}<span class="visually-hidden">{1}</span></span>'
)
HOST = '<td class="gh-col-4 gh-c-host"><a class="gh-quiet" href="{}">{}</a></td>'
NO_OWNER = mark_safe('<span class="gh-ink-3">–</span>')
OWNER = '<span class="gh-row">{}<span>{}</span></span>'
CPU = (
    '<span class="gh-spark-cell"><span data-spark="cpu">{}</span><span class="gh-num{}"'
    ' data-fact="cpu" data-format="percent" data-hot="85">{}</span></span>'
)
NO_CPU = '<span class="gh-ink-3 gh-only-wide">–</span><span class="gh-only-phone">{}</span>'
MEMORY = (
    '<span class="gh-meter-cell" data-meter="mem_used" data-meter-of="mem"'
    ' data-meter-whole="{}">{}'
    '<span class="gh-num"><span data-fact="mem_used" data-format="gib-number">{}</span> / {}'
    "</span></span>"
)
MEMORY_OFF = '<span class="gh-num gh-memory-off">{}</span>'
UP = '<span data-fact="started" data-format="up">{}</span>'
UP_AT_LEAST = '<span data-tip="{}">&gt;\u00a0{}</span>'
ACTIONS = """<span class="gh-act">
      <a class="btn btn-sm gh-btn--icon gh-btn--ghost" href="{url}console/" data-console \
aria-label="{console}" data-tip="{console}">{screen}</a>
      <button type="submit" form="machine-power" formaction="{url}{action}/" \
hx-post="{url}{action}/" hx-swap="none" class="btn btn-sm gh-btn--icon gh-btn--ghost" \
aria-label="{verb}" data-tip="{tip}"{disabled}>{icon}</button>
      <span class="dropdown"><button type="button" class="btn btn-sm gh-btn--icon gh-btn--ghost" \
data-bs-toggle="dropdown" data-bs-popper-config='{{"strategy":"fixed"}}' aria-expanded="false" \
hx-get="{url}menu/" hx-target="next .dropdown-menu" aria-label="{more}">{dots}</button>\
<span class="dropdown-menu dropdown-menu-end"></span></span>
    </span>"""


def machine_row(row: Row, is_admin: bool = False) -> SafeString:
    """Draw a machine as a row; its host is shown to administrators."""
    vm, facts = row.vm, row.facts
    word = state_word(facts["state"], reason=str(row.reason))
    return fill(
        ROW,
        pk=vm.pk,
        rev=vm.rev,
        url=row.url,
        order=_order(row),
        stale="data-stale" if row.is_stale else "",
        state=facts["state"],
        name=vm.name,
        disc=disc(facts["state"]),
        mods=_mods(row),
        word=word,
        as_of=fill(" {}", as_of(vm.host.last_seen)) if row.is_stale else EMPTY,
        cpu=_cpu(row, word),
        memory=_memory(row),
        dim="" if row.is_on else " gh-ink-3",
        address=facts["address"] or formats.NOTHING,
        host=fill(HOST, row.host_url, vm.host.name) if is_admin else EMPTY,
        owner=_owner(row.owner_name),
        tags=SafeString("".join(tag(name) for name in row.tags)),
        up=_up(row),
        actions=_actions(row),
    )


def _order(row: Row) -> str:
    """Return what the list can be sorted by: state, processor, memory, start."""
    facts = row.facts
    cpu = "-" if row.shown_cpu is None else row.shown_cpu
    return f"{facts['settled']} {cpu} {facts['mem']} {facts['started'] or '-'}"


def _mods(row: Row) -> SafeString:
    """Draw what kind of system it is, whether it is protected or shared, and who drives it."""
    os_id = row.vm.os_id
    system = icon(os_mark(os_id), size=14, label=os_name(os_id)) if os_id else EMPTY
    lock = icon("lock", size=14, label=row.words.protected) if row.vm.is_protected else EMPTY
    shared = fill(SHARED, icon("users", size=14), row.shared) if row.shared else EMPTY
    old = _old(row.snapshot_warning)
    driver = driver_mark(row.vm.pk, row.driver) if row.may_console else EMPTY
    return SafeString(system + old + lock + shared + driver)


def _old(warning: str) -> SafeString:
    return fill(OLD, icon("camera-exclamation", size=14), warning) if warning else EMPTY


def _cpu(row: Row, word: SafeString) -> SafeString:
    """Draw the last minutes and the figure; on a phone an idle machine shows its state here."""
    if not row.shows_cpu:
        return fill(NO_CPU, word)
    cpu = row.facts["cpu"]
    line = drawing.sparkline(row.cpu, width=52, height=18, label="", tone="", high=100)
    hot = " gh-hot" if cpu is not None and cpu >= HOT else ""
    return fill(CPU, line, hot, formats.percent(cpu))


def _memory(row: Row) -> SafeString:
    whole = formats.gib_number(row.vm.memory)
    if not row.is_on:
        return fill(MEMORY_OFF, whole)
    meter = drawing.meter(
        row.memory_percent, label="", kind="guest-memory", add=0, thick=False, stale=False, tone=""
    )
    used = formats.gib_number(row.facts["mem_used"])
    return fill(MEMORY, row.vm.memory, meter, used, whole)


def _owner(name: str) -> SafeString:
    return fill(OWNER, avatar(name, size=18), name) if name else NO_OWNER


def _up(row: Row) -> SafeString:
    if not row.is_on:
        return EMPTY
    up = fill(UP, formats.up(row.vm.started_at))
    return fill(UP_AT_LEAST, row.words.ran_before, up) if row.vm.started_before else up


def _actions(row: Row) -> SafeString:
    """Draw the console, the likeliest power button and the menu, which is fetched when opened."""
    power = row.power
    return fill(
        ACTIONS,
        url=row.url,
        console=row.words.console,
        screen=icon("screen-share"),
        action=power.action,
        verb=power.verb,
        tip=power.refusal or power.verb,
        disabled=mark_safe(' aria-disabled="true"') if power.refusal else EMPTY,
        icon=icon(power.icon),
        more=row.words.more,
        dots=icon("dots"),
    )
