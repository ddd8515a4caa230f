"""Sign-in against a real slapd."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Team, User
from jobs.models import AuditEntry
from tests.portal import free_port
from tests.services import wait_until

from .conftest import give_password, is_in

SLAPD = shutil.which("slapd") or ("/usr/sbin/slapd" if Path("/usr/sbin/slapd").exists() else "")
pytestmark = pytest.mark.skipif(not SLAPD, reason="slapd is not installed")
SCHEMAS = "/etc/ldap/schema"
CONFIG = """
include {schemas}/core.schema
include {schemas}/cosine.schema
include {schemas}/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
database mdb
suffix "dc=example,dc=org"
rootdn "cn=reader,dc=example,dc=org"
rootpw a-readers-secret
directory {folder}/data
"""
ENTRIES = """
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=org
objectClass: organizationalUnit
ou: groups

dn: uid=lena,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: lena
cn: Lena Holm
givenName: Lena
sn: Holm
mail: lena@example.org
userPassword: harbour-lights-3

dn: uid=ada,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: ada
cn: Another Ada
sn: Ada
userPassword: harbour-lights-3

"""
STUDENTS = """
dn: cn=students,ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: students
member: uid=lena,ou=people,dc=example,dc=org
"""


class Directory:
    """A slapd of our own on a loopback port, with its files in one folder."""

    lines = ""  # more of its configuration

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"ldap://127.0.0.1:{free_port()}"
        self.doors = self.url
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Fill it and wait until it answers."""
        (self.folder / "data").mkdir()
        config = self.folder / "slapd.conf"
        settings = CONFIG.replace("\ndatabase", self.lines + "\ndatabase", 1)
        config.write_text(settings.format(folder=self.folder, schemas=SCHEMAS))
        command = [SLAPD, "-h", self.doors, "-f", str(config), "-d", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_until(self.answers, seconds=20, what="slapd")
        self.tell("ldapadd", ENTRIES + STUDENTS)

    def answers(self) -> bool:
        """Say whether it is up."""
        command = ["ldapwhoami", "-x", "-H", self.url]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def tell(self, program: str, ldif: str) -> None:
        """Change entries."""
        words = [program, "-x", "-H", self.url, "-D", "cn=reader,dc=example,dc=org"]
        done = subprocess.run(
            [*words, "-w", "a-readers-secret"],
            input=ldif.strip() + "\n", text=True, capture_output=True, check=False, env=os.environ,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    """The directory."""
    made = Directory(tmp_path_factory.mktemp("slapd"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def directory(slapd: Directory, settings: LazySettings, db: None) -> Directory:
    """The directory, with the portal set to ask it."""
    settings.LDAP_URL = slapd.url
    settings.LDAP_BIND_DN = "cn=reader,dc=example,dc=org"
    settings.LDAP_BIND_PASSWORD = "a-readers-secret"
    settings.LDAP_USER_BASE = "ou=people,dc=example,dc=org"
    settings.LDAP_GROUP_BASE = "ou=groups,dc=example,dc=org"
    settings.LDAP_START_TLS = False
    settings.TEAM_MAP = {"students": ("course-a", "member"), "staff": ("course-a", "owner")}
    settings.AUTHENTICATION_BACKENDS = [
        *settings.AUTHENTICATION_BACKENDS,
        "accounts.sign_in.directory.DirectoryBackend",
    ]
    return slapd


@pytest.fixture
def course(db: None) -> Team:
    """The team that students come to."""
    return Team.objects.create(name="Course A", slug="course-a")


def enter(name: str, password: str = "harbour-lights-3") -> Client:
    """Try to sign in."""
    client = Client()
    give_password(client, User(username=name), password)
    return client


def test_a_person_of_the_directory_comes_in(directory: Directory, course: Team) -> None:
    assert is_in(enter("lena"))
    lena = User.objects.get(username="lena")
    assert (lena.first_name, lena.email) == ("Lena", "lena@example.org")
    assert not lena.has_usable_password()
    assert not lena.is_superuser
    one = Membership.objects.get(user=lena)
    assert (one.team, one.role, one.source) == (course, "member", "ldap")
    assert AuditEntry.objects.get(action="team.member_add").target_name == "Course A"
    assert is_in(enter("lena"))
    assert User.objects.filter(username__iexact="lena").count() == 1


@pytest.mark.parametrize("password", ["", "wrong", "*"])
def test_other_passwords_do_not(directory: Directory, password: str) -> None:
    assert not is_in(enter("lena", password))


@pytest.mark.parametrize("name", ["*", "lena)(uid=*", "l*", "uid=lena"])
def test_names_are_no_filters(directory: Directory, name: str) -> None:
    assert not is_in(enter(name))


def test_a_namesake_does_not_get_an_account_made_here(directory: Directory, ada: User) -> None:
    assert not is_in(enter("ada"))
    assert is_in(enter("ada", "an-old-lighthouse-7"))


def test_a_service_account_does_not_come_in_by_the_directory(
    directory: Directory, course: Team
) -> None:
    bot = User(username="lena", service_team=course)
    bot.set_unusable_password()
    bot.save()
    assert not is_in(enter("lena"))


def test_memberships_follow_the_groups(directory: Directory, course: Team) -> None:
    other = Team.objects.create(name="Choir", slug="choir")
    enter("lena")
    lena = User.objects.get(username="lena")
    Membership.objects.create(user=lena, team=other, role="owner")
    member = "uid=lena,ou=people,dc=example,dc=org"
    directory.tell("ldapadd", f"dn: cn=staff,ou=groups,dc=example,dc=org\n"
                   f"objectClass: groupOfNames\ncn: staff\nmember: {member}")  # fmt: skip
    directory.tell("ldapdelete", "cn=students,ou=groups,dc=example,dc=org")
    enter("lena")
    roles = dict(Membership.objects.filter(user=lena).values_list("team__slug", "role"))
    assert roles == {"course-a": "owner", "choir": "owner"}
    directory.tell("ldapdelete", "cn=staff,ou=groups,dc=example,dc=org")
    enter("lena")
    roles = dict(Membership.objects.filter(user=lena).values_list("team__slug", "role"))
    assert roles == {"choir": "owner"}
    directory.tell("ldapadd", STUDENTS)  # as the others found it


def test_a_directory_that_is_away_keeps_nobody_else_out(
    directory: Directory, ada: User, settings: LazySettings
) -> None:
    settings.LDAP_URL = f"ldap://127.0.0.1:{free_port()}"
    assert not is_in(enter("lena"))
    assert is_in(enter("ada", "an-old-lighthouse-7"))


def test_a_directory_without_tls_is_not_told_passwords(
    directory: Directory, settings: LazySettings
) -> None:
    settings.LDAP_START_TLS = True  # the default for ldap://; this one cannot
    answer = enter("lena").get(reverse("accounts_tokens"))
    assert answer.status_code == 302
