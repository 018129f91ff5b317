"""The forward pass of a BERT sentence encoder in float32 numpy.

Sequences are packed end to end, without padding: the dense layers see one `(tokens, width)` matrix, and attention runs
over groups of equal length. So nothing is masked, no work is wasted on padding, and what stands beside a text in a
batch cannot change its vector. This module knows tensors only: no files, no tokenizer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from adapters.embeddings.gelu import gelu_in_place
from adapters.embeddings.port import Vectors

LAYER_NORM_EPS = 1e-12  # the model's config.json


@dataclass(frozen=True)
class Dense:
    """y = x W + b, with W stored (in, out): up to twice as fast as (out, in) for the few rows of one query."""

    weight: Vectors
    bias: Vectors

    def __call__(self, x: Vectors) -> Vectors:
        """Apply the layer to the rows of `x`."""
        y: Vectors = x @ self.weight
        y += self.bias
        return y


@dataclass(frozen=True)
class LayerNorm:
    """Normalise each row to mean 0 and variance 1, then scale and shift."""

    weight: Vectors
    bias: Vectors

    def __call__(self, x: Vectors) -> Vectors:
        """Normalise `x` in place and return it."""
        x -= x.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", x, x) / x.shape[1]
        x /= np.sqrt(variance + LAYER_NORM_EPS)[:, None]
        x *= self.weight
        x += self.bias
        return x


@dataclass(frozen=True)
class Layer:
    """One transformer block; queries, keys and values come from one product, 1/sqrt(d) already inside the queries."""

    qkv: Dense
    attended: Dense
    attention_norm: LayerNorm
    up: Dense
    down: Dense
    output_norm: LayerNorm


@dataclass(frozen=True)
class Bert:
    """The weights of an encoder, laid out for speed; immutable, so any number of threads may use it at once."""

    words: Vectors
    positions: Vectors  # the embedding of segment 0 is already added
    embedding_norm: LayerNorm
    layers: tuple[Layer, ...]
    heads: int

    def encode(self, sequences: Sequence[Sequence[int]]) -> Vectors:
        """Return the L2-normalised mean token vector of each token sequence, which must be sorted by length."""
        lengths = [len(sequence) for sequence in sequences]
        x = self.words[np.fromiter((token for sequence in sequences for token in sequence), np.intp, sum(lengths))]
        x += np.concatenate([self.positions[:length] for length in lengths])
        x = self.embedding_norm(x)
        groups = _groups_of_equal_length(lengths)
        for layer in self.layers:
            x = self._block(layer, x, groups)
        pooled = np.concatenate([x[g.start : g.stop].reshape(g.count, g.length, -1).mean(axis=1) for g in groups])
        pooled /= np.linalg.norm(pooled, axis=1, keepdims=True)
        return pooled

    def _block(self, layer: Layer, x: Vectors, groups: "list[_Group]") -> Vectors:
        qkv = layer.qkv(x)
        context = np.empty_like(x)
        for g in groups:
            self._attend(qkv[g.start : g.stop], context[g.start : g.stop], g)
        attended = layer.attended(context)
        attended += x
        x = layer.attention_norm(attended)
        hidden = layer.up(x)
        gelu_in_place(hidden)
        down = layer.down(hidden)
        down += x
        return layer.output_norm(down)

    def _attend(self, qkv: Vectors, out: Vectors, g: "_Group") -> None:
        """Write softmax(Q K^T) V of one group of sequences of equal length to `out`."""
        query, key, value = qkv.reshape(g.count, g.length, 3, self.heads, -1).transpose(2, 0, 3, 1, 4)
        scores = query @ key.swapaxes(-1, -2)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        context = out.reshape(g.count, g.length, self.heads, -1)
        context[...] = (scores @ value).swapaxes(1, 2)


@dataclass(frozen=True)
class _Group:
    """A run of `count` sequences of `length` tokens, from row `start` on."""

    start: int
    count: int
    length: int

    @property
    def stop(self) -> int:
        return self.start + self.count * self.length


def _groups_of_equal_length(lengths: Sequence[int]) -> list[_Group]:
    groups: list[_Group] = []
    start = 0
    for length, run in groupby(lengths):
        group = _Group(start, sum(1 for _ in run), length)
        groups.append(group)
        start = group.stop
    return groups


def assemble(tensor: Callable[[str], NDArray[np.float32]], layer_count: int, heads: int) -> Bert:
    """Build a `Bert` from a reader of tensors by their Hugging Face names; it raises what the reader raises."""

    def dense(name: str) -> Dense:
        return Dense(np.ascontiguousarray(tensor(f"{name}.weight").T), tensor(f"{name}.bias"))

    def norm(name: str) -> LayerNorm:
        return LayerNorm(tensor(f"{name}.weight"), tensor(f"{name}.bias"))

    def layer(name: str) -> Layer:
        query, key, value = (dense(f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
        scale = np.float32(1 / np.sqrt(query.bias.size / heads))
        return Layer(
            qkv=Dense(
                np.concatenate([query.weight * scale, key.weight, value.weight], axis=1),
                np.concatenate([query.bias * scale, key.bias, value.bias]),
            ),
            attended=dense(f"{name}.attention.output.dense"),
            attention_norm=norm(f"{name}.attention.output.LayerNorm"),
            up=dense(f"{name}.intermediate.dense"),
            down=dense(f"{name}.output.dense"),
            output_norm=norm(f"{name}.output.LayerNorm"),
        )

    segments = tensor("embeddings.token_type_embeddings.weight")
    return Bert(
        words=tensor("embeddings.word_embeddings.weight"),
        positions=tensor("embeddings.position_embeddings.weight") + segments[0],
        embedding_norm=norm("embeddings.LayerNorm"),
        layers=tuple(layer(f"encoder.layer.{number}") for number in range(layer_count)),
        heads=heads,
    )
