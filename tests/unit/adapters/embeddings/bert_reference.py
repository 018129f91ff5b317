"""The model once more, as the paper writes it: float64, padded, masked, slow. Shares no code with what it checks."""

import json
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

Floats = NDArray[np.float64]

_erf = np.vectorize(math.erf)


class ReferenceMiniLm:
    """Embeds a batch padded to its longest text, with an attention mask, as the published code does."""

    def __init__(self, model_dir: Path) -> None:
        stored = load_file(model_dir / "model.safetensors")
        self.weights = {name: tensor.astype(np.float64) for name, tensor in stored.items()}
        self.config = json.loads((model_dir / "config.json").read_text())
        self.tokenizer = Tokenizer.from_file(str(model_dir / "tokenizer.json"))
        self.tokenizer.enable_truncation(256)
        self.tokenizer.enable_padding()

    def embed(self, texts: list[str]) -> Floats:
        """Return one unit vector per text."""
        encodings = self.tokenizer.encode_batch(texts)
        mask = np.array([one.attention_mask for one in encodings], np.float64)
        x = self._embeddings(np.array([one.ids for one in encodings]))
        for number in range(self.config["num_hidden_layers"]):
            x = self._layer(f"encoder.layer.{number}", x, mask)
        pooled = (x * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]
        vectors: Floats = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return vectors

    def _embeddings(self, ids: NDArray[np.intp]) -> Floats:
        prefix = "embeddings"
        x = self.weights[f"{prefix}.word_embeddings.weight"][ids]
        x = x + self.weights[f"{prefix}.position_embeddings.weight"][: ids.shape[1]]
        x = x + self.weights[f"{prefix}.token_type_embeddings.weight"][0]
        return self._norm(f"{prefix}.LayerNorm", x)

    def _layer(self, name: str, x: Floats, mask: Floats) -> Floats:
        attended = self._dense(f"{name}.attention.output.dense", self._attention(f"{name}.attention.self", x, mask))
        x = self._norm(f"{name}.attention.output.LayerNorm", x + attended)
        hidden = self._dense(f"{name}.intermediate.dense", x)
        hidden = hidden / 2 * (1 + _erf(hidden / math.sqrt(2)))
        return self._norm(f"{name}.output.LayerNorm", x + self._dense(f"{name}.output.dense", hidden))

    def _attention(self, name: str, x: Floats, mask: Floats) -> Floats:
        heads = self.config["num_attention_heads"]
        batch, length, width = x.shape
        query, key, value = (
            self._dense(f"{name}.{part}", x).reshape(batch, length, heads, width // heads).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / math.sqrt(width // heads) + (1 - mask[:, None, None, :]) * -1e30
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        context: Floats = (weights @ value).transpose(0, 2, 1, 3).reshape(batch, length, width)
        return context

    def _dense(self, name: str, x: Floats) -> Floats:
        y: Floats = x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return y

    def _norm(self, name: str, x: Floats) -> Floats:
        spread = np.sqrt(x.var(-1, keepdims=True) + self.config["layer_norm_eps"])
        y: Floats = (x - x.mean(-1, keepdims=True)) / spread * self.weights[f"{name}.weight"]
        return y + self.weights[f"{name}.bias"]
