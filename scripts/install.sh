#!/bin/sh
# Make .venv hold exactly what the lock files say. Called by the Makefile, only when they changed.
#
#   scripts/install.sh LOCKFILE...
#
# Needs Python 3.11 or newer with pip or ensurepip, and nothing else. pip installs uv, uv installs the rest; both refuse
# any file whose hash is not in a lock file. PYTHON=/path/to/python chooses the interpreter.
set -eu

venv=.venv
python=$venv/bin/python
is_new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

fail() {
    printf '\nsetright: %s\n' "$*" >&2
    exit 1
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if "$candidate" -c "$is_new_enough" 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "no Python 3.11 or newer found${PYTHON:+ (PYTHON is $PYTHON)}. Install one, or name it: make PYTHON=/path/to/python3.12 ..."
}

make_venv() {
    base=$(find_python)
    echo "setright: making $venv with $("$base" --version) ($base)"
    rm -rf "$venv"
    if "$base" -c 'import ensurepip' 2>/dev/null; then
        "$base" -m venv "$venv" || fail "$base could not make a virtual environment; its message is above."
    elif "$base" -m pip --version >/dev/null 2>&1; then
        # Debian ships venv without ensurepip: then the system's pip fills the environment from outside.
        "$base" -m venv --without-pip "$venv" || fail "$base could not make a virtual environment; its message is above."
    else
        fail "$base has neither ensurepip nor pip. On Debian or Ubuntu: apt install python3-venv"
    fi
}

install_uv() {
    # The environment's own pip where it has one, else the pip of the Python it was made with.
    if "$python" -m pip --version >/dev/null 2>&1; then
        pip="$python -m pip"
    else
        pip="$(find_python) -m pip --python $python"
    fi
    # shellcheck disable=SC2086 # $pip is a command with its arguments
    $pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-bootstrap.lock ||
        fail "uv could not be installed. Is the package index reachable? pip's message is above."
}

choose_cache() {
    # A home that cannot be written must not stop the install: the cache then lies in the environment.
    cache=${UV_CACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/uv}
    if ! { mkdir -p "$cache" && [ -w "$cache" ]; } 2>/dev/null; then
        UV_CACHE_DIR=$PWD/$venv/.uv-cache
        export UV_CACHE_DIR
    fi
}

install_locked() {
    locks=
    for lock in "$@"; do
        locks="$locks -r $lock"
    done
    # --no-deps: the lock files are complete, and an override there drops a dependency that must not come back.
    # --compile-bytecode: a start is mostly imports, and the first start should be as quick as the second.
    # shellcheck disable=SC2086 # $locks is a list of options
    "$venv/bin/uv" pip install --python "$python" --quiet --require-hashes --no-deps --compile-bytecode $locks ||
        fail "the locked packages could not be installed; uv's message is above."
    # The build tool is locked like everything else, so nothing is fetched to build our own editable install.
    "$venv/bin/uv" pip install --python "$python" --quiet --no-deps --no-build-isolation --editable . ||
        fail "Setright itself could not be installed; uv's message is above."
}

# An environment's programs name its place, so one that was copied or moved with its checkout is made anew.
if ! { "$python" -c "$is_new_enough" && grep -qF "$(pwd -P)/$venv" "$venv/pyvenv.cfg"; } 2>/dev/null; then
    make_venv
fi
choose_cache
echo "setright: installing $* (the first time takes a minute)"
install_uv
install_locked "$@"
