"""Walking folders: order, hidden files, links, kinds, limits."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from search.errors import InputError, UnreadableFileError
from search.platforms import IS_WINDOWS
from search.reading.files import NotRead, SourceFile, find_files, read_bytes
from search.reading.formats import readable_suffixes, suffix_of


def test_files_come_in_path_order_and_hidden_ones_are_passed_over(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", ".hidden.txt", "sub folder/丙.txt", ".git/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    root, files, refused = find_files(tmp_path)
    assert [file.path for file in files] == ["a.md", "b.txt", "sub folder/丙.txt"]
    assert root == tmp_path.resolve()
    assert refused == []


def test_a_single_file_has_its_folder_as_root(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    assert find_files(tmp_path / "a.txt")[1] == [SourceFile(tmp_path.resolve(), "a.txt")]


@pytest.mark.skipif(IS_WINDOWS, reason="symbolic links need rights on Windows")
def test_a_link_that_leaves_the_root_is_refused_and_one_inside_is_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.txt").write_text("x", encoding="utf-8")
    (root / "a.txt").write_text("x", encoding="utf-8")
    (root / "inside.txt").symlink_to(root / "a.txt")
    (root / "outside.txt").symlink_to(tmp_path / "secret.txt")
    (root / "broken.txt").symlink_to(root / "none.txt")
    (root / "loop").symlink_to(root)
    _, files, refused = find_files(root)
    assert [file.path for file in files] == ["a.txt", "inside.txt"]
    assert {path for path, _ in refused} == {"broken.txt", "loop", "outside.txt"}


def test_other_kinds_of_file_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.dwg").write_bytes(b"x")
    _, files, refused = find_files(tmp_path)
    assert files == []
    assert [(path, str(why)) for path, why in refused] == [
        ("a.dwg", f".dwg files are not read (only {readable_suffixes()})")
    ]
    assert isinstance(refused[0][1], NotRead)


def test_a_missing_path_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file or folder"):
        find_files(tmp_path / "none")


def test_a_file_over_the_limit_is_refused_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_bytes(b"x" * 1_500_000)
    with pytest.raises(UnreadableFileError, match="limit is 1 MB"):
        read_bytes(SourceFile(tmp_path, "big.txt"), 1)


@pytest.mark.parametrize(
    "path", ["a.TXT", "a.", "a..", ".a", ".a.b", "a.tar.gz", "b.c/d", "b/c.d/", "", "档 案.Md"]
)
def test_the_suffix_of_a_path_is_that_of_pathlib(path: str) -> None:
    assert suffix_of(path) == PurePosixPath(path).suffix.lower()


@pytest.mark.skipif(IS_WINDOWS, reason="symbolic links need rights on Windows")
def test_a_found_file_has_the_stamp_that_it_has_on_disk(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_text("甲", encoding="utf-8")
    (tmp_path / "c.txt").symlink_to("a/b.txt")
    _, files, _ = find_files(tmp_path)
    status = (tmp_path / "a" / "b.txt").stat()
    stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    assert [(file.path, file.found_stamp, file.stamp()) for file in files] == [
        ("c.txt", stamp, stamp),
        ("a/b.txt", stamp, stamp),
    ]
    assert SourceFile(tmp_path, "c.txt").stamp() == stamp
