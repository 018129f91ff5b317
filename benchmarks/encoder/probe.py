"""One encoder in a process of its own: how long it takes to start, how quick it is, and what memory it takes.

    PYTHON -m benchmarks.encoder.probe numpy|torch COUNT ROUNDS VECTORS.npy

Run by `benchmarks.encoder.compare`; prints one JSON object. The torch half imports nothing of ours but the texts, so
that it runs under a Python which has sentence-transformers and nothing else.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.encoder.texts import PASSAGE_WORDS, QUESTION_WORDS, texts

Encode = Callable[[list[str]], Any]


def _numpy_encoder() -> Encode:
    from adapters.embeddings.minilm import MiniLmEmbedder  # noqa: PLC0415 - its import belongs to the start measured

    embedder = MiniLmEmbedder()
    embedder.load()
    return embedder.embed


def _torch_encoder() -> Encode:
    import torch  # type: ignore[import-not-found] # noqa: PLC0415 - as above
    from sentence_transformers import (  # type: ignore[import-not-found] # noqa: PLC0415 - as above
        SentenceTransformer,
    )

    torch.set_num_threads(1)
    model = SentenceTransformer(os.environ["MODEL_DIR"], device="cpu")
    return lambda batch: model.encode(batch, batch_size=32, normalize_embeddings=True, show_progress_bar=False)


def _rate(encode: Encode, batch: list[str]) -> float:
    began = time.perf_counter()
    encode(batch)
    return len(batch) / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    kind, count, rounds, vectors = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    questions, passages = texts(count, QUESTION_WORDS, 1), texts(count, PASSAGE_WORDS, 2)
    began = time.perf_counter()
    encode = _numpy_encoder() if kind == "numpy" else _torch_encoder()
    encode(questions[:1])
    started = time.perf_counter() - began
    one = []
    for text in questions:
        began = time.perf_counter()
        encode([text])
        one.append(time.perf_counter() - began)
    figures = {
        "start_s": round(started, 2),
        "one_question_ms": round(float(np.median(one)) * 1000, 1),
        "questions_per_s": round(max(_rate(encode, questions) for _ in range(rounds)), 1),
        "passages_per_s": round(max(_rate(encode, passages) for _ in range(rounds)), 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    np.save(vectors, np.asarray(encode([*questions, *passages])))
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
