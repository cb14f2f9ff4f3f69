"""Recognise text in pictures of pages: an optional engine, asked for, whose answers are kept.

What was recognised once is read from then on, by whatever engine it was: another model reads other
words, and ids of passages are made from words. The engine is that of the extra ``ocr``; its models
are in its wheel, and nothing is fetched.
"""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from ..analysis.text import HAN
from ..documents.document import sha256_hex
from ..errors import UnreadableFileError
from ..languages.sentences import Sentence
from .columns import Piece

LONG_SIDE_PIXELS = 1600
"""More pixels read no better; with 1,280 small letters are read worse."""
MEMORY_MB = 2500
"""Of the reading process: the engine maps 2 GB, of which it uses a third."""
_DETECTOR, _READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_RED_OVER = 60
"""By so much the red of a seal is above its green and blue, of 255."""
_SEAL_SIDES = (0.06, 0.35)
"""Seals are so large, as shares of the long side of the page."""
_WIDE_MARKS = str.maketrans("(),:;?!", "（），：；？！")
_NARROW_MARK = re.compile(rf"(?<=[{HAN}])[(),:;?!]|[(),:;?!](?=[{HAN}])")
_ALIKE = 0.3
"""Heights of boxes differ by so much where the letters do not."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page in pixels, an array of numpy (height, width, blue-green-red), and what one pixel is in
    points."""

    pixels: Any
    points: float


class Engine(Protocol):
    """Reads pictures; ``name`` tells it and its model from all others, as part of a file name."""

    @property
    def name(self) -> str:
        """Of the engine and its model."""

    def read(self, picture: Picture) -> list[Piece]:
        """The lines in a picture, in points, each with its score from 0 to 1."""


@dataclass(frozen=True, slots=True)
class RecognitionOrder:
    """Where recognised text is kept, and whether more may be recognised now."""

    folder: Path | None = None
    is_asked: bool = False


def is_installed() -> bool:
    """Whether the extra ``ocr`` is there."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def how_to_recognise(path: str) -> Sentence:
    """What reads pictures of pages in a file of that name or suffix: the command, with what it
    needs first.
    """
    if path.lower().endswith("ofd"):
        return Sentence("ocr-as-pdf")
    return Sentence("ocr-run" if is_installed() else "ocr-install")


def erase(folder: Path, contents: Iterable[str]) -> None:
    """Forget what was recognised in some contents, by their hashes."""
    for digest in contents:
        shutil.rmtree(folder / digest, ignore_errors=True)


class Recognition:
    """Recognises the pages of files, as ordered; ``on_page`` is called when one is done."""

    def __init__(
        self,
        order: RecognitionOrder,
        engine: Engine | None = None,
        on_page: Callable[[], None] = lambda: None,
    ) -> None:
        self._order = order
        self._engine = engine or (_Rapid() if order.is_asked else None)
        self._on_page = on_page

    @contextmanager
    def of(self, sha256: str) -> Iterator[None]:
        """What is read inside is of the file with this hash."""
        token = _in_force.set(_Pages(self._order, self._engine, self._on_page, sha256))
        try:
            yield
        finally:
            _in_force.reset(token)


@dataclass(frozen=True, slots=True)
class _Pages:
    """Recognises the pages of one file."""

    order: RecognitionOrder
    engine: Engine | None
    on_page: Callable[[], None]
    sha256: str

    def read(self, page: int, picture: Callable[[], Picture]) -> list[Piece] | None:
        kept = self._kept(page)
        if kept is not None or not self.order.is_asked or self.engine is None:
            return kept
        pieces = self.engine.read(picture())
        self._keep(page, pieces, self.engine.name)
        self.on_page()
        return pieces

    def _kept(self, page: int) -> list[Piece] | None:
        """What was recognised on a page before: by this engine, else by any."""
        if self.order.folder is None:
            return None
        own = f"{page}-{self.engine.name}.json" if self.engine else ""
        found = sorted(
            (self.order.folder / self.sha256).glob(f"{page}-*.json"),
            key=lambda path: (path.name != own, path.name),
        )
        for path in found:
            try:
                return [Piece(**piece) for piece in json.loads(path.read_text("utf-8"))]
            except (OSError, ValueError, TypeError):
                continue  # half of a file, or what another version has written
        return None

    def _keep(self, page: int, pieces: Iterable[Piece], engine: str) -> None:
        if self.order.folder is None:
            return
        folder = self.order.folder / self.sha256
        path = folder / f"{page}-{engine}.json"
        text = json.dumps([asdict(piece) for piece in pieces], ensure_ascii=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.with_suffix(".new").write_text(text, encoding="utf-8")
            path.with_suffix(".new").replace(path)
        except OSError as error:
            raise UnreadableFileError("ocr-not-kept", path=path, reason=error.strerror) from error


_in_force: ContextVar[_Pages | None] = ContextVar("recognition", default=None)


def recognised(page: int, picture: Callable[[], Picture]) -> list[Piece] | None:
    """The lines on a page, from 1, of the file that is being read; None where nobody may look."""
    pages = _in_force.get()
    return pages.read(page, picture) if pages else None


class _Rapid:
    """RapidOCR with its small models, which are in its wheel."""

    @cached_property
    def _models(self) -> Path:
        import rapidocr

        return Path(rapidocr.__file__).parent / "models"

    @cached_property
    def name(self) -> str:
        models = (self._models / _DETECTOR, self._models / _READER)
        digest = sha256_hex("".join(sha256_hex(model.read_bytes()) for model in models))
        return f"rapidocr-{version('rapidocr')}-{digest[:12]}"

    @cached_property
    def _engine(self) -> Any:
        from rapidocr import RapidOCR

        return RapidOCR(
            params={
                # Else whatever is missing would be fetched.
                "Det.model_path": str(self._models / _DETECTOR),
                "Rec.model_path": str(self._models / _READER),
                # It turns good lines upside down.
                "Global.use_cls": False,
                "Global.max_side_len": LONG_SIDE_PIXELS,
                "Global.log_level": "error",
                "Rec.rec_batch_num": 1,
            }
        )

    def read(self, picture: Picture) -> list[Piece]:
        """The lines in a picture, in points."""
        answer = self._engine(_without_seals(picture.pixels))
        if answer.boxes is None:
            return []
        found = zip(answer.boxes.tolist(), answer.txts, answer.scores, strict=True)
        return pieces_of([(box, text, float(score)) for box, text, score in found], picture.points)


def pieces_of(lines: Iterable[tuple[list[list[float]], str, float]], points: float) -> list[Piece]:
    """Lines with their four corners, from the upper left on, set straight and in points."""
    lines = [line for line in lines if line[1].strip()]
    if not lines:
        return []
    slope = median(math.atan2(box[1][1] - box[0][1], box[1][0] - box[0][0]) for box, _, _ in lines)
    sine, cosine = math.sin(-slope), math.cos(slope)
    pieces = []
    for box, text, score in lines:
        corners = [(x * cosine - y * sine, x * sine + y * cosine) for x, y in box]
        top = (corners[0][1] + corners[1][1]) / 2 * points
        bottom = (corners[2][1] + corners[3][1]) / 2 * points
        xs = [x * points for x, _ in corners]
        height = max(bottom - top, 1.0)
        pieces.append(
            Piece(
                _with_wide_marks(text.strip()),
                min(xs),
                top,
                max(xs),
                bottom,
                height,
                0,
                round(score, 3),
            )
        )
    usual = median(piece.height for piece in pieces)
    return [
        replace(piece, height=usual) if abs(piece.height - usual) <= _ALIKE * usual else piece
        for piece in pieces
    ]


def _with_wide_marks(text: str) -> str:
    """A line with the marks beside Han characters as wide as these; engines mix them up."""
    return _NARROW_MARK.sub(lambda found: found[0].translate(_WIDE_MARKS), text)


def _without_seals(pixels: Any) -> Any:
    """A picture in which round red blobs are seen through red glass: the black below them stays."""
    import cv2
    import numpy as np

    blue, green, red = (pixels[:, :, i].astype(np.int16) for i in range(3))
    is_red = (red - np.maximum(blue, green) > _RED_OVER).astype(np.uint8)
    if not is_red.any():
        return pixels
    side = max(pixels.shape[:2])
    reach = max(3, side // 100)  # the parts of a seal stand apart from each other
    closed = cv2.morphologyEx(is_red, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, found, _ = cv2.connectedComponentsWithStats(closed)
    least, most = (share * side for share in _SEAL_SIDES)
    cleaned = pixels.copy()
    for left, top, width, height, _ in found[1:].tolist():
        is_round = max(width, height) <= 1.4 * min(width, height)
        if is_round and least <= min(width, height) and max(width, height) <= most:
            part = cleaned[top : top + height, left : left + width]
            part[:] = part[:, :, 2:3]
    return cleaned
