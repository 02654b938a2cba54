"""Trains the intent classifier: `python -m bench.train_intents --data FOLDER --model .models/minilm`.

Reads the project's phrases and, when a folder is named, the development third of the public corpora in it (a fifth of its rows, by a
hash of their id, is kept aside and never trained on). Writes `assistant/language/weights/intents.npz` and its provenance beside it.
Repeatable: same inputs, same weights.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from assistant.domain.language import INTENTS
from assistant.engines.embed import load_minilm
from assistant.language.classifier import WEIGHTS, ngram_rows
from assistant.language.features import BUCKETS, VERSION, sparse
from assistant.language.phrasebook import phrases, said, written

Floats = NDArray[np.float32]
#: what a row counts: one of the corpora, one made from a pattern, one that a single caller said
CORPUS_WEIGHT, PATTERN_WEIGHT, SAID_WEIGHT = 2.0, 0.5, 0.6
#: and so many times that when it is out of scope: what nobody foresaw is best not taken for a request
BEYOND_FACTOR = 1.6


@dataclass(frozen=True)
class Row:
    text: str
    intent: str
    weight: float
    accept: frozenset[str] = frozenset()
    origin: str = "own"


def kept_aside(row_id: str) -> bool:
    """The fifth of the development rows that nothing is fitted to."""
    return zlib.crc32(row_id.encode()) % 5 == 0


def corpus_rows(folder: Path) -> tuple[list[Row], list[Row]]:
    """Rows to train on and rows kept aside."""
    train: list[Row] = []
    aside: list[Row] = []
    for line in (folder / "intents.dev.jsonl").read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        row = Row(raw["text"], raw["intent"], CORPUS_WEIGHT, frozenset({raw["intent"], *raw.get("accept", [])}), raw["source"])
        (aside if kept_aside(raw["id"]) else train).append(row)
    return train, aside


def own_rows() -> list[Row]:
    made = [Row(text, intent, PATTERN_WEIGHT) for intent, texts in phrases().items() for text in texts]
    return made + [Row(text, intent, SAID_WEIGHT) for intent, texts in said().items() for text in texts]


def idf_of(rows: Sequence[Row]) -> Floats:
    seen: Counter[int] = Counter()
    for row in rows:
        for offset, half in zip((0, BUCKETS), sparse(row.text), strict=True):
            seen.update(key + offset for key in half)
    return np.asarray([math.log((1 + len(rows)) / (1 + seen[key])) + 1 for key in range(2 * BUCKETS)], dtype=np.float32)


def matrix(texts: Sequence[str], idf: Floats) -> csr_matrix:
    data: list[Floats] = []
    indices: list[NDArray[np.int64]] = []
    starts = [0]
    for text in texts:
        columns, values = ngram_rows(text, idf)
        indices.append(columns)
        data.append(values)
        starts.append(starts[-1] + len(columns))
    return csr_matrix((np.concatenate(data), np.concatenate(indices), np.asarray(starts)), shape=(len(texts), 2 * BUCKETS))


def fit(features: Any, rows: Sequence[Row], strength: float) -> tuple[Floats, Floats]:
    """Coefficients [features, intents] and biases, in the order of INTENTS. Rare intents weigh more, by the root of their rarity."""
    counts = Counter(row.intent for row in rows)
    typical = len(rows) / len(counts)
    factor = {
        intent: min(3.0, (typical / count) ** 0.5) * (BEYOND_FACTOR if intent == "out_of_scope" else 1) for intent, count in counts.items()
    }
    weights = np.asarray([row.weight * factor[row.intent] for row in rows])
    model = LogisticRegression(C=strength, max_iter=300, tol=1e-3)
    model.fit(features, [row.intent for row in rows], sample_weight=weights)
    order = [list(model.classes_).index(intent) for intent in INTENTS]
    return model.coef_[order].T.astype(np.float32), model.intercept_[order].astype(np.float32)


def log_softmax(scores: Floats) -> Floats:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True) + 1e-6), dtype=np.float32)


def temperature_of(logs: Floats, rows: Sequence[Row]) -> float:
    """The temperature at which the confidences say how often they are right (least log loss)."""
    gold = np.asarray([INTENTS.index(row.intent) for row in rows])
    candidates = [round(0.3 + 0.05 * step, 2) for step in range(55)]
    return min(
        candidates, key=lambda value: float(-log_softmax(np.asarray(logs / value, dtype=np.float32))[np.arange(len(gold)), gold].mean())
    )


def macro_f1(predicted: Sequence[str], rows: Sequence[Row]) -> tuple[float, float]:
    """Accuracy and macro F1, an accepted neighbour counting as right (as the corpus scorer does)."""
    hits: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for guess, row in zip(predicted, rows, strict=True):
        right = guess == row.intent or guess in row.accept
        totals[row.intent] += 1
        hits[row.intent] += right
        false[guess] += not right
    scores = [2 * hits[key] / (hits[key] + totals[key] + false[key]) for key in totals]
    return sum(hits.values()) / len(rows), sum(scores) / len(scores)


@dataclass(frozen=True)
class Model:
    idf: Floats
    ngram: tuple[Floats, Floats]
    vector: tuple[Floats, Floats]

    def logs(self, texts: Sequence[str], vectors: Floats) -> tuple[Floats, Floats]:
        """Log probabilities of the n-gram half (logits) and of the vector half."""
        return (
            np.asarray(matrix(texts, self.idf) @ self.ngram[0] + self.ngram[1], dtype=np.float32),
            np.asarray(vectors @ self.vector[0] + self.vector[1], dtype=np.float32),
        )


def train(rows: Sequence[Row], vectors: Floats, *, strength: float, vector_strength: float) -> Model:
    idf = idf_of(rows)
    return Model(idf, fit(matrix([row.text for row in rows], idf), rows, strength), fit(vectors, rows, vector_strength))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with intents.dev.jsonl")
    parser.add_argument("--model", type=Path, default=Path(".models/minilm"), help="folder with model.onnx and tokenizer.json")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--strength", type=float, default=20.0)
    parser.add_argument("--vector-strength", type=float, default=12.0)
    parser.add_argument("--share", type=float, default=0.3)
    parser.add_argument("--everything", action="store_true", help="after measuring, train the final weights on the kept fifth too")
    options = parser.parse_args()
    embedder = load_minilm(options.model, threads=2)
    if embedder is None:
        raise SystemExit(f"{options.model}: no embedding model there; see `python main.py models pull`")
    corpus, aside = corpus_rows(options.data) if options.data else ([], [])
    own = own_rows()
    rows = [*corpus, *own]
    # one by one, as at run time: in a batch the int8 model rounds differently
    vectors = np.asarray([embedder.embed([row.text])[0] for row in [*rows, *aside]], dtype=np.float32)

    # cross-validation on the corpus rows (or on the own ones) for the temperatures and an honest estimate
    held = corpus or own
    ngram_out = np.zeros((len(held), len(INTENTS)), dtype=np.float32)
    vector_out = np.zeros((len(held), len(INTENTS)), dtype=np.float32)
    folds = np.asarray([zlib.crc32(row.text.encode()) // 7 % 5 for row in held])
    for fold in range(5):
        keep = np.asarray([not (index < len(held) and folds[index] == fold) for index in range(len(rows))])
        chosen = [row for row, stays in zip(rows, keep, strict=True) if stays]
        model = train(chosen, vectors[: len(rows)][keep], strength=options.strength, vector_strength=options.vector_strength)
        test = np.flatnonzero(folds == fold)
        ngram_out[test], vector_out[test] = model.logs([held[index].text for index in test], vectors[test])
    both = np.asarray((1 - options.share) * log_softmax(ngram_out) + options.share * log_softmax(vector_out), dtype=np.float32)
    report: dict[str, Any] = {}
    for name, scores in (("n-grams alone", ngram_out), ("vectors alone", vector_out), ("both", both)):
        accuracy, score = macro_f1([INTENTS[index] for index in scores.argmax(axis=1)], held)
        report[f"cross-validated, {name}"] = {"accuracy": round(accuracy, 4), "macro_f1": round(score, 4)}
    temperature, alone = temperature_of(both, held), temperature_of(ngram_out, held)

    model = train(rows, vectors[: len(rows)], strength=options.strength, vector_strength=options.vector_strength)
    if aside:
        ngram_aside, vector_aside = model.logs([row.text for row in aside], vectors[len(rows) :])
        mixed = (1 - options.share) * log_softmax(ngram_aside) + options.share * log_softmax(vector_aside)
        accuracy, score = macro_f1([INTENTS[index] for index in mixed.argmax(axis=1)], aside)
        report["kept-aside fifth, both"] = {"accuracy": round(accuracy, 4), "macro_f1": round(score, 4), "rows": len(aside)}
        if options.everything:
            rows = [*corpus, *own, *aside]
            vectors = np.concatenate([vectors[: len(corpus) + len(own)], vectors[len(corpus) + len(own) :]])
            model = train(rows, vectors, strength=options.strength, vector_strength=options.vector_strength)
    header = {
        "labels": list(INTENTS),
        "features": VERSION,
        "embedder": embedder.name,
        "temperature": temperature,
        "temperature_alone": alone,
        "vector_share": options.share,
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        options.out,
        header=np.asarray(json.dumps(header)),
        idf=model.idf.astype(np.float16),
        ngram=model.ngram[0].astype(np.float16),
        ngram_bias=model.ngram[1],
        vector=model.vector[0].astype(np.float16),
        vector_bias=model.vector[1],
    )
    provenance = {
        "made_by": "bench/train_intents.py",
        "settings": {
            "strength": options.strength,
            "vector_strength": options.vector_strength,
            "share": options.share,
            "everything": options.everything,
            "weights": {"corpus": CORPUS_WEIGHT, "pattern": PATTERN_WEIGHT, "said": SAID_WEIGHT, "beyond": BEYOND_FACTOR},
        },
        "embedder": "all-MiniLM-L6-v2, int8 ONNX, sha256 " + hashlib.sha256((options.model / "model.onnx").read_bytes()).hexdigest(),
        "own_phrases": {
            "rows": len(own),
            "sha256": hashlib.sha256(written().encode()).hexdigest(),
        },
        "corpora": dict(Counter(row.origin for row in rows if row.origin != "own")),
        "corpus_licences": {
            "clinc150": "CC BY 3.0",
            "hwu64": "CC BY 4.0",
            "sgd": "CC BY-SA 4.0",
            "smcalflow": "CC BY-SA 4.0",
            "snips": "CC0 1.0",
            "nlupp-banking": "CC BY 4.0",
            "nlupp-hotels": "CC BY 4.0",
            "bitext": "CDLA-Sharing-1.0",
        },
        "note": "Only numbers learned from the rows are stored, no row is. SGD and SMCalFlow are share-alike (CC BY-SA 4.0) and"
        " Bitext is CDLA-Sharing; named here as sources.",
        "measured": report,
    }
    options.out.with_suffix(".json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")
    print(
        json.dumps(
            {
                "rows": len(rows),
                "own": len(own),
                "temperature": temperature,
                "temperature_alone": alone,
                "bytes": options.out.stat().st_size,
                **report,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
