"""``python -m proofs.cluster``: kill a node under loads and under searches, again and again."""

from __future__ import annotations

import argparse
import random
import sys

from cluster.faults import Answers, Faults
from cluster.nodes import Cluster
from cluster.server import UnavailableError
from proofs.page import Proof


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; 1 if anything failed, 2 where no cluster can run."""
    parser = argparse.ArgumentParser(prog="python -m proofs.cluster", description=__doc__)
    parser.add_argument("--cases", type=int, default=30, help="kills of each kind")
    parser.add_argument("--documents", type=int, default=1500, help="of the index")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    checked = Proof()
    random_ = random.Random(options.seed)
    loading, searching = Answers(), Answers()
    refused_loads = 0
    try:
        cluster = Cluster(3, short_lived=True)
    except UnavailableError as unavailable:
        print(unavailable, file=sys.stderr)
        return 2

    with cluster:
        faults = Faults(cluster, options.documents)

        def load(_: int) -> None:
            nonlocal refused_loads
            accepted, answers = faults.check_load(random_)
            refused_loads += not accepted
            loading.add(answers)

        def search(_: int) -> None:
            searching.add(faults.check_searches(random_))

        checked.repeat("node killed (SIGKILL) during a load", options.cases, load)
        checked.repeat("node killed under 16 threads that search", options.cases, search)
        faults.remove()
    return checked.write(
        "Cluster",
        "A case is one of three OpenSearch nodes killed and started again on its own data, while a "
        "load replaces every document of an index (three shards, one further copy of each), or "
        "while 16 threads search it. Afterwards all copies must be whole again and every passage "
        "of the last commit that was accepted must be there, once and no other; no count may be "
        "wrong unless the answer says that it is partial.",
        f"{options.documents:,} documents and more. Of the loads, {options.cases - refused_loads} "
        f"were accepted, {refused_loads} refused with a sentence; after these the commit before, "
        "or the new one, was whole.",
        f"During loads {_said(loading)}",
        f"In the other cases {_said(searching)}",
    )


def _said(answers: Answers) -> str:
    return (
        f"{answers.exact:,} searches were answered exactly, {answers.partial:,} marked as partial, "
        f"{answers.refused:,} refused with a sentence, {len(answers.wrong):,} answered wrongly; "
        f"the longest took {answers.slowest_s:.1f} s."
    )


if __name__ == "__main__":
    sys.exit(main())
