"""The commands of `main.py`. Each takes the settings and its arguments and returns an exit status."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI

import privacy
from assistant.api.guard import is_loopback
from assistant.api.house import House
from assistant.domain.clock import SystemClock
from assistant.domain.errors import ConfigurationError
from assistant.engines.models import ModelStore, Progress
from assistant.storage.access import ApiKeys
from assistant.storage.backup import read_backup, write_backup
from assistant.storage.vault import MasterKey, Vault
from config import Settings
from init_databases import initialise

AppFactory = Callable[[Settings], FastAPI]
SHUTDOWN_SECONDS = 12
MAX_WS_MESSAGE = 64 * 1024


def parser(create_app: AppFactory) -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="main.py", description="A private phone and SMS assistant on your own machine.")
    commands = root.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="answer calls, texts and the console")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=lambda settings, chosen: _serve(create_app, settings, chosen))

    commands.add_parser("doctor", help="what is configured, which engine does each job and why, what is missing").set_defaults(run=_doctor)
    commands.add_parser("init", help="create and upgrade all stores").set_defaults(run=_init)

    models = commands.add_parser("models", help="list, pull or verify model weights")
    models.add_argument("action", choices=["list", "pull", "verify"])
    models.add_argument("names", nargs="*", help="models by name; none means those the settings need")
    models.add_argument("--default", action="store_true", help="the set that the first start needs")
    models.set_defaults(run=_models)

    keys = commands.add_parser("keys", help="encryption keys")
    keys.add_argument("action", choices=["rotate", "new"])
    keys.set_defaults(run=_keys)

    apikeys = commands.add_parser("apikeys", help="create, list or revoke API keys")
    apikeys.add_argument("action", choices=["create", "list", "revoke"])
    apikeys.add_argument("name", nargs="?", help="a name for a new key, or the id of one to revoke")
    apikeys.add_argument("--scopes", default="owner", help="comma separated: owner, read, chat, metrics, voice")
    apikeys.add_argument("--origins", default="", help="comma separated sites that a publishable voice key may be used from")
    apikeys.set_defaults(run=_apikeys)

    files = {"backup": ("write everything into one encrypted file", _backup), "restore": ("replace everything by a backup", _restore)}
    for name, (what, run) in files.items():
        command = commands.add_parser(name, help=what)
        command.add_argument("file", type=Path)
        command.set_defaults(run=run)
    return root


def _serve(create_app: AppFactory, settings: Settings, chosen: argparse.Namespace) -> int:
    if settings.local_mode and not is_loopback(chosen.host):
        raise ConfigurationError(
            "Without a telephone (local mode) there is no login, so only this machine may connect: use --host 127.0.0.1."
        )
    app = create_app(settings)
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    _welcome(settings, f"http://{host}:{chosen.port}")
    uvicorn.run(
        app,
        host=chosen.host,
        port=chosen.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=MAX_WS_MESSAGE * 2,
        ws_ping_interval=None,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        timeout_keep_alive=30,
    )
    return 0


def _welcome(settings: Settings, address: str) -> None:
    mode = (
        "local mode: only this machine, no login"
        if settings.local_mode
        else f"telephone {settings.twilio_phone_number or '(no number set)'}"
    )
    print(
        f"\n  The console is at {address}/\n"
        f"  ({mode})\n\n"
        "  Next: open it, press Call and talk. Make it yours in business.toml; connect a number in .env (see README.md).\n"
        "  Stop with Ctrl-C.\n",
        flush=True,
    )


def _doctor(settings: Settings, chosen: argparse.Namespace) -> int:
    """Loads the engines for real; exit 1 when a call could not be answered."""

    async def look() -> int:
        house = House(settings, SystemClock())
        try:
            await house.speech.start()
            await house.nlu.start()
            found = await house.health()
        finally:
            await house.speech.stop()
            house.stores.close()
        print(f"Mode: {found['mode']}")
        for group in ("dependencies", "engines"):
            for name, part in found[group].items():
                chosen_engine = part.get("engine", part.get("business", ""))
                print(f"  {part['status']:9} {name.replace('_', ' '):18} {chosen_engine}  {part.get('why', '')}".rstrip())
        for model in found["models"]:
            if model["default"] or model["state"] == "ready":
                print(f"  {model['state']:9} model {model['name']:12} {model['purpose']} ({model['size'] / 1e6:.0f} MB)")
        for hint in found["hints"]:
            print(f"  hint      {hint}")
        usable = found["status"] != "failed"
        print("A call would be answered." if usable else "A call could NOT be answered; see what failed above.")
        return 0 if usable else 1

    return asyncio.run(look())


def _init(settings: Settings, chosen: argparse.Namespace) -> int:
    initialise(settings).close()
    print("All stores are ready.")
    return 0


def _models(settings: Settings, chosen: argparse.Namespace) -> int:
    store = ModelStore(settings.models_dir)
    if chosen.action == "list":
        for model in store.manifest:
            kind = "default" if model.default else "later" if model.background else "optional"
            print(f"{model.name:16} {store.state(model):8} {model.size / 1e6:7.0f} MB  {kind:8}  {model.purpose}; {model.licence}")
        return 0
    if chosen.names:
        wanted = [store.get(name) for name in chosen.names]
    elif chosen.action == "verify":
        wanted = [model for model in store.manifest if store.state(model) != "missing"]
    else:
        wanted = store.missing() + ([] if chosen.default or settings.llm_engine == "none" else store.missing(background=True))
    if chosen.action == "verify":
        problems = [problem for model in wanted for problem in store.verify(model)]
        print("\n".join(problems) or f"{len(wanted)} models are whole and right.")
        return 1 if problems else 0
    for model in wanted:
        bar = _Bar(model.name)
        store.pull(model, bar)
        bar.close()
    return 0


class _Bar:
    """Progress in a terminal; a line at the end elsewhere."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._start = time.monotonic()
        self._live = sys.stderr.isatty()
        self._size = 0
        self._lock = threading.Lock()

    def __call__(self, progress: Progress) -> None:
        self._size = progress.total
        if not self._live:
            return
        with self._lock:
            share = progress.done / max(progress.total, 1)
            width = max(10, min(40, shutil.get_terminal_size().columns - 50))
            filled = "#" * int(share * width)
            print(f"\r{self._name:16} [{filled:{width}}] {progress.done / 1e6:6.0f}/{progress.total / 1e6:.0f} MB", end="", file=sys.stderr)

    def close(self) -> None:
        end = "\n" if self._live else f"{self._name}: {self._size / 1e6:.0f} MB in {time.monotonic() - self._start:.0f} s\n"
        print(end, end="", file=sys.stderr)


def _keys(settings: Settings, chosen: argparse.Namespace) -> int:
    if chosen.action == "new":
        print(MasterKey.generate().to_text())
        return 0
    clock = SystemClock()
    stores = initialise(settings, clock)
    try:
        current, count = privacy.rotate_keys(stores.db, stores.keyring, lambda masters: Vault(masters, clock))
    finally:
        stores.close()
    print(f"{count} data keys are now wrapped by key {current}.")
    if stores.keyring.managed:
        print(f"The old keys stay in {stores.keyring.path} for old backups.")
    else:
        print("ENCRYPTION_KEYS gives the keys: put a new one first (python main.py keys new) and keep the old ones for old backups.")
    return 0


def _apikeys(settings: Settings, chosen: argparse.Namespace) -> int:
    stores = initialise(settings)
    keys = ApiKeys(stores.db, SystemClock())
    try:
        if chosen.action == "list":
            for key in keys.list():
                used = key.last_used_at.isoformat(timespec="minutes") if key.last_used_at else "never"
                print(f"{key.id}  {key.prefix}...  {','.join(key.scopes):20}  last used {used}  {key.name}")
            return 0
        if not chosen.name:
            raise ConfigurationError(f"apikeys {chosen.action} needs {'a name' if chosen.action == 'create' else 'the id of a key'}")
        if chosen.action == "revoke":
            done = keys.revoke(chosen.name)
            print("revoked" if done else "there is no such key", file=sys.stdout if done else sys.stderr)
            return 0 if done else 1
        scopes = [scope.strip() for scope in chosen.scopes.split(",") if scope.strip()]
        origins = [origin.strip() for origin in chosen.origins.split(",") if origin.strip()]
        record, secret = keys.create(chosen.name, scopes, origins=origins)
        print(f"{secret}\n(id {record.id}; this is the only time it is shown)")
        return 0
    finally:
        stores.close()


def _backup(settings: Settings, chosen: argparse.Namespace) -> int:
    clock = SystemClock()
    stores = initialise(settings, clock)
    try:
        rows = write_backup(stores.db, stores.media_dir, stores.keyring.load(), chosen.file, clock)
    finally:
        stores.close()
    print(f"{rows} rows and all media are in {chosen.file}. The keys are not: keep {stores.keyring.path} (or ENCRYPTION_KEYS) elsewhere.")
    return 0


def _restore(settings: Settings, chosen: argparse.Namespace) -> int:
    if not chosen.file.is_file():
        raise ConfigurationError(f"{chosen.file}: there is no such file")
    stores = initialise(settings)
    try:
        rows = read_backup(stores.db, stores.media_dir, stores.keyring.load(), chosen.file)
        (stores.data_dir / "restored").write_text(str(os.getpid()), encoding="ascii")
    finally:
        stores.close()
    print(f"{rows} rows are restored.")
    return 0
