"""The fake embedder."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.embeddings.hashing import HashingEmbedder


def test_spelling_makes_texts_alike() -> None:
    """Shared words and word parts bring texts together; strangers stay apart."""
    one, similar, stranger = HashingEmbedder().embed(["refund my order", "Refunds for orders", "weather in Paris"])
    assert one @ similar > 0.3
    assert one @ stranger < 0.2


@given(st.lists(st.text(), max_size=5))
def test_every_text_becomes_a_unit_vector(texts: list[str]) -> None:
    """Also the empty text, marks alone and lone surrogates; one row per text, in order."""
    embedder = HashingEmbedder(64)
    vectors = embedder.embed(texts)
    assert vectors.shape == (len(texts), 64)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.array_equal(embedder.embed([text])[0], vector)


@pytest.mark.parametrize("seed", ["0", "1"])
def test_is_the_same_in_every_process(seed: str) -> None:
    """Python's own hash differs between processes; the vectors must not."""
    code = "from adapters.embeddings.hashing import HashingEmbedder as H; print(H(8).embed(['where is it']).tolist())"
    environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": "."}
    run = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert run.stdout.strip() == str(HashingEmbedder(8).embed(["where is it"]).tolist())
