"""Tickets: one use, one login session, thirty seconds."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from consoles.tickets import LIFETIME, PREFIX, Claims, TicketRefused, hashed, issue, redeem

CLAIMS = Claims(
    user=1, session=hashed("mine"), vm=7, uuid="6c0e", kind="vnc", mode="control", take=False
)
pytestmark = pytest.mark.usefixtures("redis")


def test_a_ticket_gives_back_what_it_was_made_for():
    assert redeem(issue(CLAIMS).text, "mine") == CLAIMS


def test_a_ticket_is_used_once():
    text = issue(CLAIMS).text
    redeem(text, "mine")
    with pytest.raises(TicketRefused):
        redeem(text, "mine")


def test_of_a_hundred_uses_at_once_one_succeeds():
    text = issue(CLAIMS).text

    def use(_number: int) -> bool:
        try:
            redeem(text, "mine")
        except TicketRefused:
            return False
        return True

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(use, range(100))) == 1


@pytest.mark.parametrize("session", ["", "yours", "mine ", hashed("mine")])
def test_another_session_cannot_use_it_and_uses_it_up(session):
    text = issue(CLAIMS).text
    with pytest.raises(TicketRefused):
        redeem(text, session)
    with pytest.raises(TicketRefused):
        redeem(text, "mine")


def test_it_ends_after_thirty_seconds(redis):
    text = issue(CLAIMS).text
    left = redis.ttl(PREFIX + hashed(text))
    assert 0 < left <= LIFETIME.total_seconds() == 30
    redis.pexpire(PREFIX + hashed(text), 0)
    with pytest.raises(TicketRefused):
        redeem(text, "mine")


def test_redis_holds_neither_the_ticket_nor_the_session_key(redis):
    text = issue(CLAIMS).text
    (key,) = redis.keys("*")
    assert text not in key + redis.get(key)
    assert "mine" not in redis.get(key)


def test_it_has_256_bits(redis):
    texts = {issue(CLAIMS).text for _ in range(50)}
    assert len(texts) == 50
    assert all(len(text) == 43 for text in texts)


@pytest.mark.parametrize("text", ["", "x", "A" * 43, "../../etc", "*", "\0"])
def test_what_is_no_ticket_is_refused(text):
    with pytest.raises(TicketRefused):
        redeem(text, "mine")
