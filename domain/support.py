"""Does a text support a claim? Judged by their words alone, with no model of language: pure, quick, repeatable.

What counts is what the claim adds: words that its source has not, a run of them that stands in another order, the
writer's own person and opinion, a "not" that was not there, a question. (Figures are checked by `domain/grounding.py`,
strictly.) Nine such features make one score by a fixed
logistic head. Its weights were fitted by `python -m evals.groundedness` on public data (BEGIN, Dziri et al. 2022); how
well it does on data it has not seen, `setright eval groundedness` measures.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

#: Score from which a claim counts as supported, in thousandths.
SUPPORTED = 500

FEATURES = (
    "unknown_share",  # of the claim's words (stems) that the source lacks, little words included
    "unknown_count",  # the same, counted: log(1 + n)
    "coverage",  # share of content words that the source has, in this or a kindred form
    "worst_sentence",  # the coverage of the claim's worst covered sentence
    "in_order",  # longest common subsequence, as a share of the claim
    "in_person",  # "I" and "my", which no source says of itself
    "opinion",  # love, great, I think
    "new_negation",
    "question",
)
#: One weight a feature, and the bias last. Printed by `python -m evals.groundedness`.
WEIGHTS = (-2.4298, -1.2854, 1.9036, 0.8252, 1.5122, -1.4706, -0.8854, -0.7911, -1.0925, -0.2441)

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
#: A line break inside a paragraph, as Markdown has them: neither a blank line nor a list item follows.
_WRAPPED = re.compile(r"(?<!\n)\n(?!\s*\n|\s*[-*•#>|]|\s*\d{1,2}[.)]\s)")
_APART = ((re.compile(r"\s+n't\b"), "n't"), (re.compile(r"\s+'\s?(s|m|re|ve|ll|d)\b"), r"'\1"))


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LITTLE = _words_of(
    "a an the and or but if so as at by for from in into of on to with about than then that this these those it "
    "its it's is are was were be been being am do does did done has have had having i me my mine we us our you "
    "your yours he him his she her hers they them their there here what which who whom whose when where why how "
    "not no nor can could will would shall should may might must also just very too more most some any all each "
    "both few many much such only own same other another up out over under again further once because while "
    "during before after above below between through yes yeah yep well oh ah ok okay hi hello s t d ll m re ve "
    "one two got get actually really even like though although however der die das den dem des ein eine einen "
    "einem einer eines und oder aber wenn dass als bei von vom für auf aus im in zu zum zur mit nach über ist "
    "sind war waren sein wird werden wurde hat haben hatte sie wir ihr ihre ihren ich es er man sich auch noch "
    "nur schon sehr so wie bis um an am nicht kein keine"
)
_PERSON = _words_of("i i'm i've i'd i'll me my mine myself ich mir mich mein meine")
_OPINION = _words_of(
    "love loved like liked favorite favourite awesome great amazing cool interesting fun enjoy enjoyed nice wow "
    "good best think believe guess sure heard maybe probably hope wonder wish feel beautiful wonderful "
    "fascinating crazy lol haha definitely toll super vielleicht wohl glaube denke hoffe"
)
_NEGATION = _words_of("not no never none nor cannot nothing nobody without nicht kein keine nie ohne")
_ENDINGS = (
    ("ically", "ic"), ("ational", "ate"), ("iest", "y"), ("ies", "y"), ("ied", "y"), ("ness", ""), ("ment", ""),
    ("ingly", ""), ("edly", ""), ("ing", ""), ("ed", ""), ("ly", ""), ("ers", ""), ("er", ""), ("es", ""), ("s", ""),
    ("e", ""),
)  # fmt: skip
_SHORTEST_STEM, _SHORTEST_KIN, _KIN_ENDING = 3, 5, 2
_WINDOW = 2  # neighbouring sentences of a source that may support one claim together


def support_score(claim: str, source: str) -> int:
    """How well `source` supports `claim`, 0 to 1000; the best pair of neighbouring sentences counts, not their sum.

    A claim that drops or adds the "not" of the sentence it is nearest to is not supported, however like it is.
    """
    sentences = sentences_of(source)
    windows = {" ".join(sentences[at : at + _WINDOW]) for at in range(max(1, len(sentences) - _WINDOW + 1))}
    score = max((_score(support_features(claim, window)) for window in windows if window), default=0)
    if score < SUPPORTED:
        return score
    nearest = max(sentences, key=lambda sentence: _score(support_features(claim, sentence)))
    return score if _negates(_words(claim)) == _negates(_words(nearest)) else 0


def sentences_of(source: str) -> list[str]:
    """The sentences and list items of a passage; its lines may be wrapped."""
    parts = (part.strip() for part in _SENTENCE_END.split(_WRAPPED.sub(" ", source)))
    return [part for part in parts if any(character.isalnum() for character in part)]


def content_stems(text: str) -> list[str]:
    """The words of a text that carry its content, without their endings, in order."""
    return [_stem(word) for word in _words(text) if word not in _LITTLE]


def content_words(text: str) -> list[str]:
    """The words of a text that carry its content, as they stand there, in lower case and in order."""
    return [word for word in _words(text) if word not in _LITTLE]


def covered(claim: str, source: str) -> int:
    """The share of a claim's content words that `source` has, in thousandths; 0 for a claim without any."""
    return round(1000 * _coverage(_words(claim), {_stem(word) for word in _words(source)}, 0.0))


def support_features(claim: str, source: str) -> tuple[float, ...]:
    """The features of a claim before its source, in the order of `FEATURES`."""
    said, known = _words(claim), _words(source)
    stems, known_stems = [_stem(word) for word in said], [_stem(word) for word in known]
    has, known_words = set(known_stems), set(known)
    unknown = sum(stem not in has for stem in stems)
    length = max(len(stems), 1)
    return (
        unknown / length,
        math.log1p(unknown),
        _coverage(said, has, 0.0),
        min(
            (_coverage(_words(part), has, 0.5) for part in _SENTENCE_END.split(claim) if _WORD.search(part)), default=0
        ),
        _common_subsequence(stems, known_stems) / length,
        float(bool(_PERSON & set(said)) and not _PERSON & known_words),
        float(any(word in _OPINION and _stem(word) not in has for word in said)),
        float(_negates(said) and not _negates(known)),
        float("?" in claim),
    )


def _score(features: Sequence[float]) -> int:
    *weights, bias = WEIGHTS
    logit = bias + sum(weight * feature for weight, feature in zip(weights, features, strict=True))
    return round(1000 / (1 + math.exp(-max(-30.0, min(30.0, logit)))))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    for apart, together in _APART:
        plain = apart.sub(together, plain)
    return _WORD.findall(plain)


def _coverage(words: Sequence[str], has: AbstractSet[str], empty: float) -> float:
    content = [_stem(word) for word in words if word not in _LITTLE]
    return sum(stem in has or _is_kin(stem, has) for stem in content) / len(content) if content else empty


def _stem(word: str) -> str:
    """A word without its commonest English ending; good enough to compare two texts, and quick."""
    word = word.removesuffix("'s")
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)] + instead
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] if len(word) > _SHORTEST_STEM and word.endswith("e") else word


def _is_kin(stem: str, has: AbstractSet[str]) -> bool:
    """Whether a known word differs in its last two letters only: organise and organisation, Tabelle and Tabellen."""
    if len(stem) < _SHORTEST_KIN:
        return False
    start = stem[: max(_SHORTEST_KIN, len(stem) - _KIN_ENDING)]
    return any(
        len(other) >= _SHORTEST_KIN
        and (other.startswith(start) or stem.startswith(other[: max(_SHORTEST_KIN, len(other) - _KIN_ENDING)]))
        for other in has
    )


def _negates(words: Sequence[str]) -> bool:
    return any(word in _NEGATION or word.endswith("n't") for word in words)


def _common_subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    row = [0] * (len(other) + 1)
    for word in one:
        above, row = row, [0]
        for at, known in enumerate(other):
            row.append(above[at] + 1 if word == known else max(above[at + 1], row[-1]))
    return row[-1]
