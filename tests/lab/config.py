"""Which configuration files does a lab host have?"""

import shutil
from pathlib import Path

from launcher.places import VENV_PYTHON
from tests.lab.space import run

CERTIFICATES = Path(__file__).with_name("certificates.py")

LIBVIRTD = """\
listen_tls = 1
key_file = "/etc/libvirt/pki/serverkey.pem"
cert_file = "/etc/libvirt/pki/servercert.pem"
ca_file = "/etc/libvirt/pki/cacert.pem"
listen_tcp = 1
auth_tcp = "none"
auth_unix_rw = "none"
auth_unix_ro = "none"
unix_sock_rw_perms = "0777"
host_uuid = "{uuid}"
log_outputs = "2:file:/var/log/libvirt/libvirtd.log"
max_clients = 500
max_anonymous_clients = 100
"""

QEMU = """\
security_driver = "none"
cgroup_controllers = []
namespaces = []
user = "root"
group = "root"
stdio_handler = "file"
remember_owner = 0
migration_host = "{address}"
migrate_tls_x509_cert_dir = "/etc/libvirt/pki-qemu"
vnc_listen = "127.0.0.1"
spice_listen = "127.0.0.1"
"""

# The same certificates, as QEMU calls them: each host is server and client to the others.
QEMU_PKI = {
    "server/cacert.pem": "ca-cert.pem",
    "server/servercert.pem": "server-cert.pem",
    "server/serverkey.pem": "server-key.pem",
    "client/clientcert.pem": "client-cert.pem",
    "client/clientkey.pem": "client-key.pem",
}

SSHD = """\
Port 22
ListenAddress {address}
HostKey /run/sshd/host_ed25519
AuthorizedKeysFile {keys}
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PidFile /run/sshd.pid
MaxStartups 100
MaxSessions 200
"""

SSH = """\
Host *
  IdentityFile {key}
  UserKnownHostsFile /dev/null
  StrictHostKeyChecking no
  LogLevel ERROR
"""

NAT_NETWORK = """\
<network>
  <name>default</name>
  <forward mode='nat'/>
  <bridge name='virbr0' stp='off' delay='0'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'>
    <dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp>
  </ip>
</network>
"""

ISOLATED_NETWORK = NAT_NETWORK.replace("  <forward mode='nat'/>\n", "")

POOL = """\
<pool type='dir'>
  <name>default</name>
  <target><path>/var/lib/libvirt/images</path></target>
</pool>
"""


def write_config(folder: Path, *, address: str, uuid: str, keys: Path, pki: Path) -> None:
    """Make a host's private folders with all files in them."""
    for name in ("run/sshd", "run/lock", "lib/images", "etc/qemu", "cache", "log/qemu", "dev"):
        (folder / name).mkdir(parents=True)
    for path in folder.rglob("*"):
        path.chmod(0o755)
    (folder / "etc/libvirtd.conf").write_text(LIBVIRTD.format(uuid=uuid))
    (folder / "etc/qemu.conf").write_text(QEMU.format(address=address))
    (folder / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\n")
    (folder / "ssh_config").write_text(SSH.format(key=keys.with_suffix("")))
    (folder / "hosts").write_text(hosts_file(address))
    (folder / "run/sshd/sshd_config").write_text(SSHD.format(address=address, keys=keys))
    make_key(folder / "run/sshd/host_ed25519")
    shutil.copytree(pki / "server", folder / "etc/pki")
    (folder / "etc/pki-qemu").mkdir()
    for kind, name in QEMU_PKI.items():
        shutil.copy(pki / kind, folder / "etc/pki-qemu" / name)


def hosts_file(address: str) -> str:
    """Return /etc/hosts with all lab hosts, so that nothing waits for a name server."""
    names = "".join(f"{place} {name}\n" for name, place in places(address))
    return f"127.0.0.1 localhost\n{names}"


def places(address: str) -> list[tuple[str, str]]:
    """Return names and addresses of the hosts that may be beside an address."""
    subnet = address.rpartition(".")[0]
    return [(f"hv{index}", f"{subnet}.{index}") for index in range(1, 100)]


def make_certificates(folder: Path, address: str) -> None:
    """Make the certificates of a lab in the portal's environment, where `cryptography` is."""
    words = [word for place in places(address) for word in place]
    run([str(VENV_PYTHON), str(CERTIFICATES), str(folder), *words])


def make_key(path: Path) -> None:
    """Make an SSH key pair without a passphrase."""
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "guesthouse-lab", "-f", str(path)])
