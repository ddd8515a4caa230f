"""Private keys that somebody pastes: which are read, and what they may cost."""

import base64
import subprocess
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from consoles.closing import ConsoleClosed
from consoles.ssh import keys, unlock
from consoles.ssh.keys import read_private_key
from consoles.ssh.unlock import KeyRefused, read_key

PHRASE = "lantern 42 ä"


def generated(tmp_path: Path, kind: str = "ed25519", phrase: str = PHRASE, *more: str) -> str:
    path = tmp_path / f"key-{kind}"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, "-N", phrase, "-f", path, *more], check=True
    )  # fmt: skip
    return path.read_text()


def openssl(*words: str, data: str = "") -> str:
    done = subprocess.run(["openssl", *words], input=data.encode(), check=True, capture_output=True)
    return done.stdout.decode()


def why(text: str, passphrase: str = "") -> str:
    with pytest.raises(KeyRefused) as refused:
        read_key(text, passphrase)
    return refused.value.key


def fingerprint(text: str) -> Any:
    return asyncssh.import_private_key(text).get_fingerprint()


@pytest.mark.parametrize(
    ("kind", "more"),
    [("ed25519", ()), ("ed25519", ("-Z", "chacha20-poly1305@openssh.com")),
     ("ed25519", ("-Z", "aes256-gcm@openssh.com")), ("ed25519", ("-Z", "aes128-cbc")),
     ("ecdsa", ("-b", "384")), ("rsa", ("-b", "2048"))],
)  # fmt: skip
def test_a_key_opens_with_its_passphrase_alone(tmp_path, kind, more):
    text = generated(tmp_path, kind, PHRASE, *more)
    assert why(text) == "ssh-locked-key"
    assert why(text, "another") == "ssh-wrong-passphrase"
    public = (tmp_path / f"key-{kind}.pub").read_text()
    assert (
        fingerprint(read_key(text, PHRASE)) == asyncssh.import_public_key(public).get_fingerprint()
    )


PKCS8 = {
    "pbkdf2": ("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", "600000"),
    "scrypt": ("-scrypt",),
    "3des": ("-v2", "des3"),
}


@pytest.mark.parametrize("name", PKCS8)
def test_a_key_as_openssl_protects_it_opens_too(name):
    plain = openssl("genpkey", "-algorithm", "ed25519")
    text = openssl("pkcs8", "-topk8", *PKCS8[name], "-passout", f"pass:{PHRASE}", data=plain)
    assert why(text) == "ssh-locked-key"
    assert why(text, "another") == "ssh-wrong-passphrase"
    assert fingerprint(read_key(text, PHRASE)) == fingerprint(read_key(plain, ""))


def test_an_old_pem_key_opens_too():
    plain = openssl("genrsa", "-traditional", "2048")
    text = openssl("rsa", "-traditional", "-aes128", "-passout", "pass:secret1", data=plain)
    assert "Proc-Type: 4,ENCRYPTED" in text
    assert why(text) == "ssh-locked-key"
    assert why(text, "another") == "ssh-wrong-passphrase"
    assert fingerprint(read_key(text, "secret1")) == fingerprint(read_key(plain, "not asked for"))


def test_other_kinds_of_keys_are_named():
    assert why("PuTTY-User-Key-File-3: ssh-ed25519\n") == "ssh-key-kind"
    assert why(openssl("genpkey", "-algorithm", "ed448")) == "ssh-key-kind"
    assert why(openssl("ecparam", "-name", "secp256k1", "-genkey", "-noout")) == "ssh-key-kind"
    plain = openssl("genpkey", "-algorithm", "ed25519")
    old = openssl("pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES", "-passout", "pass:x", data=plain)
    assert why(old, "x") == "ssh-key-kind"


def changed(text: str, before: bytes, after: bytes) -> str:
    """Return a PEM key with other bytes inside."""
    first, *lines, last = text.strip().splitlines()
    data = base64.b64decode("".join(lines))
    assert before in data
    return "\n".join([first, base64.b64encode(data.replace(before, after, 1)).decode(), last])


def test_how_much_work_a_key_asks_for_is_bounded(tmp_path, monkeypatch):
    text = generated(tmp_path, "ed25519", PHRASE, "-a", "17")
    costly = changed(text, b"\0\0\0\x11", b"\xff\xff\xff\xff")
    assert why(costly, PHRASE) == "ssh-key-costly"
    plain = openssl("genpkey", "-algorithm", "ed25519")
    iterated = openssl(
        "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-iter", "70000", "-passout", "pass:x", data=plain
    )
    allowed = changed(iterated, b"\x02\x03\x01\x11\x70", b"\x02\x03\x7f\xff\xff")
    assert why(allowed, "x") == "ssh-wrong-passphrase"
    monkeypatch.setattr(unlock, "MOST_ITERATIONS", 60_000)
    assert why(iterated, "x") == "ssh-key-costly"
    scrypt = openssl("pkcs8", "-topk8", "-scrypt", "-passout", "pass:x", data=plain)
    odd = changed(scrypt, b"\x02\x02\x40\x00", b"\x02\x02\x7f\xff")
    assert why(odd, "x") == "ssh-wrong-passphrase"
    lanes = changed(scrypt, b"\x02\x01\x08\x02\x01\x01", b"\x02\x01\x08\x02\x01\x7f")
    assert why(lanes, "x") == "ssh-key-costly"
    block = changed(scrypt, b"\x02\x01\x08\x02\x01\x01", b"\x02\x01\x7f\x02\x01\x01")
    assert why(block, "x") == "ssh-key-costly"


def block(label: str, content: str) -> str:
    return f"-----BEGIN {label}PRIVATE KEY-----\n{content}\n-----END {label}PRIVATE KEY-----"


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", block("OPENSSH ", "!!"), block("OPENSSH ", "AAAA"), block("", "AAAA"),
     block("ENCRYPTED ", "MIAA"), block("ENCRYPTED ", "MIT/////"),
     block("ENCRYPTED ", "MIAw" * 3000), block("RSA ", "MIAw" * 3000)],
)  # fmt: skip
def test_what_is_no_key_says_so(text):
    assert why(text, "x") == "ssh-bad-key"
    assert why(text) in {"ssh-bad-key", "ssh-locked-key"}


def test_every_cut_of_a_key_is_refused(tmp_path):
    first, *lines, last = generated(tmp_path).strip().splitlines()
    data = base64.b64decode("".join(lines))
    for end in range(0, len(data) - 1, 7):
        cut = "\n".join([first, base64.b64encode(data[:end]).decode(), last])
        assert why(cut) in {"ssh-bad-key", "ssh-locked-key", "ssh-key-kind"}


def closed(text: str, passphrase: str = "") -> str:
    with pytest.raises(ConsoleClosed) as seen:
        read_private_key(text, passphrase)
    return seen.value.key


def test_a_process_of_its_own_does_the_work(tmp_path, monkeypatch):
    text = generated(tmp_path)
    key = read_private_key(text, PHRASE)
    public = (tmp_path / "key-ed25519.pub").read_text()
    assert key.get_fingerprint() == asyncssh.import_public_key(public).get_fingerprint()
    assert closed(text) == "ssh-locked-key"
    assert closed(text, "another") == "ssh-wrong-passphrase"
    assert closed("x" * (keys.MOST_KEY + 1)) == "ssh-bad-key"
    monkeypatch.setattr(keys, "PATIENCE_SECONDS", 0.01)
    assert closed(text, PHRASE) == "ssh-key-costly"
    assert unlock.CPU_SECONDS < 30
