"""Small blocks share a dictionary and come back whole, from any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from search.engines.whoosh.blocks import BLOCK_BYTES, BlocksWriter, Spills, block_reader
from search.engines.whoosh.container import ArrayFile, ArrayFileWriter
from search.errors import IndexBrokenError


def blocks(count: int) -> list[bytes]:
    """Prose with something of its own in each block."""
    text = "坚持和发展新时代“枫桥经验”，畅通和规范群众诉求表达、利益协调、权益保障通道。"
    return [f"{n}{text * 40}{n * n}".encode()[:BLOCK_BYTES] for n in range(count)]


def written(path: Path, stored: list[bytes]) -> ArrayFile:
    with Spills(path.parent) as spills, ArrayFileWriter(path) as file:
        writer = BlocksWriter(spills.new())
        for block in stored:
            writer.append(block)
        writer.write(file, "texts")
        size, _ = file.finish({})
    return ArrayFile(path, size)


@pytest.mark.parametrize("count", [0, 1, 255, 256, 3_000])
def test_blocks_come_back(tmp_path: Path, count: int) -> None:
    file = written(tmp_path / "file", blocks(count))
    read = block_reader(file, "texts")
    assert [read(n) for n in range(count)] == blocks(count)
    assert bool(len(file["texts.dictionary"])) == (count >= 256)


def test_equal_blocks_make_equal_files(tmp_path: Path) -> None:
    for name in "ab":
        written(tmp_path / name, blocks(600))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_blocks_with_nothing_in_common_are_stored_without_a_dictionary(tmp_path: Path) -> None:
    stored = [bytes([n % 256]) for n in range(300)]
    read = block_reader(written(tmp_path / "file", stored), "texts")
    assert [read(n) for n in range(300)] == stored


def test_threads_read_at_the_same_time(tmp_path: Path) -> None:
    stored = blocks(400)
    read = block_reader(written(tmp_path / "file", stored), "texts")
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, [n % 400 for n in range(4_000)])) == stored * 10


def test_a_damaged_block_is_named(tmp_path: Path) -> None:
    file = written(tmp_path / "file", blocks(3))
    data = bytearray((tmp_path / "file").read_bytes())
    start = data.index(b"\x28\xb5\x2f\xfd")
    data[start + 8 : start + 40] = b"\xff" * 32
    (tmp_path / "file").write_bytes(data)
    read = block_reader(ArrayFile(tmp_path / "file", len(data)), "texts")
    with pytest.raises(IndexBrokenError, match="damaged in block 0 of texts"):
        read(0)
    assert file.path.name == "file"
