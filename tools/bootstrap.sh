#!/bin/sh
# Makes .venv, or repairs it, and installs Duansou into it.
#
#   sh tools/bootstrap.sh run      what `make run` needs
#   sh tools/bootstrap.sh test     and what `make test` needs
#   sh tools/bootstrap.sh check    and what `make check` and .ci/run need
#
# Nothing is done where a stamp inside .venv says that this pyproject.toml is already installed for
# this folder. PYTHON=python3.12 chooses the interpreter for a new .venv.
# POSIX sh and POSIX options only: this runs on Debian's dash and on macOS.
set -eu

level=${1:-run}
case $level in
run) extras='' levels='run' ;;
test) extras='[test]' levels='run test' ;;
check) extras='[test,check]' levels='run test check' ;;
*)
    echo "bootstrap: there is no level '$level': say run, test or check." >&2
    exit 2
    ;;
esac

unset CDPATH
cd "$(dirname "$0")/.."
root=$(pwd -P)

venv=.venv
stamp=$venv/.duansou-$level
# There while an environment is being made; left behind only by a run that was cut short.
unfinished=$venv/.duansou-unfinished
log=$venv/install.log

# Variables that would make Python or pip look elsewhere than into .venv.
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV __PYVENV_LAUNCHER__
# A locale without UTF-8 must not decide how Chinese paths are read and written.
export PYTHONUTF8=1
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_USER=0

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "$*"
    exit 1
}

# What a stamp holds: the folder .venv was made in (an environment cannot be moved) and the
# requirements that were installed. Compared whole, so a touched but equal file costs nothing.
wanted() {
    printf '%s\n' "$root"
    cat pyproject.toml
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

is_final() {
    "$1" -c 'import sys; sys.exit(sys.version_info[3] != "final")' >/dev/null 2>&1
}

has_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

# Every file on PATH that may be a Python, newest name first, one a line.
candidates() {
    minor=20
    names=''
    while [ "$minor" -ge 11 ]; do
        names="$names python3.$minor"
        minor=$((minor - 1))
    done
    for name in $names python3 python; do
        (
            IFS=:
            set -f
            for folder in $PATH; do
                if [ -x "${folder:-.}/$name" ]; then
                    printf '%s\n' "${folder:-.}/$name"
                fi
            done
        )
    done
}

no_python() {
    say "Duansou needs Python 3.11 or newer, and ${1:-there is none on this computer}."
    case $(uname -s) in
    Darwin) die "Install one with 'brew install python', or from www.python.org, then try again." ;;
    esac
    if command -v apt-get >/dev/null 2>&1; then
        die "On Debian 12, Ubuntu 24.04 or later: sudo apt-get install python3 python3-venv"
    fi
    die "Install it with your system's package manager, then try again."
}

# Sets `python`. A name on PATH proves nothing (a version manager leaves names that only fail), so
# each candidate is run. Debian ships Python without ensurepip: such a one is taken only if there
# is no other, and then its missing package is named.
find_python() {
    python=''
    without_venv=''
    preview=''
    if [ -n "${PYTHON:-}" ]; then
        command -v "$PYTHON" >/dev/null 2>&1 || die "There is no '$PYTHON': check PYTHON=."
        is_new_enough "$PYTHON" || no_python "'$PYTHON' is older or does not run"
        has_venv "$PYTHON" || without_venv=$PYTHON
        [ -n "$without_venv" ] || python=$PYTHON
    else
        found=$(candidates)
        while IFS= read -r candidate; do
            is_new_enough "$candidate" || continue
            if ! has_venv "$candidate"; then
                : "${without_venv:=$candidate}"
            elif ! is_final "$candidate"; then
                : "${preview:=$candidate}" # libraries have no wheels for previews
            else
                python=$candidate
                break
            fi
        done <<FOUND
$found
FOUND
        : "${python:=$preview}"
    fi
    [ -z "$python" ] || return 0
    if [ -n "$without_venv" ]; then
        version=$(version_of "$without_venv")
        if command -v apt-get >/dev/null 2>&1; then
            die "$without_venv cannot make virtual environments: sudo apt-get install python$version-venv"
        fi
        die "$without_venv lacks the modules venv and ensurepip: install them, or another Python."
    fi
    if command -v python3 >/dev/null 2>&1 && version=$(version_of python3); then
        no_python "python3 is $version here"
    fi
    no_python
}

# Is .venv whole, working and made for this folder? One that somebody made by hand counts too.
is_usable() {
    [ ! -e "$unfinished" ] && [ -x "$venv/bin/python" ] && [ -f "$venv/bin/activate" ] &&
        is_new_enough "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1 &&
        tr -d "\"'" <"$venv/bin/activate" | sed 's/^ *//; s/^export //' |
        grep -qxF "VIRTUAL_ENV=$root/$venv"
}

install_failed() {
    if grep -q 'No space left' "$log"; then
        reason='the disk is full'
    elif grep -qE 'NewConnectionError|NameResolutionError|Connection(Error|Timeout| refused| broken)|Retrying \(|ProxyError|SSLError|Read timed out' "$log"; then
        reason='the package index could not be reached; try again with a network connection'
    elif grep -qE 'No matching distribution|Could not find a version' "$log"; then
        version=$(version_of "$venv/bin/python")
        reason="not every library has a wheel for Python $version on this computer; name another with PYTHON=python3.N"
    else
        tail -n 5 "$log" >&2
        reason='pip stopped with the error above'
    fi
    die "Duansou could not be installed: $reason (the whole log: $log)."
}

pip_install() {
    "$venv/bin/python" -m pip install "$@" >>"$log" 2>&1 </dev/null || install_failed
}

if [ ! -e "$unfinished" ] && [ -e "$stamp" ] && wanted | cmp -s - "$stamp" &&
    "$venv/bin/python" -S -c '' 2>/dev/null; then
    exit 0
fi

if ! is_usable; then
    find_python
    say "Making $venv with $python"
    rm -rf "$venv"
    mkdir "$venv"
    : >"$unfinished"
    "$python" -m venv "$venv" >"$log" 2>&1 </dev/null || {
        tail -n 5 "$log" >&2
        die "$python could not make the virtual environment $root/$venv."
    }
fi

case $level in
run) say "Installing what Duansou needs (once; about a minute)" ;;
*) say "Installing what 'make $level' needs (once; a minute or two)" ;;
esac
: >"$log"
# The pip that came with Python may be too old to resolve today's requirements.
pip_install --upgrade pip
# Wheels only: nothing is compiled here. jieba is published as source alone, pure Python.
pip_install --only-binary :all: --no-binary jieba --editable ".$extras"

# The editable install remembers this folder by its full name, which Python cannot find again where
# the name is Chinese and the locale is not UTF-8. A path relative to site-packages has no such name.
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo ../../../../src >"$site/duansou.pth"

for each in $levels; do
    wanted >"$venv/.duansou-$each"
done
rm -f "$unfinished"
