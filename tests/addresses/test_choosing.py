"""Which address a card can have, and the sentence where it cannot."""

import pytest

from addresses.choosing import free_address, why_not
from hosts.models import Network

MINE, OTHER = "52:54:00:00:00:01", "52:54:00:00:00:02"


def network() -> Network:
    return Network(
        name="lan",
        cidrs=["fd00::/64", "10.9.0.0/29"],
        gateways=["10.9.0.1"],
        fixed=[{"mac": OTHER, "address": "10.9.0.2"}],
        leases=[
            {"mac": OTHER, "address": "10.9.0.3", "hostname": "", "expires_at": 0},
            {"mac": MINE, "address": "10.9.0.5", "hostname": "", "expires_at": 0},
        ],
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write an IPv4 address"),
        ("10.9.0", "Write an IPv4 address"),
        ("10.9.0.4'/><host ip='1.2.3.4", "Write an IPv4 address"),
        ("fd00::5", "Write an IPv4 address"),
        ("10.9.0.9", "is not of the network lan"),
        ("192.0.2.4", "is not of the network lan"),
        ("10.9.0.0", "stands for the network itself"),
        ("10.9.0.7", "stands for the network itself"),
        ("10.9.0.1", "the host's own address"),
        ("10.9.0.2", "is reserved for another machine"),
        ("10.9.0.3", "is lent to another machine now"),
        ("10.9.0.6", "is another machine's"),
    ],
)
def test_what_cannot_be_is_a_sentence(text: str, words: str) -> None:
    assert words in why_not(network(), MINE, text, {"10.9.0.6": OTHER})


@pytest.mark.parametrize("text", ["10.9.0.4", "10.9.0.5", "10.9.0.6"])
def test_what_is_free_or_ones_own_can_be(text: str) -> None:
    assert why_not(network(), MINE, text, {"10.9.0.6": MINE}) == ""


def test_a_card_keeps_what_it_has() -> None:
    assert free_address(network(), MINE, {}) == "10.9.0.5"


def test_else_it_gets_the_first_free_one() -> None:
    lan = network()
    lan.leases = lan.leases[:1]
    assert free_address(lan, MINE, {}) == "10.9.0.4"
    assert free_address(lan, MINE, {"10.9.0.4": OTHER, "10.9.0.5": OTHER}) == "10.9.0.6"
    assert free_address(lan, MINE, {f"10.9.0.{last}": OTHER for last in (4, 5, 6)}) == ""
