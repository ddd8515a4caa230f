"""Does the command line mean what it says?"""

from pathlib import Path

import pytest

from launcher import cli, testing
from launcher.words import ProblemError, table


def test_up_has_defaults_and_takes_wishes() -> None:
    asked, rest = cli.parse(["up"])
    assert (asked.port, asked.bind, asked.yes, asked.data, rest) == (
        8000, "127.0.0.1", False, None, [])  # fmt: skip
    asked, _ = cli.parse(["up", "--port", "9000", "--bind", "::", "--data", "/srv/g", "--yes"])
    assert (asked.port, asked.bind, asked.yes, asked.data) == (9000, "::", True, "/srv/g")


@pytest.mark.parametrize("word", ["0", "65536", "-1", "http", "8 0"])
def test_bad_port_ends_with_usage(word: str) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parse(["up", "--port", word])
    assert ended.value.code == 2


def test_unknown_word_is_refused_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["up", "--prot", "9000"]) == 2
    assert "up does not know --prot" in capsys.readouterr().err


def test_unknown_command_ends_with_usage() -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parse(["fly"])
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        (
            ["test", "-k", "cli", "-x", "tests/launcher", "--yes"],
            ["-k", "cli", "-x", "tests/launcher"],
        ),
        (["token", "admin", "--scope", "read", "--data", "/srv/g"], ["admin", "--scope", "read"]),
        (["audit", "verify"], ["verify"]),
        (["manage", "migrate", "--plan"], ["migrate", "--plan"]),
        (["bench", "list", "--json"], ["list", "--json"]),
    ],
)
def test_words_behind_a_command_are_passed_on(words: list[str], rest: list[str]) -> None:
    assert cli.parse(words)[1] == rest


def test_abbreviations_are_not_guessed() -> None:
    asked, rest = cli.parse(["manage", "check", "--da"])
    assert rest == ["check", "--da"]
    assert asked.data is None


def test_problem_becomes_a_sentence_and_code_2(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert cli.main(["up", "--data", str(blocked / "inside"), "--yes"]) == 2
    assert "cannot be made" in capsys.readouterr().err


def test_lab_refuses_odd_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    from launcher import laboratory

    with pytest.raises(ProblemError, match="from 1 to 20"):
        laboratory.up(0, data=None, yes=True, detach=False)


def test_table_aligns_all_but_the_last_column() -> None:
    assert table([("a", "bb", "c"), ("aaa", "b", "cc")]) == "a    bb  c\naaa  b   cc"


def test_whole_runs_are_spread_and_single_tests_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert testing.side_by_side([]) == testing.side_by_side(["--slow"]) != []
    assert testing.side_by_side(["tests/launcher"]) == testing.side_by_side(["-k", "bin"]) == []
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert testing.side_by_side([]) == []
