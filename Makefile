# Works with GNU make 3.81 (macOS) and newer. `make` alone lists what there is.

# A folder of documents, the folder of the index, the port of the page; all may be given:
#   make run DOCS="my documents" PORT=8080
# Only the command line counts: a PORT that happens to be in the environment does not.
DOCS = seeds
INDEX = index
PORT = 8765
# The interpreter for a new .venv; empty means the newest that is found.
PYTHON =
# Further arguments for pytest or a proof: make test ARGS="-k facets"
ARGS =

# $(value) keeps a dollar sign in a folder's name; exported, names reach the shell unquoted and whole.
override DOCS := $(value DOCS)
override INDEX := $(value INDEX)
export DOCS INDEX PORT PYTHON
# Chinese file names and output whatever the locale.
export PYTHONUTF8 = 1
unexport PYTHONHOME PYTHONPATH

# Each is a module of tests/proofs that says what it takes: make prove-engine ARGS=--help
PROOFS = agreement budgets cluster engine exactness identity integrity parser printed quotes reading shown texts walk word words

.PHONY: help run test test-cluster cluster format check bench bench-jobs bench-cluster load sbom audit image-check release-check clean test-windows wheels prove-durability prove-proxy $(PROOFS:%=prove-%)

help:
	@echo 'make run     search the documents in seeds/ in a browser (installs itself on first use)'
	@echo '             make run DOCS=folder PORT=n    the same for your own folder'
	@echo 'make test    run the tests'
	@echo 'make test-cluster        run the tests of the distributed engine on three OpenSearch nodes'
	@echo 'make test-windows        run the tests that concern Windows on a Windows Python under Wine'
	@echo 'make wheels              say for which systems every library has a wheel'
	@echo 'make cluster             run these nodes until Ctrl-C; needs Java 21 and Maven'
	@echo 'make format  format the code, and mend what lint can mend'
	@echo 'make check   formatting, lint and types'
	@echo 'make bench   compare with other engines; writes docs/bench.md'
	@echo 'make bench-jobs   ratios of the jobs that users have: a call, a page'
	@echo 'make bench-cluster       what an index takes in a cluster; writes docs/scaling.md'
	@echo 'make prove-engine      100,000 generated cases against the oracles; writes docs/proofs.md'
	@echo 'make prove-durability  the writer killed and its disk failing, everywhere; likewise'
	@echo 'make prove-integrity   1,000 damaged indexes answer as before or refuse in a sentence; likewise'
	@echo 'make prove-reading     2,000 broken files of all formats neither crash nor hang; likewise'
	@echo 'make prove-word      LibreOffice finds no word in Word files that the reader lacks; likewise'
	@echo 'make prove-printed   paragraphs of made PDF pages are read as they were set; SETS may name folders'
	@echo 'make prove-shown       natural questions asked of the page itself, with floors; needs ../shared; ten minutes'
	@echo 'make prove-exactness   5,000 texts find what has them, in both scripts; needs SETS; likewise'
	@echo 'make prove-parser      1,000,000 hostile query texts each mean something at once; likewise'
	@echo 'make prove-walk        every address and command with any value fails in a sentence at most; likewise'
	@echo 'make prove-texts       no repeated units of text cost a reader more than their length; likewise'
	@echo 'make prove-proxy       the browser tests through nginx, with TLS and below a path'
	@echo 'make prove-words       jieba and rjieba give the same words in all corpora; needs CORPUS, a folder; likewise'
	@echo 'make prove-quotes      3,000 quotations get the right verdict and source; needs CORPUS; likewise'
	@echo 'make prove-identity    no id of a passage changes without cause; likewise'
	@echo 'make prove-cluster     a node of three killed under loads and searches loses nothing; likewise'
	@echo 'make prove-agreement   a cluster answers 1,000 requests as the embedded engine does; needs CORPUS; likewise'
	@echo 'make prove-budgets     the dearest requests, eight at once, stay within their budget; needs CORPUS; likewise'
	@echo 'make load    64 clients at once on an index; ARGS="--index DIR --seconds 1800 --rate 20"'
	@echo 'make sbom    the bill of materials of what is installed here, as CycloneDX'
	@echo 'make audit   look what is installed up in the list of known vulnerabilities; needs a network'
	@echo 'make image-check         run the steps of the Dockerfile without Docker; needs a network'
	@echo 'make release-check       version, changelog, the same bytes twice, the wheel at work'
	@echo 'make clean   remove .venv and caches; the index stays'

# Exit code 3 of `duansou index` says that some files were skipped, and named them: the rest is there.
# ~/ is opened here because not every shell does it behind an equals sign.
run:
	@sh tools/bootstrap.sh run
	@case $$DOCS in '~/'*) DOCS=$$HOME/$${DOCS#??} ;; esac; \
	.venv/bin/duansou index --index "$$INDEX" -- "$$DOCS" || \
	{ code=$$?; [ $$code -eq 3 ] || exit $$code; }
	@exec .venv/bin/duansou serve --index "$$INDEX" --port "$$PORT"

# Everything that a fresh machine can run: no browser, no cluster, and what needs ../shared skips with the
# reason when that folder is not there. CI makes a skip a failure (tests/conftest.py); unset here,
# because .ci/run calls this as on a fresh machine and then runs all tests again under that rule.
test:
	@sh tools/bootstrap.sh test
	@unset CI; .venv/bin/python -m pytest -n auto --maxprocesses 4 --dist worksteal -m 'not browser and not cluster and not maintainers' $(ARGS)

# Three OpenSearch nodes of its own, so one after another and without xdist. Java and Maven are not
# installed here: where they are missing the tests skip and say what to install.
test-cluster:
	@sh tools/bootstrap.sh test
	@.venv/bin/python -m pytest -m cluster $(ARGS)

# A Windows Python under Wine, which ../shared/tools/windows brings; ARGS go to pytest.
test-windows:
	@sh tools/bootstrap.sh check
	@sh tools/test_windows.sh $(ARGS)

# Asks the package index, by pip: make wheels ARGS=--all
wheels:
	@sh tools/bootstrap.sh check
	@.venv/bin/python tools/wheels.py $(ARGS)

# The same three nodes for trying things out, until Ctrl-C: make cluster ARGS="--nodes 1 --port 9200"
cluster:
	@sh tools/bootstrap.sh test
	@PYTHONPATH=tests exec .venv/bin/python -m cluster.nodes $(ARGS)

format:
	@sh tools/bootstrap.sh check
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

check:
	@sh tools/bootstrap.sh check
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy

# The peers are installed for this only. ARGS go to the comparison: make bench ARGS="--sizes 10000".
bench:
	@sh tools/bootstrap.sh run
	.venv/bin/python -m pip install --quiet -e '.[bench]'
	.venv/bin/python -m bench $(ARGS)

# What users do, beside others that do the same: make bench-jobs ARGS="--sizes 100000".
bench-jobs:
	@sh tools/bootstrap.sh run
	.venv/bin/python -m pip install --quiet -e '.[bench]'
	.venv/bin/python -m bench.jobs $(ARGS)

# Nodes of this machine, as for make test-cluster; writes docs/scaling.md. Half an hour.
bench-cluster:
	@sh tools/bootstrap.sh test
	@PYTHONPATH=tests .venv/bin/python -m bench.cluster $(ARGS)

# CORPUS is a folder of documents (prove-words: of corpora as .jsonl, .jsonl.gz and .tar.xz), which
# prove-word and prove-identity add to the generated ones; SETS are folders with a corpus.jsonl.gz.
#   prove-engine     hours on one core; ARGS="--cases 20000 --minutes 10 --jobs 2" for less
#   prove-word       needs LibreOffice (soffice)
#   prove-words      a quarter of an hour
#   prove-shown      indexes ../shared/corpora/regulations.tar.xz first; ARGS="--index FOLDER" for an index of it
#   prove-quotes     leaves a twentieth of CORPUS out of the index
#   prove-budgets    ARGS="--index DIR" takes an index of CORPUS that is there; Linux only: reads /proc
#   prove-cluster    Java and Maven as for make test-cluster; ARGS="--cases 5" for less
#   prove-agreement  likewise, one node; ARGS="--set FOLDER" ranks a judged set by both engines
GIVEN =
prove-word prove-words prove-quotes prove-identity prove-budgets prove-agreement: GIVEN = $(CORPUS)
prove-printed prove-exactness: GIVEN = $(SETS)
$(PROOFS:%=prove-%): prove-%:
	@sh tools/bootstrap.sh test
	@PYTHONPATH=tests .venv/bin/python -m proofs.$* $(GIVEN) $(ARGS)

prove-durability:
	@sh tools/bootstrap.sh test
	@PYTHONPATH=tests .venv/bin/python -m proofs.durability $(ARGS)
	@PYTHONPATH=tests .venv/bin/python -m proofs.upgrading

# Needs nginx and openssl beside what the browser tests need.
prove-proxy:
	@sh tools/bootstrap.sh test
	@BEHIND_NGINX=1 .venv/bin/python -m pytest -m browser $(ARGS)

load:
	@sh tools/bootstrap.sh run
	@.venv/bin/python -m bench.load $(ARGS)

sbom:
	@sh tools/bootstrap.sh check
	@.venv/bin/python tools/dependencies.py sbom

audit:
	@sh tools/bootstrap.sh run
	.venv/bin/python -m pip install --quiet 'pip-audit>=2.9,<3'
	.venv/bin/pip-audit --skip-editable --requirement constraints.txt --no-deps --disable-pip

image-check:
	@python3 tools/image_check.py

release-check:
	@sh tools/bootstrap.sh check
	@.venv/bin/python tools/release_check.py

clean:
	rm -rf .venv build dist src/*.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
