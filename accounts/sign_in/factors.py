"""Second factors: kept locked, guessed at a limited pace, not removable where they are needed."""

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core import context, ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from vault.locking import decrypt, encrypt

from . import places, policy


class FactorAdapter(DefaultMFAAdapter):
    """How allauth's second factors behave here."""

    def get_totp_issuer(self) -> str:
        """Name this portal in the authenticator app."""
        return f"Guesthouse {settings.SITE_NAME}".strip()

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()

    def encrypt(self, text: str) -> str:
        """Lock what is kept of a factor."""
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open what is kept of a factor."""
        return decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep the last factor of somebody who needs one."""
        user = authenticator.user
        others = Authenticator.objects.filter(user=user, type__in=policy.STRONG)
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        return others.exclude(pk=authenticator.pk).exists() or not policy.needs_factor(user)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Propose a name for a new key."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Key %(number)s") % {"number": count + 1}

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send mail only where it is configured and the person has an address."""
        if settings.MAIL_IS_ON:
            super().send_notification_mail(*args, **kwargs)


class CodeForm(AuthenticateForm):
    """A code of the app, or a recovery code; wrong ones count where they are given."""

    def clean_code(self) -> str:
        """Return a code that is right. Raises ValidationError."""
        key = self._count()
        code: str = self.cleaned_data["code"].replace(" ", "")
        kept = Authenticator.objects.filter(user=self.user)
        for one in kept.exclude(type=Authenticator.Type.WEBAUTHN):
            if one.wrap().validate_code(code):
                one.user = self.user
                self.authenticator = one
                ratelimit.clear(context.request, action="login_failed", key=key)
                return code
        main = kept.filter(type=Authenticator.Type.TOTP).first()
        if main:
            self._emit_authentication_failed(main)
        raise account_adapter().validation_error("incorrect_code")

    def _count(self) -> str:
        """Count a try at this place and return its key. Raises ValidationError past the limit."""
        request = context.request
        address = account_adapter().get_client_ip(request)
        key = f"factor:{self.user.pk}:{places.place_of(request, self.user.username, address)}"
        if not ratelimit.consume(request, action="login_failed", key=key):
            raise account_adapter().validation_error("too_many_login_attempts")
        return key


@receiver(authenticator_added)
def mark_session(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Count the session in which a factor was set up as made with it."""
    if policy.has_factor(user):
        request.session[policy.MARK] = request.session.get(SESSION_KEY)


@receiver(authenticator_removed)
def unmark_session(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Count a session as made without a factor once the last one is gone."""
    if policy.has_factor(user):
        return
    request.session.pop(policy.MARK, None)
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    kept = [one for one in records if one.get("method") != "mfa"]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept


def relock_factors(relock: Any) -> int:
    """Lock the secrets of all factors again and return how many there were."""
    done = 0
    for one in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN):
        data = {name: _again(value, relock) for name, value in one.data.items()}
        done += Authenticator.objects.filter(pk=one.pk).update(data=data)
    return done


def _again(value: Any, relock: Any) -> Any:
    if isinstance(value, list):
        return [_again(one, relock) for one in value]
    return relock(value) if isinstance(value, str) and value.startswith("vault:") else value


__all__ = ["CodeForm", "FactorAdapter", "relock_factors"]
