#!/bin/sh
# Writes requirements/*.lock from pyproject.toml: every platform and Python from 3.11 on, with hashes and without addresses.
set -eu
cd "$(dirname "$0")/.."
compile() { .venv/bin/python -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet "$@"; }
compile pyproject.toml --override requirements/overrides.txt -o requirements/runtime.lock --upgrade
compile pyproject.toml --extra dev --override requirements/overrides.txt -c requirements/runtime.lock -o requirements/dev.lock --upgrade
compile requirements/peer.in --no-annotate -o requirements/peer.txt --upgrade
compile requirements/without-dependencies.in --no-deps -o requirements/without-dependencies.lock --upgrade
