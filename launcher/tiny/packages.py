"""How do files of Debian packages get here without installing the packages?"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

KERNEL_META_PACKAGE = "linux-image-cloud-amd64"
AGENT_PACKAGE = "qemu-guest-agent"


class BuildError(Exception):
    """The tiny image cannot be built; the message says why and what to do."""


def run(command: Sequence[str], *, cwd: Path | None = None) -> str:
    """Run a command and return its output; raise BuildError with its last words."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C"},
        )
    except FileNotFoundError as error:
        raise BuildError(f"The program {command[0]} is missing; install it with apt.") from error
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise BuildError(f"{command[0]} failed: {' '.join(words)}")
    return done.stdout


def refresh_lists() -> None:
    """Fetch apt's package lists anew. Raises BuildError when this user may not."""
    if os.geteuid() != 0:
        raise BuildError("apt does not find the packages; run 'sudo apt-get update' once.")
    run(["apt-get", "update", "-qq"])


def kernel_package() -> str:
    """Return the versioned kernel package that the meta package stands for."""
    for line in run(["apt-cache", "depends", KERNEL_META_PACKAGE]).splitlines():
        if match := re.search(r"Depends: (linux-image-\S+)", line):
            return match[1]
    raise BuildError(
        f"apt does not know {KERNEL_META_PACKAGE}; run 'apt-get update' and start again."
    )


def library_packages(package: str) -> list[str]:
    """Return the library packages that a package needs, directly or not."""
    out = run(
        ["apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts",
         "--no-breaks", "--no-replaces", "--no-enhances", package]
    )  # fmt: skip
    found = {line for line in out.splitlines() if re.fullmatch(r"lib[\w.+-]+", line)}
    return sorted(found)


def wanted_packages() -> list[str]:
    """Return every package whose files go into the tiny image."""
    return [kernel_package(), "busybox-static", AGENT_PACKAGE, *library_packages(AGENT_PACKAGE)]


def candidate_versions(packages: Sequence[str]) -> str:
    """Return apt's candidate versions as one text, the content key of a build."""
    out = run(["apt-cache", "policy", *packages])
    return "\n".join(
        line.strip() for line in out.splitlines() if not line.startswith(" ") or "Candidate" in line
    )


def digest_of(*parts: str | bytes) -> str:
    """Return a short content key of texts and file contents."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()[:16]


@contextmanager
def unpacked(packages: Sequence[str]) -> Iterator[Path]:
    """Download packages with apt and give a folder with all their files in one tree."""
    folder = Path(tempfile.mkdtemp(prefix="guesthouse-tiny-"))
    try:
        debs, tree = folder / "debs", folder / "tree"
        debs.mkdir()
        tree.mkdir()
        run(["apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", *packages], cwd=debs)
        for deb in sorted(debs.glob("*.deb")):
            run(["dpkg-deb", "-x", str(deb), str(tree)])
        yield tree
    finally:
        shutil.rmtree(folder, ignore_errors=True)
