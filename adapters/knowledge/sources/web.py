"""Pages on the web: one, or every one that a site's sitemap lists.

Only pages of the sitemap's own host are read, as far as its robots.txt allows. A page that has not changed is not sent
again where its server keeps an ETag or a date.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from lxml import etree

from adapters.knowledge.parse import MEDIA_TYPES, kind_of
from adapters.knowledge.parsed import ItemProblem, Kind, RawItem
from adapters.knowledge.slugs import slug_of_url
from adapters.knowledge.sources.port import (
    MAX_ITEMS,
    Listing,
    Read,
    Seen,
    SourceMissing,
    SourceRefused,
    SourceTooLarge,
    SourceUnreachable,
)
from adapters.web.fetch import AGENT, Fetched, Fetcher, FetchFailed

MAX_SITEMAPS = 50
_TRIES, _PAUSE_SECONDS = 2, 1.0
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_MOST_URL_CHARS = 2_000


class PageSource:
    """One page."""

    def __init__(self, url: str, fetcher: Fetcher) -> None:
        self._url = url
        self._fetcher = fetcher

    async def list(self) -> Listing:
        """Return the page; whether it is there shows when it is read."""
        return Listing(items={self._url: None})

    async def read(self, item: str, seen: Seen) -> Read:
        """Return the page."""
        return await read_page(self._fetcher, item, seen)


class SitemapSource:
    """The pages of a site."""

    def __init__(self, url: str, fetcher: Fetcher) -> None:
        self._url = url
        self._fetcher = fetcher
        self._host = urlsplit(url).netloc

    async def list(self) -> Listing:
        """Return every page that the sitemap lists, is of its host, and may be read by robots."""
        robots = await self._robots()
        waiting, maps = [self._url], 0
        items: dict[str, str | None] = {}
        problems: list[ItemProblem] = []
        while waiting:
            maps += 1
            if maps > MAX_SITEMAPS:
                raise SourceTooLarge(f"The sitemap names more than {MAX_SITEMAPS} others; add them one by one.")
            inner, pages = _entries(await self._sitemap(waiting.pop()))
            waiting += [url for url in inner if self._is_ours(url)]
            for url in pages:
                if problem := self._why_not(url, robots):
                    problems.append(ItemProblem(item=url[:_MOST_URL_CHARS], text=problem))
                else:
                    items[url] = None
            if len(items) > MAX_ITEMS:
                raise SourceTooLarge(f"The sitemap lists more than {MAX_ITEMS:,} pages; add parts of it.")
        if not items:
            raise SourceMissing("The sitemap lists no page of its own host that may be read.")
        return Listing(items=items, problems=tuple(problems))

    async def read(self, item: str, seen: Seen) -> Read:
        """Return a page of the site."""
        return await read_page(self._fetcher, item, seen, host=self._host)

    async def _sitemap(self, url: str) -> bytes:
        try:
            answer = await self._fetcher.get(url, host=self._host)
        except FetchFailed as failure:
            if failure.is_passing:
                raise SourceUnreachable(f"The sitemap did not come: {failure.text}.") from None
            raise SourceRefused(f"The sitemap cannot be read: {failure.text}.") from None
        if answer.status in _GONE:
            raise SourceMissing("There is no sitemap at this address.")
        if answer.status != HTTPStatus.OK:
            raise SourceUnreachable(f"The sitemap's server answered with status {answer.status}.")
        return answer.body

    async def _robots(self) -> RobotFileParser:
        robots = RobotFileParser()
        try:
            answer = await self._fetcher.get(urljoin(self._url, "/robots.txt"), host=self._host)
        except FetchFailed:
            answer = None
        text = answer.body.decode("utf-8", "replace") if answer and answer.status == HTTPStatus.OK else ""
        robots.parse(text.splitlines())
        return robots

    def _why_not(self, url: str, robots: RobotFileParser) -> str | None:
        if not self._is_ours(url):
            return "is not on the sitemap's own host; add it as a page of its own"
        if len(url) > _MOST_URL_CHARS:
            return "its address is too long"
        if not robots.can_fetch(AGENT, url):
            return "the site's robots.txt does not allow it"
        return None

    def _is_ours(self, url: str) -> bool:
        ours, other = urlsplit(self._url), urlsplit(url)
        return (other.scheme, other.netloc.lower()) == (ours.scheme, ours.netloc.lower())


async def read_page(fetcher: Fetcher, url: str, seen: Seen, *, host: str | None = None) -> Read:
    """Get a page unless it is the same as it was; a server that is out of order for a moment is asked again."""
    asked = {"If-None-Match": seen.etag, "If-Modified-Since": seen.modified}
    headers = {name: value for name, value in asked.items() if value is not None}
    for left in reversed(range(_TRIES)):
        try:
            answer = await fetcher.get(url, headers, host=host)
        except FetchFailed as failure:
            if not failure.is_passing or left == 0:
                return _problem(url, seen, failure.text)
        else:
            is_passing = answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= HTTPStatus.BAD_GATEWAY
            if not is_passing or left == 0:
                return _read(url, seen, answer)
        await asyncio.sleep(_PAUSE_SECONDS)
    raise AssertionError("the last try returns")


def _read(url: str, seen: Seen, answer: Fetched) -> Read:
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return Read(None, seen)
    if answer.status in _GONE:
        return Read(None, is_gone=True)
    if answer.status != HTTPStatus.OK:
        return _problem(url, seen, f"the server answered with status {answer.status}")
    kind = _kind(answer)
    if kind is None:
        return _problem(url, seen, f"is of the type {answer.media_type[:60] or 'unknown'}, which is not read")
    digest = hashlib.sha256(answer.body).hexdigest()
    now = Seen(digest=digest, etag=answer.headers.get("etag"), modified=answer.headers.get("last-modified"))
    if digest == seen.digest:
        return Read(None, now)
    return Read(RawItem(name=url, kind=kind, body=answer.body, slug=slug_of_url(url), charset=answer.charset), now)


def _kind(answer: Fetched) -> Kind | None:
    kind = MEDIA_TYPES.get(answer.media_type)
    if kind == "markdown" or kind is None:  # servers call much plain text that has a better name
        return kind_of(urlsplit(answer.url).path) or kind
    return kind


def _problem(url: str, seen: Seen, text: str) -> Read:
    return Read(None, seen, problem=ItemProblem(item=url, text=text))


def _entries(body: bytes) -> tuple[list[str], list[str]]:
    """The sitemaps and the pages that a sitemap names; raises SourceMissing for what is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise SourceMissing("What is at this address is no sitemap; a single page is added with --kind page.") from None
    found: tuple[list[str], list[str]] = ([], [])
    for place in _places(root):
        found[0 if etree.QName(root).localname == "sitemapindex" else 1].append(place)
    return found


def _places(root: "etree._Element") -> Iterator[str]:
    for element in root.iter("{*}loc"):
        if text := (element.text or "").strip():
            yield urldefrag(text).url
