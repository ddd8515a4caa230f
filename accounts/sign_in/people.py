"""Who may sign in with a password, and keep a session: people. Programs come with tokens only."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import ResetPasswordForm
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User


class PeopleBackend(AuthenticationBackend):
    """Let in people by their password, and never a service account, whatever it may have."""

    def get_user(self, user_id: int) -> User | None:
        """Return whose session it is; a program's is nobody's."""
        user = super().get_user(user_id)
        return user if isinstance(user, User) and not user.is_service else None

    def _check_password(self, user: AbstractBaseUser | None, password: str) -> User | None:
        """Return `user` if the password is theirs; that of a program is always wrong."""
        found = super()._check_password(user, password)
        if isinstance(user, User) and not user.is_service:
            return user if found else None
        self._stash_user(None)
        return None


class ForgottenForm(ResetPasswordForm):
    """Send a way to a new password to people only."""

    def clean_email(self) -> str:
        """Return the address; programs that have it are not written to."""
        address: str = super().clean_email()
        self.users = [user for user in self.users if not user.is_service]
        return address
