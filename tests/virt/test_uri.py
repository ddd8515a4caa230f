"""Is a libvirt URI built from plain parts only?"""

from dataclasses import replace

import pytest

from virt.uri import HostAddress, Transport, build_uri, check_hostname, check_path

PLAIN = HostAddress(Transport.SSH, "hv1.example.org", keyfile="/data/key", known_hosts="/data/kh")
HOSTILE = (
    "-oProxyCommand=touch /tmp/x",
    "x/system?command=/bin/sh",
    "x?keyfile=/etc/shadow",
    "x?no_verify=1",
    "x&no_verify=1",
    "x#y",
    "user@host",
    "two words",
    "new\nline",
    "nul\0byte",
    "host:22",
    "fe80::1%eth0",
    "fe80::1%$(id)",
    "[::1]",
    "",
    ".",
    "a..b",
    "-a",
    "a-",
    "1.2.3",
    "1.2.3.999",
    "ünïcode",
    "a" * 64,
    "%2e%2e",
)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("transport", [Transport.SSH, Transport.TLS, Transport.TCP])
def test_hostile_host_names_are_refused(name: str, transport: Transport) -> None:
    with pytest.raises(ValueError):
        build_uri(HostAddress(transport, name))


@pytest.mark.parametrize("name", ["hv1", "hv-1.example.org", "10.0.0.1", "::1", "a_b.lan"])
def test_plain_host_names_pass(name: str) -> None:
    assert check_hostname(name) == name


@pytest.mark.parametrize("user", ["-l", "a b", "root@x", "a/b", "a?b", "$(id)", "x\ny"])
def test_hostile_user_names_are_refused(user: str) -> None:
    with pytest.raises(ValueError):
        build_uri(replace(PLAIN, username=user))


@pytest.mark.parametrize("port", [0, -1, 65536, "22; id", "22/system?x=y", True])
def test_ports_are_numbers_in_range(port: int) -> None:
    with pytest.raises(ValueError):
        build_uri(replace(PLAIN, port=port))


@pytest.mark.parametrize(
    "path",
    ["relative", "/a/../b", "/a?x=1", "/a&b", "/a#b", "/a\nb", "//host/x", "/a%2e", "-x", "/a;b"],
)
def test_hostile_paths_are_refused(path: str) -> None:
    with pytest.raises(ValueError):
        check_path(path)
    for address in (
        replace(PLAIN, keyfile=path),
        replace(PLAIN, known_hosts=path),
        replace(PLAIN, socket=path),
        HostAddress(Transport.TLS, "hv1", pki=path),
    ):
        with pytest.raises(ValueError):
            build_uri(address)


def test_ssh_checks_the_host_key_strictly() -> None:
    assert build_uri(replace(PLAIN, username="root", port=2222)) == (
        "qemu+libssh2://root@hv1.example.org:2222/system"
        "?known_hosts_verify=normal&no_tty=1&sshauth=privkey&keyfile=/data/key&known_hosts=/data/kh"
    )


def test_every_transport_has_its_uri() -> None:
    assert build_uri(HostAddress(Transport.LOCAL)) == "qemu:///system"
    assert build_uri(HostAddress(Transport.SESSION)) == "qemu:///session"
    assert build_uri(HostAddress(Transport.TLS, "hv1")) == "qemu+tls://hv1/system"
    with_folder = HostAddress(Transport.TLS, "hv1", pki="/data/my tls")
    assert build_uri(with_folder) == "qemu+tls://hv1/system?pkipath=/data/my%20tls"
    assert build_uri(HostAddress(Transport.TCP, "::1", 1)) == "qemu+tcp://[::1]:1/system"
    assert build_uri(HostAddress(Transport.TEST)) == "test:///default"
    socket = HostAddress(Transport.LOCAL, socket="/run/my sock")
    assert build_uri(socket) == "qemu+unix:///system?socket=%2Frun%2Fmy%20sock"
