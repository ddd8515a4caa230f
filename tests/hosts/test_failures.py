"""Each cause has a sentence of its own, and a libvirt that is too old is one of them."""

import pytest

from hosts.failures import SENTENCES, is_too_old, sentence
from virt.uri import HostAddress, Transport


@pytest.mark.parametrize(
    ("version", "old"),
    [("5.10.0", True), ("1.2.9", True), ("6.0.0", False), ("10.0.0", False), ("", False)],
)
def test_libvirt_before_6_is_too_old(version: str, old: bool) -> None:
    assert is_too_old(version) is old


def test_each_cause_is_told_in_other_words_and_names_the_place() -> None:
    address = HostAddress(transport=Transport.SSH, hostname="alder.example.net", username="root")
    told = {code: sentence(code, address, "alder") for code in SENTENCES}
    assert len(set(told.values())) == len(told)
    assert "older than 6.0" in told["too-old"]
    assert "alder.example.net" in told["too-old"]
    assert not [text for text in told.values() if "%(" in text]
