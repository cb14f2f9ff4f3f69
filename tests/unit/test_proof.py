"""Proof files: what agrees with itself and the index is proven, anything else says where not."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from search import open_index
from search.citing.proof import LIMIT_BYTES, proof_json, proof_of, read_proof, verify
from search.citing.showing import Shown, show
from search.cli import main
from search.documents.document import parse_range, sha256_hex
from search.errors import InputError

from .collection import FIRST, SECOND, THIRD, Desk, article
from .web.corpus import GUIGANG, index_of

RARE = "全县𠮷林共有网格员五千人,群众安全感明显提升,治安形势平稳向好。"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write("甲.txt", article("某县推进平安建设", FIRST, RARE, SECOND))
    made.write("乙.txt", article("某市加强社会治理", THIRD))
    made.index()
    return made


def proof_file(desk: Desk, text: str, *options: str) -> Path:
    """The file for a passage, as the command line gives it."""
    file = desk.index_dir.parent / "proof.json"
    answer = desk.run("show", desk.passage_id(text), "--proof", *options)
    assert answer.code == 0, answer.err
    file.write_text(answer.out, encoding="utf-8")
    return file


def ask(file: Path, *options: str) -> tuple[int, Any]:
    """Exit code and JSON of verify."""
    done = CliRunner().invoke(main, ["verify", str(file), "--json", *options])
    return done.exit_code, json.loads(done.stdout)


def changed(file: Path, **fields: Any) -> Path:
    """The same file with other members."""
    record = json.loads(file.read_text(encoding="utf-8"))
    other = file.with_name("changed.json")
    other.write_text(json.dumps({**record, **fields}), encoding="utf-8")
    return other


def test_a_file_proves_a_range_without_and_with_the_index(desk: Desk) -> None:
    file = proof_file(desk, RARE, "--from", "2", "--to", "9")
    record = json.loads(file.read_text(encoding="utf-8"))
    assert record["range"]["quote"] == RARE[2:9] == "𠮷林共有网格员"
    assert record["address"].endswith("?from=2&to=9")
    code, alone = ask(file)
    assert (code, alone["proven"], alone["index"]) == (0, True, None)
    assert [check["name"] for check in alone["checks"]] == ["text", "passage_id", "range"]
    code, within = ask(file, "--index", str(desk.index_dir))
    assert (code, within["index"]["state"], within["notes"]) == (0, "present", [])


def test_the_index_says_that_a_wording_is_superseded_and_since_when(desk: Desk) -> None:
    file = proof_file(desk, SECOND)
    new = SECOND.replace("五千", "六千")
    desk.write("甲.txt", article("某县推进平安建设", FIRST, RARE, new))
    desk.index()
    code, found = ask(file, "--index", str(desk.index_dir))
    assert (code, found["index"]["state"]) == (0, "superseded")
    shown = desk.run("show", json.loads(file.read_text())["passage_id"], "--json").json
    assert found["index"]["superseded_at"] == shown["superseded"]["at"]
    assert shown["superseded"]["changes"][1] == {"old": "五", "now": "六"}
    assert "[-五-]{+六+}" in desk.run("show", shown["passage_id"]).out
    # The proof of an old wording proves as well.
    assert ask(proof_file(desk, new))[0] == 0


def test_the_index_says_that_it_was_forgotten_or_is_elsewhere_or_never_was(desk: Desk) -> None:
    file = proof_file(desk, THIRD)
    record = json.loads(file.read_text(encoding="utf-8"))
    other = Desk(desk.index_dir.parent / "other")
    other.write("丙.txt", article("另一篇文章", THIRD, FIRST, date="2021-03-04"))
    other.index()
    code, found = ask(file, "--index", str(other.index_dir))
    assert (code, found["index"]["state"]) == (1, "elsewhere")
    other.write("丙.txt", article("另一篇文章", FIRST, date="2021-03-04"))
    desk.run("forget", record["document_id"])
    code, found = ask(file, "--index", str(desk.index_dir))
    assert (code, found["index"]["state"]) == (1, "forgotten")
    fresh = Desk(desk.index_dir.parent / "fresh")
    fresh.write("丁.txt", article("又一篇文章", FIRST))
    fresh.index()
    code, found = ask(file, "--index", str(fresh.index_dir))
    assert (code, found["index"]["state"]) == (1, "unknown")


def test_a_changed_text_is_not_proven_and_the_index_says_where(desk: Desk) -> None:
    file = proof_file(desk, SECOND)
    text = SECOND.replace("五千", "六千")
    code, found = ask(changed(file, text=text))
    assert code == 1
    assert [c["name"] for c in found["checks"] if not c["holds"]] == ["text", "passage_id"]
    # With its hash changed as well, the id still names the other wording.
    swapped = changed(file, text=text, sha256=sha256_hex(text))
    code, found = ask(swapped, "--index", str(desk.index_dir))
    assert code == 1
    assert [c["name"] for c in found["checks"] if not c["holds"]] == ["passage_id", "index"]
    assert found["index"]["state"] == "different"
    at = SECOND.index("五千")
    assert found["first_difference"] == {"at": at, "stated": "六", "found": "五"}
    done = CliRunner().invoke(main, ["verify", str(swapped), "--index", str(desk.index_dir)])
    assert f"First difference at character {at}" in done.stdout
    assert "Not proven" in done.stdout


@pytest.mark.parametrize(
    ("field", "value", "check"),
    [
        ("quote", "林共有𠮷网格员", "range"),
        ("sha256", "0" * 64, "range"),
        ("from", -3, "range"),
        ("from", 9, "range"),
        ("to", 10**12, "range"),
    ],
)
def test_a_range_that_is_not_what_stands_there_is_not_proven(
    desk: Desk, field: str, value: Any, check: str
) -> None:
    file = proof_file(desk, RARE, "--from", "2", "--to", "9")
    record = json.loads(file.read_text(encoding="utf-8"))
    code, found = ask(changed(file, range={**record["range"], field: value}))
    assert code == 1
    assert [c["name"] for c in found["checks"] if not c["holds"]] == [check]
    if field == "quote":
        assert found["first_difference"] == {"at": 2, "stated": "林", "found": "𠮷"}


def test_another_document_id_or_no_id_at_all_is_not_proven(desk: Desk) -> None:
    file = proof_file(desk, RARE)
    assert ask(changed(file, document_id="0" * 16))[0] == 1
    assert ask(changed(file, passage_id="../../etc/passwd"))[0] == 1


def test_a_corrected_title_is_a_note_and_decides_nothing(desk: Desk) -> None:
    file = changed(proof_file(desk, RARE), title="别的题目")
    code, found = ask(file, "--index", str(desk.index_dir))
    assert code == 0
    assert len(found["notes"]) == 1


HOSTILE = {
    "empty": b"",
    "no JSON": b"{",
    "not UTF-8": b"\xff\xfe{}",
    "deep": b"[" * 200_000,
    "deep inside": b'{"format": "duansou-proof", "x": ' + b"[" * 50 + b"]" * 50 + b"}",
    "a list": b"[]",
    "another format": b'{"format": "x"}',
    "twice": b'{"format": "duansou-proof", "format": "duansou-proof"}',
    "no number": b'{"format": "duansou-proof", "version": NaN}',
    "a truth": b'{"format": "duansou-proof", "version": true}',
    "newer": b'{"format": "duansou-proof", "version": 2}',
    "huge number": b'{"format": "duansou-proof", "version": ' + b"9" * 10_000 + b"}",
    "too large": b" " * (LIMIT_BYTES + 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_proof_file_is_named_with_the_reason(tmp_path: Path, name: str) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(HOSTILE[name])
    done = CliRunner().invoke(main, ["verify", str(file)])
    assert done.exit_code == 2
    assert "is no proof file" in done.stderr
    assert len(done.stderr) < 400 + len(str(file))


def test_a_folder_or_a_missing_file_is_named(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "none.json"):
        done = CliRunner().invoke(main, ["verify", str(file)])
        assert done.exit_code == 2
        assert "cannot be read" in done.stderr


def test_a_file_on_stdin_is_verified(desk: Desk) -> None:
    data = proof_file(desk, RARE).read_bytes()
    assert CliRunner().invoke(main, ["verify", "-"], input=data).exit_code == 0
    # Some editors put a mark before it.
    assert CliRunner().invoke(main, ["verify", "-"], input=b"\xef\xbb\xbf" + data).exit_code == 0


def example() -> dict[str, Any]:
    index = index_of(GUIGANG)
    shown = show(index, next(index.passages()).passage_id)
    assert isinstance(shown, Shown)
    return proof_of(index, shown, parse_range(shown.passage.text, "0", "5"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(st.sampled_from([*example(), "range.from", "range.to", "range.quote", "range.sha256"]), JSON)
def test_whatever_one_member_is_the_file_is_unusable_or_judged(member: str, value: Any) -> None:
    record = copy.deepcopy(example())
    outer, _, inner = member.partition(".")
    if inner:
        record[outer][inner] = value
    else:
        record[outer] = value
    data = json.dumps(record).encode()
    try:
        found = verify(read_proof(data, "x"))
    except InputError:
        return
    decisive = {"passage_id", "document_id", "text", "sha256", "range"}
    if outer in decisive and record != example() and value is not None:
        assert not found.is_proven


def test_the_same_passage_gives_the_same_bytes(desk: Desk) -> None:
    with open_index(desk.index_dir) as index:
        shown = show(index, desk.passage_id(RARE))
        assert isinstance(shown, Shown)
        assert proof_json(proof_of(index, shown)) == proof_json(proof_of(index, shown))
        assert read_proof(proof_json(proof_of(index, shown)).encode(), "x").text == RARE
