"""Who signs in to a machine by SSH, and what do they answer to what it asks?"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import asyncssh

from consoles.gateway.ssh.prompts import MOST_PROMPTS, Prompt, Question
from consoles.gateway.ssh.prompts import plain as plain_words

SIGN_IN_SECONDS = 20.0  # emulated guests take their time to reckon
MOST_ROUNDS = 20  # of questions
MOST_GREETING = 8192  # signs
MOST_HOST_KEY = 8192  # signs: RSA of 16384 bits takes 2800
# How PAM and others ask for the password, so that it need not be typed twice.
PASSWORD_WORDS = (
    "password",
    "passwort",
    "kennwort",
    "mot de passe",
    "contraseña",
    "senha",
    "hasło",
)

Ask = Callable[[Question], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in, by a password or a key, at which host key, and the size of the terminal."""

    user: str
    password: str | None = field(repr=False)
    key: asyncssh.SSHKey | None = field(repr=False)
    pinned: str
    columns: int
    rows: int
    address: str


class Client(asyncssh.SSHClient):
    """Lets the pinned host key pass, gives the password once, and asks for what else is wanted."""

    def __init__(self, login: Login, ask: Ask) -> None:
        self.login = login
        self.other = ""  # another host key than the pinned one
        self.is_known = False  # the host key was the pinned one
        self.limit = asyncio.Timeout(None)
        self._password = login.password
        self._ask = ask
        self._rounds = 0
        self._words: list[str] = []
        self._connection: asyncssh.SSHClientConnection | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def greeting(self) -> bytes:
        """What the machine said while one signed in, for the terminal."""
        words = "".join(f"{one.rstrip()}\n" for one in self._words)
        return words.replace("\n", "\r\n").encode()

    def hang_up(self) -> None:
        """End whatever is going on. Safe from any thread."""
        if self._loop is not None and self._connection is not None:
            self._loop.call_soon_threadsafe(self._connection.abort)

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        """Remember what can be hung up."""
        self._connection, self._loop = conn, asyncio.get_running_loop()

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        """Say whether it is the pinned key."""
        shown = plain(key)
        self.is_known = shown == self.login.pinned
        self.other = "" if self.is_known or len(shown) > MOST_HOST_KEY else shown
        return self.is_known

    def auth_banner_received(self, msg: str, lang: str) -> None:
        """Keep what is shown before one is in, up to a bound."""
        said = sum(len(one) for one in self._words)
        if words := plain_words(msg)[: max(0, MOST_GREETING - said)]:
            self._words.append(words)

    def password_auth_requested(self) -> str | None:
        """Give the password, once."""
        given, self._password = self._password, None
        return given

    async def password_change_requested(self, prompt: str, lang: str) -> tuple[str, str]:
        """Ask for another password where the old one has expired."""
        found = await self._answers(Question(prompt, (Prompt("", echo=False),)))
        return self.login.password or "", found[0]

    def kbdint_auth_requested(self) -> str | None:
        """Answer questions, once."""
        self._rounds += 1
        return "" if self._rounds == 1 else None

    async def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """Answer a prompt for the password with it, and let the person answer all others."""
        self._rounds += 1
        words = f"{name}\n{instructions}".strip()
        if not prompts:
            self.auth_banner_received(words, lang)
        if len(prompts) > MOST_PROMPTS or self._rounds > MOST_ROUNDS:
            return None
        known = [self._known(text, echo) for text, echo in prompts]
        open_ = [
            Prompt(*one) for one, is_known in zip(prompts, known, strict=True) if is_known is None
        ]
        found = iter(await self._answers(Question(words, tuple(open_))) if open_ else [])
        return [next(found) if one is None else one for one in known]

    def _known(self, text: str, echo: bool) -> str | None:
        is_password = any(word in text.lower() for word in PASSWORD_WORDS)
        return self.password_auth_requested() if is_password and not echo else None

    async def _answers(self, question: Question) -> list[str]:
        """Ask the person, whose time is not the machine's."""
        self.limit.reschedule(None)
        found = await self._ask(question)
        self.limit.reschedule(asyncio.get_running_loop().time() + SIGN_IN_SECONDS)
        return found


def plain(key: asyncssh.SSHKey) -> str:
    """Return a public key in OpenSSH's form, without a comment."""
    return " ".join(key.export_public_key("openssh").decode().split()[:2])
