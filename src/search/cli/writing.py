"""Commands that change an index: index, forget, reprints."""

from __future__ import annotations

import contextlib
import shlex
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from ..analysis.equivalence import Synonyms
from ..analysis.words import Analyzer
from ..config import RECOGNISED_NAME, Settings, load_settings
from ..errors import DuansouError, IndexBusyError, IndexMissingError, IndexTooOldError, InputError
from ..facets.gazetteer import check_places, use_places
from ..facets.topic import Taxonomy
from ..index.engine import Reader
from ..index.registry import changing, kind_of, open_writer, place_of, reading
from ..index.reprints import link_reprints
from ..index.run import Watcher, allow_document, forget_document, update_index
from ..index.writing import IndexReport
from ..languages.sentences import Sentence
from ..reading.files import SourceFile, exists
from ..reading.formats import readable_suffixes
from ..reading.formats.records import parse_field_map
from ..reading.overrides import OverrideFile, ask_for_recognition, places_beside
from ..reading.reading import ReadingLimits
from ..reading.recognition import MEMORY_MB, RecognitionOrder, is_installed
from ..reading.workers import Readers
from .options import Where, index_option, json_option, taxonomy
from .terminal import echo, phrase, print_json, progress_bar, say, told

EXIT_SOME_SKIPPED = 3
_LISTED = 20
_BUSY_S = 2


@dataclass(frozen=True, slots=True)
class _Order:
    """What the command was asked to do, again and again if it watches."""

    paths: tuple[Path, ...]
    settings: Settings
    topics: Path | None
    dictionary: Path | None
    overrides: Path | None
    synonyms: Path | None
    places: Path | None
    fields: str | None
    ocr: bool
    prune: bool
    quiet: bool
    as_json: bool


def _file_option(name: str, help_text: str) -> Callable[[Any], Any]:
    """An option that takes a file."""
    return click.option(name, type=click.Path(path_type=Path), metavar="FILE", help=help_text)


@click.command(
    "index",
    epilog=readable_suffixes(),
    help="""Read documents into the index.

    Each PATH is a folder or a file. Files with the suffixes below are read, others are counted.
    Running it again reads only what changed; files that vanished are reported
    and stay searchable until --prune. Old wordings stay under their addresses. A duansou.toml in a
    folder fixes values of the documents below it. An index of an older version is upgraded first.
    Exit code 3 if some files had to be skipped.
    """,
)
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@index_option
@_file_option(
    "--topics",
    "Taxonomy to use from now on (TOML); 'built-in' goes back to the shipped one.",
)
@_file_option(
    "--dictionary",
    "Words to add to the dictionary from now on, one a line; an empty file takes them away.",
)
@_file_option(
    "--overrides",
    "Values fixed by path from now on (CSV); 'none' goes back to those in the folders only.",
)
@_file_option(
    "--synonyms",
    "Words that mean the same from now on (信访 = 上访, a line each); 'none' forgets them.",
)
@_file_option(
    "--places",
    "Places to know from now on besides those of the gazetteer (CSV); 'none' forgets them.",
)
@click.option(
    "--fields",
    metavar="MAP",
    help="Names of the fields in .jsonl and .csv records: title=标题,text=正文,source=来源 "
    "(also html, published, author, site, url).",
)
@click.option(
    "--ocr",
    is_flag=True,
    help="Recognise text on scanned pages (needs duansou[ocr]; 3 to 7 seconds a page, kept for "
    "later runs). ocr = true in the duansou.toml of a named folder says the same.",
)
@click.option("--prune", is_flag=True, help="Take documents out whose files have vanished.")
@click.option("--watch", is_flag=True, help="Go on, and index again whenever files change.")
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
@json_option
def index_command(
    paths: tuple[Path, ...],
    where: Where,
    topics: Path | None,
    dictionary: Path | None,
    overrides: Path | None,
    synonyms: Path | None,
    places: Path | None,
    fields: str | None,
    ocr: bool,
    prune: bool,
    watch: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Read documents into the index."""
    order = _Order(
        paths,
        where.settings(record_fields=fields),
        topics,
        dictionary,
        overrides,
        synonyms,
        places,
        fields,
        ocr,
        prune,
        quiet,
        as_json,
    )
    if ocr and not is_installed():
        raise InputError("ocr-missing")
    for path in paths:
        if not exists(path):
            raise InputError("path-missing", path=path)
    if watch:
        _watch(order)
        return
    report = _run(order)
    if report.skipped or report.lost:
        sys.exit(EXIT_SOME_SKIPPED)


def _watch(order: _Order) -> None:
    """Index, and again after every change, until interrupted. An error is said and survived."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, stop)
    given = (order.topics, order.dictionary, order.overrides, order.synonyms, order.places)
    files = [path for path in given if path]
    try:
        watcher = Watcher([*order.paths, *files], rest_s=order.settings.watch_rest_ms / 1000)
        while True:
            try:
                _run(order)
            except DuansouError as error:
                say(f"duansou: {told(error.sentence)}")
                if isinstance(error, IndexBusyError):
                    # What has changed is still to be read when the other process has finished.
                    time.sleep(_BUSY_S)
                    continue
            if not order.quiet:
                echo(phrase("watching"), err=True)
            watcher.wait()
    except KeyboardInterrupt:
        if not order.quiet:
            echo(phrase("watching-stopped"), err=True)
    finally:
        signal.signal(signal.SIGTERM, previous)


def _run(order: _Order) -> IndexReport:
    """One indexing run, with its summary."""
    settings = order.settings
    _bring_up_to_date(settings, quiet=order.quiet)
    silent = order.quiet or order.as_json

    def progress(files: Iterable[SourceFile], total: int) -> Iterator[SourceFile]:
        yield from tqdm(
            # None: where nobody looks at a terminal there is nothing to move.
            files,
            total=total,
            unit=phrase("unit-file"),
            desc=phrase("indexing"),
            disable=silent or not total or None,
        )

    with _newest(settings) as reader:
        analyzer = reader.analyzer if reader else Analyzer()
        damaged = _damaged_in(reader)
    if order.dictionary is not None:
        analyzer = Analyzer(_dictionary_words(order.dictionary))
    with (
        open_writer(settings, analyzer, passing_over=damaged) as writer,
        # Only under the lock of the writer does the newest commit stay the newest.
        _newest(settings) as reader,
    ):
        is_other = reader and reader.analyzer.digest != analyzer.digest
        if _damaged_in(reader) != damaged or (is_other and order.dictionary is None):
            raise IndexBusyError("index-changed", place=place_of(settings))
        manifest = reader.manifest() if reader else {}
        chosen = taxonomy(order.topics, manifest.get("taxonomy"))
        places = added_places(order.places, order.paths, manifest)
        folders = {path if path.is_dir() else path.parent for path in order.paths}
        ocr = order.ocr or (is_installed() and ask_for_recognition(folders))
        with readers_of(settings, chosen, places, ocr=ocr) as readers:
            report = update_index(
                order.paths,
                reader=reader,
                writer=writer,
                analyzer=analyzer,
                taxonomy=chosen,
                overrides=_overrides(order.overrides, manifest.get("overrides")),
                synonyms=_synonyms(order.synonyms, manifest.get("synonyms")),
                places=places,
                prune=order.prune,
                file_limit_mb=settings.file_limit_mb,
                readers=readers,
                relist=order.fields is not None,
                recognise=ocr,
                progress=progress,
            )
    with reading(settings) as reader:
        report.passages = reader.stats().passages
    if order.as_json:
        print_json(report.to_json())
    elif not order.quiet:
        named = settings.index_dir if settings.index_dir != load_settings().index_dir else None
        option = f" --index {shlex.quote(str(named))}" if named else ""
        _print_report(report, place_of(settings), option)
    return report


def readers_of(settings: Settings, chosen: Taxonomy, places: str, *, ocr: bool = False) -> Readers:
    """What reads the files, as the settings say; ``places`` are those added to the gazetteer. With
    ``ocr`` one process, as that uses all cores and has much memory, that recognises scanned pages.
    """
    use_places(places)
    memory_mb = settings.read_memory_mb
    return Readers(
        chosen,
        places=places,
        fields=parse_field_map(settings.record_fields),
        limits=ReadingLimits(
            settings.file_limit_mb,
            settings.read_timeout_s,
            max(memory_mb, MEMORY_MB) if ocr and memory_mb else memory_mb,
        ),
        processes=min(settings.read_processes, 1) if ocr else settings.read_processes,
        recognition=RecognitionOrder(recognised_in(settings), is_asked=ocr),
    )


def recognised_in(settings: Settings) -> Path:
    """The folder that keeps what was recognised: in that of the index."""
    return settings.index_dir.absolute() / RECOGNISED_NAME


def _synonyms(chosen: Path | None, recorded: str | None) -> Synonyms:
    """The synonyms named now, else those recorded in the index."""
    if chosen is None:
        return Synonyms.parse(recorded or "", "the synonyms in the index")
    if str(chosen) == "none":
        return Synonyms()
    try:
        text = chosen.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("synonyms-unreadable", chosen=chosen, reason=_why(error)) from error
    return Synonyms.parse(text, str(chosen))


def added_places(chosen: Path | None, folders: Iterable[Path], manifest: Mapping[str, Any]) -> str:
    """The places named now, or in the duansou.toml of a folder, else those of the index."""
    if chosen is not None and str(chosen) == "none":
        return ""
    file = chosen or next(filter(None, map(places_beside, folders)), None)
    if file is None:
        return str(manifest.get("places") or "")
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("places-unreadable", chosen=file, reason=_why(error)) from error
    check_places(text, str(file))
    return text


def _overrides(chosen: Path | None, recorded: dict[str, str] | None) -> OverrideFile | None:
    """The overrides named now, else those recorded in the index."""
    if chosen is not None:
        return None if str(chosen) == "none" else OverrideFile.read(chosen)
    return OverrideFile(**recorded) if recorded else None


@contextlib.contextmanager
def _newest(settings: Settings) -> Iterator[Reader | None]:
    """A reader of the newest commit, without what is damaged; None where no index was made yet."""
    with contextlib.ExitStack() as stack:
        reader = None
        with contextlib.suppress(IndexMissingError):
            reader = stack.enter_context(reading(settings, sound_only=True))
        yield reader


def _bring_up_to_date(settings: Settings, *, quiet: bool) -> None:
    """Upgrade an index of an older format; of any other nothing is said here."""
    with contextlib.suppress(IndexTooOldError), _newest(settings):
        return
    from .migrating import brought_up_to_date

    brought_up_to_date(settings, quiet=quiet)


def _damaged_in(reader: Reader | None) -> frozenset[str]:
    """The segments that a reader passes over."""
    return reader.remains.names if reader and reader.remains else frozenset()


def _dictionary_words(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("dictionary-unreadable", path=path, reason=_why(error)) from error
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _why(error: OSError | UnicodeDecodeError) -> str | Sentence:
    return error.strerror or str(error) if isinstance(error, OSError) else Sentence("no-utf8")


def _print_report(report: IndexReport, where: str, option: str) -> None:
    """What was done, what was not, and what may be done next; ``option`` names the index."""
    changes = tuple(
        Sentence("counted", count=count, what=what)
        for what, count in (
            (Sentence("files-read"), report.read),
            (Sentence("files-added"), report.added),
            (Sentence("files-replaced"), report.replaced),
            (Sentence("files-moved"), report.moved),
            (Sentence("files-unchanged"), report.unchanged),
            (Sentence("files-copies"), report.copies),
            (Sentence("files-skipped"), len(report.skipped)),
            (Sentence("files-vanished"), len(report.vanished)),
            (Sentence("files-pruned"), len(report.pruned)),
            (Sentence("files-forgotten"), len(report.forgotten)),
        )
        if count
    )
    done = phrase(
        "index-run",
        documents=report.documents,
        passages=report.passages,
        place=where,
        changes=changes or Sentence("nothing-changed"),
    )
    echo(done, err=True)
    if report.damaged_files:
        echo(
            phrase(
                "index-mended",
                count=report.damaged_files,
                taken_over=report.taken_over,
                read_again=report.read_again,
            ),
            err=True,
        )
    _list(Sentence("lost-by-damage"), report.lost)
    if report.superseded:
        echo(phrase("kept-as-superseded", count=report.superseded), err=True)
    _list(
        Sentence("file-duplicate"),
        [Sentence("same-as", path=path, other=of) for path, of in report.duplicates],
    )
    _list(
        Sentence("file-renamed"),
        [Sentence("renamed-to", path=old, other=new) for old, new in report.rewritten],
    )
    _list(Sentence("file-vanished"), report.vanished)
    if report.vanished:
        echo("  " + phrase("prune-hint"), err=True)
    _list(Sentence("files-pruned"), report.pruned)
    _list(Sentence("file-forgotten"), report.forgotten)
    _list(Sentence("override-without-file"), report.unused_overrides)
    _list(
        Sentence("date-unread"),
        [Sentence("words-in-file", path=path, words=words) for path, words in report.unread_dates],
    )
    _list(
        Sentence("bytes-unread"),
        [Sentence("words-in-file", path=path, words=lost) for path, lost in report.unread_bytes],
    )
    if report.not_read:
        echo(phrase("not-read-kinds", kinds=report.kinds_not_read()), err=True)
    for path, reason in report.skipped:
        say(phrase("skipped", path=path, reason=reason))
    # A reason without values is one of a kind of file, and says what would read it.
    alike = Counter(reason.code for _, reason in report.skipped if not reason.values)
    for code, count in alike.most_common():
        if count > 1:
            echo(phrase("skipped-alike", count=count, reason=Sentence(code)), err=True)
    if report.passages and sys.stderr.isatty():
        echo(phrase("index-next", option=option), err=True)


def _list(what: Sentence, items: Sequence[str | Sentence]) -> None:
    for item in items[:_LISTED]:
        say(phrase("listed", what=what, item=item))
    if len(items) > _LISTED:
        echo(phrase("list-goes-on", what=what, count=len(items) - _LISTED), err=True)


@click.command("forget")
@click.argument("document_id")
@click.option("--allow", is_flag=True, help="Let a forgotten document in again at the next run.")
@index_option
def forget_command(document_id: str, allow: bool, where: Where) -> None:
    """Erase a document, its old wordings included, from every file of the index.

    Its addresses then answer that it was erased, and no run brings it back until --allow. The files
    in your folders stay as they are.
    """
    settings = where.settings()
    with changing(settings) as (reader, writer):
        if allow:
            allow_document(document_id, reader=reader, writer=writer)
            echo(phrase("let-in-again", document_id=document_id))
            return
        paths = forget_document(
            document_id, reader=reader, writer=writer, recognised=recognised_in(settings)
        )
    echo(phrase("erased-from", document_id=document_id, place=place_of(settings)))
    if note := kind_of(settings).after_erasing:
        echo(f"  {told(note)}")
    for path in paths:
        echo("  " + phrase("file-still-there", path=path))


@click.command("reprints")
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
@json_option
@index_option
def reprints_command(quiet: bool, as_json: bool, where: Where) -> None:
    """Link passages of different documents that are the same or nearly the same.

    Searches can then show each text once (search --collapse, or the switch on the page). Run it
    again after indexing; links between passages that are still there hold until then.
    """
    settings = where.settings()
    with changing(settings) as (reader, writer):
        total = reader.stats().passages
        silent = quiet or as_json
        with progress_bar(phrase("comparing"), phrase("unit-passage"), hidden=silent) as show:
            reprints = link_reprints(reader.passages(), lambda done: show(done, total))
        writer.commit(reprints.changed_in(reader.manifest()))
    if as_json:
        print_json(
            {
                "compared": reprints.compared,
                "groups": [list(group) for group in reprints.groups],
                "linked": reprints.linked,
            }
        )
    elif not quiet:
        echo(
            phrase(
                "reprints-compared",
                passages=reprints.compared,
                linked=reprints.linked,
                texts=len(reprints.groups),
            )
        )
