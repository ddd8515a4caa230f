"""How does a person answer what a machine asks while they sign in?

The machine is talked to in the event loop, the browser in the console's own thread, which waits
here. What is asked for is the machine's own words: they are bounded, and shown as such.
"""

import asyncio
import json
import queue
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from consoles.closing import ConsoleClosed
from consoles.gateway.stream import BrowserBytes
from consoles.gateway.websocket import ConsoleSocket
from consoles.ssh.frames import read_answers

if TYPE_CHECKING:
    from consoles.gateway.house import Room
    from consoles.gateway.tunnel import Tunnels

T = TypeVar("T")
ANSWER_SECONDS = 120.0
TICK_SECONDS = 0.5
MOST_PROMPTS = 8
MOST_PROMPT, MOST_WORDS = 300, 2000  # signs


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing that is asked for, and whether what is typed may be seen."""

    text: str
    echo: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What a machine asks for at once, with words about it."""

    words: str
    prompts: tuple[Prompt, ...]

    def told(self) -> bytes:
        """Return the message for the browser."""
        prompts = [
            {"text": plain(one.text)[:MOST_PROMPT], "echo": one.echo} for one in self.prompts
        ]
        asked = {"words": plain(self.words)[:MOST_WORDS], "prompts": prompts}
        return json.dumps({"ask": asked}).encode()


Asked = tuple[Question, "asyncio.Future[list[str]]"]


class Prompts:
    """The way from a machine's questions to one person and back."""

    def __init__(self, browser: ConsoleSocket, said: BrowserBytes, room: "Room") -> None:
        self._browser = browser
        self._said = said
        self._room = room
        self._asked: queue.Queue[Asked | None] = queue.Queue()

    async def ask(self, question: Question) -> list[str]:
        """Return the person's answers, one for each prompt; called in the loop."""
        answers: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
        self._asked.put((question, answers))
        return await answers

    def wait(self, tunnels: "Tunnels", work: Coroutine[None, None, T]) -> T:
        """Have `work` done in the loop, and answer what is asked meanwhile.

        Raises what it raises, and ConsoleClosed when the person leaves or may stay no longer.
        """
        outcome = tunnels.begin(work)
        outcome.add_done_callback(lambda _done: self._asked.put(None))
        try:
            while (asked := self._next()) is not None:
                question, answers = asked
                said = self._hear(question)
                answers.get_loop().call_soon_threadsafe(_answer, answers, said)
        except BaseException:
            outcome.cancel()
            raise
        return outcome.result()

    def _next(self) -> Asked | None:
        """Return what is asked next, None when the work is done."""
        while True:
            try:
                return self._asked.get(timeout=TICK_SECONDS)
            except queue.Empty:
                self._check()

    def _hear(self, question: Question) -> list[str]:
        self._browser.queue(question.told())
        self._browser.flush()
        self._said.extend(ANSWER_SECONDS, self._check)
        try:
            return read_answers(self._said, len(question.prompts))
        except TimeoutError as error:
            raise ConsoleClosed("ssh-hung-up", "no answer") from error
        except (OSError, EOFError) as error:
            raise ConsoleClosed("left", type(error).__name__) from error

    def _check(self) -> None:
        if self._room.stopped:
            raise ConsoleClosed(self._room.stopped)


def plain(text: str) -> str:
    """Return a machine's words without what would move a cursor or hide them."""
    return "".join(sign for sign in text.replace("\r", "") if sign.isprintable() or sign in "\n\t")


def _answer(answers: "asyncio.Future[list[str]]", said: list[str]) -> None:
    if not answers.done():
        answers.set_result(said)
