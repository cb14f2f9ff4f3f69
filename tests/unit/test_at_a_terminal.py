"""What a reader at a terminal sees, and what a program at the end of a pipe does not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner
from werkzeug.serving import make_server

from search import open_index
from search.cli import comparing, listing, main
from search.web import create_app

from .collection import FIRST, SECOND, THIRD, Desk, article

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

import fcntl
import pty
import struct
import termios

_LOOKS = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("terminal"))
    for number in range(12):
        place, year = ("贵港市", "大同市")[number % 2], 2010 + number
        text = article(f"{place}平安建设{number}", f"{number}号，{FIRST}", date=f"{year}-01-02")
        desk.write(f"{number}.txt", text)
    desk.write("无名.txt", article("综述", SECOND, THIRD, date=None))
    desk.index()
    return desk


def at_terminal(desk: Desk, *args: str | Path, **more: str) -> tuple[int, str]:
    """Exit code and all that a terminal of 80 columns shows of a command."""
    command = [sys.executable, "-m", "search", *map(str, args), "--index", str(desk.index_dir)]
    path = {"PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(desk.documents.parent)}
    environment = {**os.environ, **path, "NO_COLOR": "", "PAGER": "", **more}
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=environment) as running:
        os.close(its)
        shown = b""
        while True:
            try:
                read = os.read(ours, 65_536)
            except OSError:  # Linux says so that nobody has it open any more.
                break
            if not read:
                break
            shown += read
    os.close(ours)
    return running.returncode, shown.decode().replace("\r\n", "\n")


@pytest.fixture
def reader(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """What ``at_terminal`` gives, without a process of its own and so without a pager."""
    monkeypatch.setenv("COLUMNS", "80")

    def shown(*args: str | Path) -> tuple[int, str]:
        asked = [*map(str, args), "--index", str(desk.index_dir)]
        with monkeypatch.context() as here:
            for module in (listing, comparing):
                here.setattr(module, "is_terminal", lambda: True)
            done = CliRunner().invoke(main, asked, color=True, catch_exceptions=False)
        return done.exit_code, done.output

    return shown


Reader = Callable[..., tuple[int, str]]


def test_colours_are_as_the_reader_says(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With colours it is read in a pager, below."""
    ask = ("compare", "矛盾纠纷")
    assert not _LOOKS.search(at_terminal(desk, *ask, NO_COLOR="1")[1])
    assert not _LOOKS.search(at_terminal(desk, *ask, "--color", "never")[1])
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1m" in desk.run(*ask, "--color", "always").out


def test_a_passage_leads_to_its_page_where_that_is_served(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = "https://lib.example/ds"
    monkeypatch.setenv("DUANSOU_PUBLIC_URL", site)
    link = rf"\x1b\]8;;{site}/p/([0-9a-f-]+)\x1b\\\x1b\[2m\1\x1b\[0m\x1b\]8;;\x1b\\"
    shown = at_terminal(desk, "search", "矛盾纠纷")[1]
    ids = re.findall(link, shown)
    assert len(ids) == 10
    for no_link in (
        at_terminal(desk, "search", "矛盾纠纷", DUANSOU_PUBLIC_URL="", DUANSOU_PORT="9")[1],
        at_terminal(desk, "search", "矛盾纠纷", NO_COLOR="1")[1],
        desk.run("search", "矛盾纠纷").out,
    ):
        assert "\x1b]8" not in no_link
        assert "¶1" in no_link
    monkeypatch.delenv("DUANSOU_PUBLIC_URL")
    with open_index(desk.index_dir) as index:
        server = make_server("127.0.0.1", 0, create_app(index), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            port = str(server.server_port)
            # The first answer takes longer than a command waits for one.
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/p/{ids[0]}") as warm:
                assert warm.status == 200
            shown = at_terminal(desk, "search", "矛盾纠纷", DUANSOU_PORT=port)[1]
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
    assert shown.count(f"\x1b]8;;http://127.0.0.1:{port}/p/") == 10


def test_a_long_answer_is_read_in_a_pager_and_what_to_do_next_is_said(
    desk: Desk, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    pager = f"tee {kept}"
    said = "Next: `duansou search WORDS --index "
    code, shown = at_terminal(desk, "search", "矛盾纠纷", PAGER=pager)
    assert code == 0
    assert kept.read_text("utf-8").count("¶1") == 10
    assert "\x1b[31m" in shown
    assert at_terminal(desk, "search", "没有的词", PAGER=pager)[0] == 1
    kept.unlink()
    # Not what is no answer.
    assert said in at_terminal(desk, "index", desk.documents, PAGER=pager)[1]
    assert not kept.exists()
    # A pager that ends early, or is not there, spoils nothing.
    assert at_terminal(desk, "search", "矛盾纠纷", PAGER="true")[0] == 0
    assert "¶1" in at_terminal(desk, "search", "矛盾纠纷", PAGER="/no/such/pager")[1]


def test_what_a_pager_gets_commands_no_terminal(desk: Desk, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    at_terminal(desk, "compare", "矛盾\x1b[2J", "--csv", PAGER=f"tee {kept}")
    assert "\\x1b[2J" in kept.read_text("utf-8")
    assert "\x1b[2J" not in kept.read_text("utf-8")


def test_facets_are_a_line_each_and_all_of_them_where_asked(desk: Desk, reader: Reader) -> None:
    _, shown = reader("search", "县")
    lines = {line.split(":")[0].strip(): line for line in _LOOKS.sub("", shown).splitlines()}
    assert all(len(lines[name]) < 80 for name in ("city", "year", "topic"))
    assert lines["city"] == "      city: 山西省 6, 大同市 6, 广西壮族自治区 6, 贵港市 6, unknown 2"
    assert re.search(r"2017 1, unknown 2, and 7 more$", lines["year"])
    # What is known of none is no line.
    assert "named_year" not in lines
    everything = reader("search", "县", "--facets")[1]
    assert "2010 1, unknown 2" in everything
    assert "广西壮族自治区/贵港市 6" in everything
    assert "2010 1, unknown 2" in desk.run("search", "县", "--facets").out
    # Programs have what they had.
    assert "and 5 more" in desk.run("search", "县").out
    assert "named_year: unknown" in desk.run("search", "县").out


def test_statistics_are_readable(desk: Desk, reader: Reader) -> None:
    shown = _LOOKS.sub("", reader("stats")[1])
    assert re.search(r"^size +[0-9]\.[0-9] MB$", shown, re.MULTILINE)
    assert "size_bytes" not in shown
    assert "forgotten" not in shown
    size = json.loads(desk.run("stats", "--json").out)["size_bytes"]
    assert f"size_bytes  {size}\n" in desk.run("stats").out


def test_a_comparison_is_a_table_of_what_there_is(desk: Desk, reader: Reader) -> None:
    code, shown = reader("compare", "矛盾纠纷")
    lines = _LOOKS.sub("", shown).splitlines()
    assert code == 0
    assert lines[1].split() == ["total", "2021", "2020", "2019", "2018", "2017", "2016", "2015"]
    rows = {line.split()[0]: line.split()[1:] for line in lines[2:5]}
    assert rows["total"] == ["12", *"1111111"]
    assert {rows["大同市"][0], rows["贵港市"][0]} == {"6"}
    assert rows["大同市"][1:] == ["1" if y % 2 else "·" for y in range(2021, 2014, -1)]
    assert any(line.startswith("5 more columns: 2014 1, 2013 1") for line in lines)
    assert all(len(line) <= 80 for line in lines)
    assert "  2010 1, 2012 1" in desk.run("compare", "矛盾纠纷").out


def test_verdicts_and_changes_are_coloured(desk: Desk, reader: Reader, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(f"“{SECOND}”“{THIRD.replace('三百', '五百')}”", encoding="utf-8")
    code, shown = reader("check-quotes", draft)
    assert code == 1
    assert "1. \x1b[32m\x1b[1mEXACT\x1b[0m  “" in shown
    assert "2. \x1b[31m\x1b[1mALTERED\x1b[0m  “" in shown
    assert "\x1b[31m[-五-]\x1b[0m\x1b[32m{+三+}\x1b[0m" in shown
    assert _LOOKS.sub("", shown) == desk.run("check-quotes", draft).out


def test_a_mistyped_command_is_understood(desk: Desk) -> None:
    for typed, meant in (
        ("serch", "search"),
        ("exprot", "export"),
        ("chek-quotes", "check-quotes"),
    ):
        answer = desk.run(typed)
        assert answer.code == 2
        assert f"There is no command '{typed}'. Did you mean “{meant}”" in answer.err
    assert "Did you mean" not in desk.run("xyz").err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_taught_by_one_command(tmp_path: Path, shell: str) -> None:
    there = {"HOME": str(tmp_path), "SHELL": f"/bin/{shell}"}
    for _ in range(2 if shell == "zsh" else 1):
        done = CliRunner().invoke(main, ["completion"], env=there)
        assert done.exit_code == 0, done.stderr
    (script,) = (path for path in tmp_path.rglob("*duansou*") if path.is_file())
    assert str(script) in done.stdout
    assert "_DUANSOU_COMPLETE" in script.read_text("utf-8")
    if shell == "zsh":
        assert (tmp_path / ".zshrc").read_text("utf-8").count("duansou") == 1


def test_names_and_options_are_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    def completed(*words: str) -> set[str]:
        complete = ShellComplete(main, {}, "duansou", "_DUANSOU_COMPLETE")
        return {item.value for item in complete.get_completions([*words[:-1]], words[-1])}

    assert completed("se") == {"search", "serve"}
    assert "--city" in completed("search", "--ci")
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    answer = CliRunner().invoke(main, ["completion"])
    assert answer.exit_code == 2
    assert "No shell is called 'tcsh' here: name one of bash, fish, zsh." in answer.stderr
