#!/bin/sh
# Creates .venv and installs the locked dependencies; does nothing when they are already those of the lock files.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/installed
want=$(cat requirements/dev.lock requirements/without-dependencies.lock | cksum)
if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then exit 0; fi

python=
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11) or sys.implementation.name != "cpython")' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed and was not found. On Debian or Ubuntu: sudo apt install python3 python3-venv" >&2
    exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "This Python cannot make virtual environments: its venv package is missing." >&2
    echo "On Debian or Ubuntu: sudo apt install python$version-venv   On Fedora: it is part of python3. Then run this again." >&2
    exit 1
fi

echo "Installing the dependencies into .venv (about two minutes, once) ..."
[ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || "$python" -m venv --clear .venv
# The lock is complete, so nothing is resolved here: every file is checked against its hash.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
    -r requirements/dev.lock -r requirements/without-dependencies.lock
printf '%s' "$want" > "$stamp"
