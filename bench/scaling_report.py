"""The page on scaling: what was measured, and what follows from it for far more passages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Run = Mapping[str, Any]

_FAR = 100_000_000
"""Passages that are calculated, not measured."""
_SHARD_BYTES = 40e9
"""Of a shard at most: 10 to 50 GB is what OpenSearch's documentation advises."""
_SLOW_MS = 500
"""What a reader would feel, at the 95th percentile."""

_TYPED = "typed"
_LABELS = {
    _TYPED: "as typed, all facets 输入检索，带分面",
    "typed, filtered": "the same, with filters 同上，带筛选",
    "ten best by words": "ten best and total 前十条和总数",
    "quoted": "quoted text 加引号的词句",
}


def render(result: Mapping[str, Any]) -> str:
    """docs/scaling.md."""
    runs: Sequence[Run] = result["runs"]
    machine = result["machine"]
    return "\n".join(
        [
            "# 规模 Scaling",
            "",
            "段落多到什么程度该用集群，要多少硬盘、内存和时间。由 `make bench-cluster` 写出，"
            "原始结果在",
            "[scaling.json](scaling.json)。集群怎样运行见[集群](zh/cluster.md)。",
            "",
            "How many passages ask for a cluster, and what that takes. Written by `make "
            "bench-cluster`; the raw",
            "result is [scaling.json](scaling.json). How a cluster is run: "
            "[en/cluster.md](en/cluster.md).",
            "",
            f"Run on {result['date']}: {machine['processors']} processors, "
            f"{machine['memory_gb']} GB of "
            f"memory, {machine['platform']}; Python {result['versions']['Python']}, OpenSearch "
            f"3.8.0, "
            f"heap of {result['heap_mib']:,} MiB a node.",
            "**All nodes and the client ran on this one machine,** so more nodes share the same "
            "processors: "
            "what is measured is what a passage costs, never the gain of more machines. "
            "所有节点和客户端都在这一台机器上，节点再多也共用同样的处理器："
            "量出的是每个段落的代价，不是多台机器带来的加速。",
            "",
            *_disturbed(runs),
            *_costs(runs),
            *_times(runs, result),
            *_agreement(runs),
            *_far(runs),
            *_when(runs, result.get("embedded", []), machine["memory_gb"]),
        ]
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' + '---:|' * (len(head) - 1)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows), ""]


def _name(run: Run) -> str:
    if not run["nodes"]:
        return "embedded 单机"
    nodes = "1 node" if run["nodes"] == 1 else f"{run['nodes']} nodes"
    copies = "" if run["copies"] == 1 else ", 2 copies"
    return f"{nodes}{copies} ({run['shards']} shard{'s' if run['shards'] > 1 else ''})"


def _disturbed(runs: Sequence[Run]) -> list[str]:
    """What the figures suffered from, if anything."""
    average = runs[0]["load_average_before"]
    if not _busy(runs):
        return []
    return [
        f"**Other programs used the processors during this run** (load average {average:.1f} "
        f"before "
        "it): rates are lower and times longer than on a quiet machine; bytes and processor "
        "seconds "
        "are not affected. 测量期间机器上还有别的程序：速度和时间偏差，"
        "字节数和处理器时间不受影响。",
        "",
    ]


def _busy(runs: Sequence[Run]) -> bool:
    return bool(runs[0]["load_average_before"] >= 1)


def _costs(runs: Sequence[Run]) -> list[str]:
    rows = []
    for run in runs:
        memory = run.get("memory")
        rows.append(
            [
                _name(run),
                f"{run['passages']:,}",
                f"{run['passages'] / run['load_s']:,.0f}",
                f"{run['client_cpu_s'] / run['passages'] * 1e6:,.0f}",
                f"{run['nodes_cpu_s'] / run['passages'] * 1e6:,.0f}" if run["nodes"] else "",
                f"{run['primary_bytes'] / run['passages'] * 1e6 / 1e9:.2f}",
                f"{run['all_bytes'] / run['passages'] * 1e6 / 1e9:.2f}",
                ", ".join(f"{each:,}" for each in memory) if memory else "",
            ]
        )
    head = [
        "index 索引",
        "passages 段落",
        "passages/s 载入",
        "client CPU s/million",
        "nodes CPU s/million",
    ]
    head += ["GB/million, one copy 一份", "GB/million, all copies 全部", "MB of each node 内存"]
    return [
        "## What passages cost 代价",
        "",
        "The load is one writer, as `duansou index` does it, without reading files; a second "
        "copy of every "
        "shard is indexed a second time. Memory is what a node's process holds (heap included), "
        "without "
        "pages of mapped files, after all questions.",
        "",
        *_table(head, rows),
    ]


def _times(runs: Sequence[Run], result: Mapping[str, Any]) -> list[str]:
    lines = [
        "## Searches 检索",
        "",
        f"Milliseconds, p50 / p95 over {result['questions']} questions (those of "
        f"[bench.md](bench.md)), one "
        f"after another, the median of {result['rounds']} warm rounds each; through the port of "
        f"the engine, "
        "so without the page.",
        "",
    ]
    rows = [
        [_name(run), f"{run['passages']:,}"]
        + [f"{_spread(run, s)['p50']:.1f} / {_spread(run, s)['p95']:.1f}" for s in _LABELS]
        for run in runs
    ]
    return [*lines, *_table(["index 索引", "passages 段落", *_LABELS.values()], rows)]


def _agreement(runs: Sequence[Run]) -> list[str]:
    compared = sum(run["agreement"]["compared"] for run in runs if run["nodes"])
    differ = sum(run["agreement"]["differ"] for run in runs if run["nodes"])
    return [
        f"Totals and counts of facets were compared with the embedded engine's in {compared:,} "
        f"answers: "
        f"{differ:,} differ. 与单机引擎逐一比对总数和分面数目。",
        "",
    ]


def _far(runs: Sequence[Run]) -> list[str]:
    """What one copy and two would take at a size that was not measured."""
    largest = max(run["passages"] for run in runs)
    clustered = [run for run in runs if run["passages"] == largest and run["nodes"]]
    widest = max(clustered, key=lambda run: run["nodes"])
    one_copy = widest["primary_bytes"] / largest * _FAR
    shards = math.ceil(one_copy / _SHARD_BYTES)
    # The largest that was measured with so many copies.
    loads = sorted((r for r in runs if r["nodes"]), key=lambda r: (r["passages"], r["nodes"]))
    rates = {run["copies"]: run["passages"] / run["load_s"] for run in loads}
    lines = [
        f"## {_FAR // 1_000_000} million passages: calculated 一亿段落（推算）",
        "",
        f"Nothing of this section was measured: it is {largest:,} passages, multiplied. "
        f"本节均为推算，未经实测。",
        "",
        f"- Disk 硬盘: {one_copy / 1e9:,.0f} GB for one copy, {2 * one_copy / 1e9:,.0f} GB for "
        "two. A full load writes a new version beside the one in use, so twice that until the old "
        "one is removed.",
        f"- Shards 分片: {shards} (`DUANSOU_OPENSEARCH_SHARDS={shards}`), so that none is "
        f"larger than "
        f"{_SHARD_BYTES / 1e9:.0f} GB, as OpenSearch advises. They are fixed when a version is "
        f"made.",
    ]
    for copies, rate in sorted(rates.items()):
        lines.append(
            f"- Load 载入, {'one copy' if copies == 1 else 'two copies'}: "
            f"{_FAR / rate / 3600:,.0f} hours at the rate "
            "of this machine, on which client and all nodes share two processors."
        )
    lines += [
        f"- Memory 内存: a node keeps its heap (half of its memory, at most 31 GB) and leaves "
        f"the rest to the file cache. "
        f"On three nodes with two copies each holds {2 * one_copy / 3 / 1e9:,.0f} GB of index; "
        f"how much of that must be cached "
        "for which response time was not measured.",
        *_growth(runs, shards),
        "",
    ]
    return lines


def _growth(runs: Sequence[Run], shards: int) -> list[str]:
    """What one shard takes longer with more passages; several would share the processors here."""
    lines = []
    one = sorted((r for r in runs if r["nodes"] == 1), key=lambda r: int(r["passages"]))
    if len(one) > 1:
        low, high = one[0], one[-1]
        passages = high["passages"] - low["passages"]
        more = {
            which: (_spread(high, _TYPED)[which] - _spread(low, _TYPED)[which]) / passages * 1e6
            for which in ("p50", "p95")
        }
        lines.append(
            f"- Time 时间: one shard on one node took {more['p50']:,.0f} ms more (p95 "
            f"{more['p95']:,.0f} ms more) with each further million passages, from "
            f"{low['passages']:,} to {high['passages']:,}."
            + (" The processors were busy with other programs: that says little." * _busy(runs))
        )
        wanted = math.ceil(_FAR / 1e6 * more["p95"] / _SLOW_MS)
        if wanted > shards:
            lines.append(
                f"- For a p95 of {_SLOW_MS} ms, if that line went on: {wanted} shards of "
                f"{_FAR / wanted / 1e6:.1f} million passages, each with a processor of its own. "
                f"要让 p95 不超过 {_SLOW_MS} 毫秒，按此推算需 {wanted} 个分片，每片一个处理器。"
            )
    lines.append(
        "- Shards are searched side by side where there are processors for them. That was not "
        "measured here: a run on such machines has to show it."
    )
    return lines


def _when(runs: Sequence[Run], earlier: Sequence[Run], memory_gb: float | None) -> list[str]:
    """``earlier`` are the embedded engine's own figures at more sizes, from its own bench."""
    own = [
        {
            "passages": run["passages"],
            "bytes": run["primary_bytes"],
            "p50": _spread(run, _TYPED)["p50"],
            "p95": _spread(run, _TYPED)["p95"],
        }
        for run in runs
        if not run["nodes"]
    ]
    high = max(own, key=lambda run: int(run["passages"]))
    lines = [
        "## When to leave the embedded engine 何时离开单机引擎",
        "",
        f"At {high['passages']:,} passages the embedded engine answers in {high['p50']:.1f} ms "
        f"(p95 {high['p95']:.1f} ms) and takes {high['bytes'] / 1e9:.2f} GB; a cluster on the same "
        "machine is slower and larger (tables above). Beyond that nothing was measured; three "
        "lines may be drawn, and the nearest of their ends is what to plan with. "
        "在实测范围内单机引擎更快、更小；更多的段落只能推算，以下取最小的一个。",
        "",
    ]
    ends = []
    for name, sizes in (("this page", own), ("[bench.md](bench.md)", earlier)):
        end = _end(sizes)
        if end is not None:
            ends.append(end)
            lines.append(
                f"- Time 时间: the p95 of the two largest sizes of {name}, on a straight line, is "
                f"{_SLOW_MS} ms at about {end:,.0f} million passages."
            )
    if memory_gb:
        ends.append(memory_gb * 1e9 / 2 / (high["bytes"] / high["passages"]) / 1e6)
        lines.append(
            f"- Memory 内存: the index is half as large as the {memory_gb} GB of this machine, and "
            f"so still in the file cache, up to about {ends[-1]:,.0f} million passages."
        )
    if ends:
        lines += [
            "",
            f"**So plan a cluster from about {min(ends):,.0f} million passages on such a machine: "
            f"extrapolated, not measured. 这样的机器上约 {round(min(ends)) * 100:,} 万段落起考虑"
            "集群：推算，未经实测。**",
        ]
    return [
        *lines,
        "",
        "Leave it earlier where one of these holds, whatever the size 出现下列任何一种情况就该换:",
        "",
        "- The page must go on answering when a machine fails. 一台机器坏了也要照常检索。",
        "- Readers are so many that the processors of one machine are not enough; in a cluster "
        "the copies of a shard share them. 读者太多。",
        "- The index is larger than the memory that is left for the file cache, so that "
        "searches wait for the disk. "
        "索引大过可用作文件缓存的内存。",
        "- An organisation runs OpenSearch anyway, with its backups and rights. 单位本来就有 "
        "OpenSearch。",
        "",
    ]


def _end(sizes: Sequence[Run]) -> float | None:
    """Millions of passages at which a line through the two largest sizes is too slow."""
    if len(sizes) < 2:
        return None
    low, high = sorted(sizes, key=lambda size: int(size["passages"]))[-2:]
    slope = (high["p95"] - low["p95"]) / (high["passages"] - low["passages"])
    if slope <= 0:
        return None
    return float((_SLOW_MS - high["p95"]) / slope + high["passages"]) / 1e6


def _spread(run: Run, series: str) -> Mapping[str, float]:
    spread: Mapping[str, float] = run["series"][series]["all"]
    return spread
