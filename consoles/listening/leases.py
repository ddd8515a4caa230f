"""Which gateway listens to which machine, and what became of it? Told in Redis, for 15 seconds.

libvirt itself gives a console to one program only, so this settles nothing but which gateway tries,
and what pages say. While Redis is away each goes on with what it has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from redis.exceptions import RedisError

from live.redis import client

KEY = "gh:listening:{}"
CHANNEL = "gh:listening"  # says that gateways should look now
SECONDS = 15

# Keeps those machines that are nobody else's; returns the places of the others.
_KEEP = """
local lost = {}
for place, key in ipairs(KEYS) do
  local owner = redis.call('hget', key, 'gateway')
  if owner and owner ~= '' and owner ~= ARGV[1] then
    lost[#lost + 1] = place
  else
    redis.call('hset', key, 'gateway', ARGV[1],
      'state', ARGV[1 + 2 * place], 'since', ARGV[2 + 2 * place])
    redis.call('expire', key, ARGV[2])
  end
end
return lost
"""


class Ear(StrEnum):
    """What became of the wish to listen to a machine."""

    OPEN = "open"
    WAITING = "waiting"  # for the machine to run
    TAKEN = "taken"  # another program has the console
    AWAY = "away"  # the host does not answer
    REFUSED = "refused"  # the host says no
    FULL = "full"  # more are wished for than this site listens to


@dataclass(frozen=True, slots=True)
class Told:
    """What a gateway tells of one machine, and since when that is so."""

    state: Ear
    since: datetime


def keep(gateway: str, told: Mapping[int, Told]) -> set[int]:
    """Take or keep these machines for a gateway; return those that are another one's."""
    return _tell(gateway, told)


def note_full(told: Mapping[int, Told]) -> None:
    """Say of machines that nobody listens to that there is no room for them here."""
    _tell("", told)


def _tell(gateway: str, told: Mapping[int, Told]) -> set[int]:
    if not told:
        return set()
    ids = list(told)
    facts: list[Any] = [gateway, SECONDS]
    for one in told.values():
        facts += [one.state.value, one.since.timestamp()]
    try:
        script = client().register_script(_KEEP)
        lost = script(keys=[KEY.format(pk) for pk in ids], args=facts)
    except RedisError:
        return set()
    return {ids[place - 1] for place in lost}


def claim(gateway: str, vm_id: int) -> bool:
    """Take a machine from another gateway that listens to it, for somebody who looks at this one.

    Return whether there was one: it lets go within a moment.
    """
    key = KEY.format(vm_id)
    try:
        if client().hget(key, "gateway") in {None, "", gateway}:
            return False
        client().hset(key, "gateway", gateway)
        client().publish(CHANNEL, "")
    except RedisError:
        return False
    return True


def release(gateway: str, ids: list[int]) -> None:
    """Say no more of these machines, and let another gateway listen to them, if it likes to."""
    try:
        for vm_id in ids:
            if client().hget(KEY.format(vm_id), "gateway") == gateway:
                client().delete(KEY.format(vm_id))
        if ids:
            client().publish(CHANNEL, "")
    except RedisError:
        return


def wake() -> None:
    """Have the gateways look at once; without Redis they do within seconds."""
    try:
        client().publish(CHANNEL, "")
    except RedisError:
        return


def told_of(vm_id: int) -> Told | None:
    """Return what is told of a machine, None where no gateway does."""
    try:
        state, since = client().hmget(KEY.format(vm_id), ["state", "since"])
    except RedisError:
        return None
    if state not in set(Ear) or since is None:
        return None
    return Told(Ear(state), datetime.fromtimestamp(float(since), tz=UTC))
