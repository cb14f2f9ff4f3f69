#!/bin/sh
# Runs the suites that concern Windows on a real Windows Python, by Wine: what `make test-windows` does.
#
#   sh tools/test_windows.sh available    whether it can be run here, and why not
#   sh tools/test_windows.sh              run.bat and test.bat too
#   sh tools/test_windows.sh ARGS         with further arguments for pytest
#
# ../shared/tools/windows brings Wine, Python and the wheels on first use, as root on Debian: two minutes.
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
windows=../shared/tools/windows/windows-python
home=${WINDOWS_PYTHON_HOME:-$HOME/.cache/windows-python}

missing() {
    echo "the tests on Windows need $1" >&2
    exit 1
}

[ -x "$windows" ] || missing "$windows, a Windows Python under Wine"
[ "$(uname -m)" = x86_64 ] || missing 'an x86-64 machine'
command -v wine >/dev/null 2>&1 || [ "$(id -u)" = 0 ] || missing 'Wine'
[ "${1:-}" != available ] || exit 0

python=.venv/bin/python
# What pyproject.toml says for Windows: its wheels, and that of jieba, which is published as source.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
$python tools/wheels.py --requirements win32 >"$scratch/wanted"
if [ ! -e "$home/site" ] || ! cmp -s "$scratch/wanted" "$home/duansou-wanted"; then
    $python -m pip wheel --quiet --no-deps --wheel-dir "$scratch" 'jieba==0.42.1'
    { cat "$scratch/wanted"; ls "$scratch"/jieba-*.whl; } >"$scratch/requirements.txt"
    bash "$windows" setup "$scratch/requirements.txt"
    cp "$scratch/wanted" "$home/duansou-wanted"
fi

# Wine 8 ends a process that calls it; without it files are copied as on other systems.
sed -i 's/hasattr(_winapi, "CopyFile2")/False/' "$home/dist/Lib/shutil.py"
[ $# -gt 0 ] || PYTHONPATH=tests $python -m run_bat "$home"

WINDOWS_PYTHONPATH="$(bash "$windows" path src);$(bash "$windows" path tests)"
export WINDOWS_PYTHONPATH
# A skip that CI takes for a failure is one of Linux here.
unset CI
bash "$windows" run -m pytest -q -n 2 --dist worksteal -m 'not browser and not cluster' \
    --basetemp "$(bash "$windows" path "$scratch/测试 tests")" "$@" \
    tests/contract tests/unit/test_platforms.py tests/unit/test_indexing.py tests/unit/test_cli.py \
    tests/unit/engines/test_whoosh_durability.py tests/unit/engines/test_whoosh_storage.py \
    tests/unit/engines/test_whoosh_erasing.py tests/unit/ingest/test_files.py \
    tests/unit/ingest/test_limits.py tests/unit/web/test_serve.py tests/unit/web/test_results.py \
    tests/unit/web/test_passage.py tests/unit/web/test_document.py tests/unit/web/test_exports.py
