"""What a guest's agent says is shortened, bounded, and never believed to be well-formed."""

from virt.facts.guest import GuestFacts, GuestFileSystem
from virt.guests.agent import LONGEST, MOST_ENTRIES, read_facts


def test_system_users_and_file_systems_are_read() -> None:
    facts = read_facts(
        {
            "hostname": "web01", "os.name": "Ubuntu", "os.pretty-name": "Ubuntu 24.04.1 LTS",
            "os.kernel-release": "6.8.0-49-generic",
            "user.count": 2, "user.0.name": "priya", "user.1.name": "priya",
            "fs.count": 3,
            "fs.0.mountpoint": "/", "fs.0.fstype": "ext4",
            "fs.0.total-bytes": 100, "fs.0.used-bytes": 40,
            "fs.1.mountpoint": "/", "fs.1.fstype": "ext4",
            "fs.2.mountpoint": "/boot", "fs.2.fstype": "vfat",
        }
    )  # fmt: skip
    assert facts.system == "Ubuntu 24.04.1 LTS"
    assert (facts.hostname, facts.kernel, facts.users) == ("web01", "6.8.0-49-generic", ("priya",))
    assert facts.filesystems == (
        GuestFileSystem("/", "ext4", 100, 40),
        GuestFileSystem("/boot", "vfat", None, None),
    )


def test_odd_answers_are_cut() -> None:
    assert read_facts({}) == GuestFacts()
    odd = {
        "hostname": "a\n\x1b[31m" + "x" * 500, "os.pretty-name": 7, "os.name": "Plan 9",
        "user.count": "many", "fs.count": 10**9, "fs.0.mountpoint": "/", "fs.0.total-bytes": -5,
        **{f"fs.{n}.mountpoint": f"/{n}" for n in range(1, 500)},
    }  # fmt: skip
    facts = read_facts(odd)
    assert facts.hostname.startswith("a[31mx") and len(facts.hostname) == LONGEST
    assert (facts.system, facts.users) == ("Plan 9", ())
    assert len(facts.filesystems) == MOST_ENTRIES
    assert facts.filesystems[0].total is None
