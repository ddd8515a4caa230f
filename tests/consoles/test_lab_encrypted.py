"""Displays whose streams are encrypted: VNC and SPICE of real QEMU, with their certificates."""

import shutil
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from hosts.models import Host
from tests.lab import Lab
from tests.lab.certificates import Authority
from tests.lab.hosts import LabHost
from virt.pool import close_all

from .conftest import ask, connect, sign_in
from .test_lab import ending, first_picture, opened, row_of, trust
from .test_lab_spice import MAIN_INIT, Channel, spice_row

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]
ENCRYPTED = """\
vnc_tls = 1
vnc_tls_x509_cert_dir = "/etc/libvirt/pki-qemu"
vnc_tls_x509_verify = 1
spice_tls = 1
spice_tls_x509_cert_dir = "/etc/libvirt/pki-qemu"
"""
VNC = (
    "<graphics type='vnc' autoport='yes' {more}><listen type='address' address='{ip}'/></graphics>"
)
SPICE = (
    "<graphics type='spice' autoport='yes' passwd='pass1234' defaultMode='secure'>"
    "<listen type='address' address='{ip}'/></graphics>"
)


@pytest.fixture(autouse=True)
def _tidy(settings, tmp_path):
    """Keep keys and certificates apart; close connections before the hosts of the test go."""
    settings.DATA_DIR = tmp_path
    yield
    close_all()


@pytest.fixture
def host(lab: Lab) -> Iterator[LabHost]:
    """A host whose displays are encrypted, and want to know who comes."""
    found = lab["hv2"]
    path = found.folder / "etc/qemu.conf"
    before = path.read_text()
    path.write_text(before + ENCRYPTED)
    found.restart_libvirtd()
    yield found
    path.write_text(before)
    found.restart_libvirtd()


@pytest.mark.parametrize("transport", ["tls", "ssh", "local"])
@pytest.mark.parametrize("more", ["", "passwd='pass1234'"])
def test_an_encrypted_screen_is_seen(gateway, lab: Lab, host, oli, settings, transport, more):
    shutil.copytree(host.pki, settings.DATA_DIR / "tls")
    guest = lab.guest(host, "veiled", graphics="", more=VNC.format(ip=host.ip, more=more))
    key = {"host_key": trust(guest)} if transport == "ssh" else {}
    console, width, height = opened(gateway, sign_in(oli), row_of(guest, transport, oli, **key))
    assert first_picture(console, width, height)


@pytest.mark.parametrize("transport", ["tls", "ssh"])
def test_an_encrypted_spice_screen_begins(gateway, lab: Lab, host, oli, settings, transport):
    shutil.copytree(host.pki, settings.DATA_DIR / "tls")
    guest = lab.guest(host, "veiled-spice", graphics="", more=SPICE.format(ip=host.ip))
    key = {"host_key": trust(guest)} if transport == "ssh" else {}
    main = Channel(gateway, sign_in(oli), spice_row(guest, transport, oli, **key)).begin()
    assert main.until(MAIN_INIT)


def test_a_spice_screen_that_is_only_encrypted_says_so_where_no_network_leads_to_it(
    gateway, lab: Lab, host, oli
):
    guest = lab.guest(host, "veiled-here", graphics="", more=SPICE.format(ip=host.ip))
    vm, client = spice_row(guest, "local", oli), sign_in(oli)
    with pytest.raises(ConnectionClosed) as closed:
        Channel(gateway, client, vm).begin()
    assert closed.value.rcvd and closed.value.rcvd.reason == "display-encrypted"


def test_a_screen_with_a_certificate_that_does_not_count_is_not_entered(
    gateway, lab: Lab, host, oli, settings
):
    """Without certificates, with another authority, and by a name that the certificate lacks."""
    guest = lab.guest(host, "doubted", graphics="", more=VNC.format(ip=host.ip, more=""))
    vm = row_of(guest, "tcp", oli)
    client = sign_in(oli)

    def knock() -> tuple[int, str]:
        return ending(connect(gateway.path, client, ask(client, vm).json()["ticket"]))

    assert knock() == (4415, "display-certificate")
    Authority("Somebody else").issue(settings.DATA_DIR / "tls", "client")
    assert knock() == (4415, "display-certificate")
    shutil.rmtree(settings.DATA_DIR / "tls")
    shutil.copytree(host.pki, settings.DATA_DIR / "tls")
    console, width, height = opened(gateway, client, vm)
    assert first_picture(console, width, height)
    console.close()
    Host.objects.filter(pk=vm.host_id).update(hostname=f"::ffff:{host.ip}")
    assert knock() == (4415, "display-certificate")
