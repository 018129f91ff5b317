"""CSV of question and answer pairs: each row is an article. A row that is wrong is told; the others are taken."""

import csv
import io
from collections.abc import Iterator

from adapters.knowledge.front_matter import FrontMatter, front_of
from adapters.knowledge.parsed import (
    MAX_TITLE_CHARS,
    Block,
    Defaults,
    ItemProblem,
    Parsed,
    ParsedArticle,
    RawItem,
    Unreadable,
)
from adapters.knowledge.slugs import slug_of
from adapters.knowledge.text import decoded, one_line, storable

MAX_ROWS = 10_000
_NEEDED = ("question", "answer")
_KNOWN = frozenset(FrontMatter.model_fields) - {"title"} | set(_NEEDED)


def parse_csv(item: RawItem, defaults: Defaults) -> Parsed:
    """Read the pairs; raises Unreadable when the columns are not there."""
    articles: list[ParsedArticle] = []
    problems: list[ItemProblem] = []
    slugs: dict[str, int] = {}
    for line, fields in _rows(decoded(item.body)):
        try:
            article = _article(item, defaults, fields, line)
        except Unreadable as fault:
            problems.append(ItemProblem(item=item.name, line=fault.line, text=fault.text))
            continue
        if (earlier := slugs.setdefault(article.slug, line)) != line:
            text = f"the same question stands in line {earlier}; leave one of them"
            problems.append(ItemProblem(item=item.name, line=line, text=text))
        else:
            articles.append(article)
    if not articles and not problems:
        raise Unreadable("there are no rows below the column names")
    return Parsed(articles=tuple(articles), problems=tuple(problems))


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the line it ends on; raises Unreadable."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [column.strip().lower() for column in next(reader, [])]
        _check_columns(columns)
        for count, row in enumerate(reader, 1):
            if count > MAX_ROWS:
                raise Unreadable(f"has more than {MAX_ROWS:,} rows; split it", reader.line_num)
            if any(cell.strip() for cell in row):
                # A row with too many cells has an unquoted delimiter in it: told as a column that is none.
                fields = dict(zip(columns, row, strict=False))
                yield reader.line_num, fields if len(row) <= len(columns) else {**fields, "": "".join(row)}
    except csv.Error:
        text = "this row is no CSV: is a quotation mark missing, or a cell longer than 131,072 characters?"
        raise Unreadable(text, reader.line_num) from None


def _check_columns(columns: list[str]) -> None:
    if missing := [name for name in _NEEDED if name not in columns]:
        raise Unreadable(
            f"the column {' and '.join(missing)} is missing; the first row must name the columns question and answer"
        )
    if unknown := [name for name in columns if name not in _KNOWN]:
        known = ", ".join(sorted(_KNOWN))
        raise Unreadable(f"there is no column {unknown[0][:60]!r}; the columns are {known}")
    if len(set(columns)) < len(columns):
        raise Unreadable("a column stands there twice")


def _article(item: RawItem, defaults: Defaults, fields: dict[str, str], line: int) -> ParsedArticle:
    if "" in fields:
        raise Unreadable("the row has more cells than there are columns; put texts with commas in quotes", line)
    try:
        question, answer = one_line(fields["question"]), storable(fields.get("answer", ""))
    except Unreadable as fault:
        raise Unreadable(fault.text, line) from None
    if not question or not answer:
        raise Unreadable(f"the {'answer' if question else 'question'} is empty", line)
    if len(question) > MAX_TITLE_CHARS:
        raise Unreadable(f"the question is longer than {MAX_TITLE_CHARS} characters", line)
    own = {name: text.strip() for name, text in fields.items() if name not in _NEEDED and text.strip()}
    front = front_of(own, line=line)
    return ParsedArticle(
        slug=front.slug or slug_of(f"{item.slug} {question}"),
        title=question,
        blocks=tuple(Block(path=(question,), text=text) for text in answer.split("\n\n") if text.strip()),
        **front.described(defaults),
    )
