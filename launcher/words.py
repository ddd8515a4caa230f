"""How does the launcher speak to people and stop with a sentence?"""

import sys


class ProblemError(Exception):
    """Something a person must decide or mend; the message says what. Exit code 2."""


def say(text: str = "") -> None:
    """Print a line at once."""
    print(text, flush=True)


def ask(question: str, *, yes: bool) -> bool:
    """Ask a yes/no question; with --yes, the answer is yes. No terminal counts as no."""
    if yes:
        return True
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [Y/n] ").strip().lower() in {"", "y", "yes"}


def table(rows: list[tuple[str, ...]]) -> str:
    """Return rows as text in aligned columns; the last column is left as it is."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return "\n".join(lines)
