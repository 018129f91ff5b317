"""Turning a customer's words into a question for the knowledge base: the whole of it, and each of its sentences.

A long story embedded at once means a little of everything and finds nothing; its sentences, each leaning a little
towards the whole, find what they are about (measured: docs/measurements.md).
"""

from collections.abc import Sequence

from adapters.assistants.embedded.extract import sentences_of
from adapters.embeddings.port import Embedder
from store.search import Part, Question

#: How much of the whole is mixed into each sentence: "And the fee?" alone is about any fee.
LEANING = 0.6
#: A sentence costs some 8 ms of a core to embed: so many are a second. Of longer messages the first ones count.
MOST_SENTENCES = 120
_FEWEST_WORDS = 3  # "Hi." and "Thank you!" ask nothing


def question_of(embedder: Embedder, text: str, language: str) -> Question:
    """Embed `text` as a whole and by sentences; takes milliseconds of CPU a sentence, so not for the event loop."""
    sentences = [text, *_sentences(text)]
    vectors = embedder.embed(sentences)
    whole = vectors[0]
    parts = [Part(text, whole.tolist())]
    for sentence, vector in zip(sentences[1:], vectors[1:], strict=True):
        leaning = vector + LEANING * whole
        parts.append(Part(sentence, (leaning / float(leaning @ leaning) ** 0.5).tolist()))
    return Question(parts=parts, language=language, model=embedder.name)


def _sentences(text: str) -> Sequence[str]:
    """The sentences that say something, where there are several."""
    found = [sentence for sentence in sentences_of(text) if len(sentence.split()) >= _FEWEST_WORDS]
    return found[:MOST_SENTENCES] if len(found) > 1 else ()
