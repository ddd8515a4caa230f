"""How does a private key that somebody pastes become one to sign in with?"""

import json
import subprocess
import sys
import threading

import asyncssh
from django.conf import settings

from consoles.closing import ConsoleClosed

MOST_KEY = 16 * 1024  # signs
MOST_PASSPHRASE = 1024
AT_ONCE = 2  # that are unlocked; others wait
PATIENCE_SECONDS = 30.0

_places = threading.BoundedSemaphore(AT_ONCE)


def read_private_key(text: str, passphrase: str) -> asyncssh.SSHKey:
    """Return the key, unlocked. Waits for a process that does it, for a minute at most.

    Raises ConsoleClosed: ssh-bad-key, ssh-locked-key, ssh-wrong-passphrase, ssh-key-kind,
    ssh-key-costly.
    """
    if len(text) > MOST_KEY or len(passphrase) > MOST_PASSPHRASE:
        raise ConsoleClosed("ssh-bad-key")
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise ConsoleClosed("ssh-key-costly", "others are unlocked")
    try:
        answer = _ask(json.dumps({"text": text, "passphrase": passphrase}))
    finally:
        _places.release()
    if "refused" in answer:
        raise ConsoleClosed(answer["refused"])
    # The other process has looked at the numbers, which takes long.
    return asyncssh.import_private_key(answer["key"], unsafe_skip_rsa_key_validation=True)


def _ask(question: str) -> dict[str, str]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "consoles.ssh.unlock"],
            input=question.encode(),
            cwd=settings.BASE_DIR,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        return {"refused": "ssh-key-costly"}
    except subprocess.CalledProcessError as error:
        return {"refused": "ssh-key-costly" if error.returncode < 0 else "ssh-bad-key"}
    answer: dict[str, str] = json.loads(done.stdout)
    return answer
