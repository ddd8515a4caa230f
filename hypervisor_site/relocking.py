"""What the vault keeps for packages: the secrets of second factors."""

from allauth.mfa.models import Authenticator

from vault.keepers import Relock
from vault.locking import MARK

SECRETS = ("secret", "seed")  # of one-time codes, of recovery codes


def relock_factors(again: Relock) -> int:
    """Lock each second factor's secret again; returns how many factors have one."""
    done = 0
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN):
        locked = {
            name: again(value)
            for name in SECRETS
            if isinstance(value := row.data.get(name), str) and value.startswith(MARK)
        }
        if locked:
            same = Authenticator.objects.filter(pk=row.pk, data=row.data)
            done += same.update(data=row.data | locked)
    return done
