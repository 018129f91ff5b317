"""Sources of knowledge on real files, a real repository and a real web server on this machine."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from adapters.knowledge.sources.port import Seen, SourceMissing, SourceRefused, SourceUnreachable
from adapters.knowledge.sources.reader import SourceReader
from adapters.knowledge.sources.web import read_page
from adapters.web.fetch import Fetcher, FetchFailed

#: Path to (status, headers, body).
Site = dict[str, tuple[int, dict[str, str], bytes]]
HTML = {"Content-Type": "text/html; charset=utf-8", "ETag": '"1"'}


@contextmanager
def serving(site: Site) -> Iterator[str]:
    """A web server; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = site.get(self.path, (404, {}, b""))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def reader(tmp_path: Path) -> SourceReader:
    """A reader that may read the test's folder and this machine."""
    return SourceReader(tmp_path / "checkouts", folders=(tmp_path,), may_call_private=True)


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder."""
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
    argv = [shutil.which("git") or "git", *identity, "-C", str(folder), *arguments]
    run = subprocess.run(argv, check=True, capture_output=True, text=True)
    return run.stdout.strip()


async def test_a_folder_lists_what_can_be_read_and_follows_no_link(tmp_path: Path, reader: SourceReader) -> None:
    """Hidden files, links and other kinds are passed over; an unchanged file is not read again."""
    folder = tmp_path / "kb"
    (folder / "guides").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / ".git" / "notes.md").write_text("hidden")
    (folder / "guides" / "Returns.md").write_text("Thirty days.")
    (folder / "logo.png").write_bytes(b"png")
    (tmp_path / "secret.md").write_text("secret")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "up").symlink_to(tmp_path)
    async with reader.open("folder", str(folder)) as source:
        listing = await source.list()
        assert list(listing.items) == ["guides/Returns.md"]
        read = await source.read("guides/Returns.md", Seen())
        assert read.raw is not None
        assert (read.raw.kind, read.raw.slug, read.raw.body) == ("markdown", "guides-returns", b"Thirty days.")
        assert read.seen.digest == listing.items["guides/Returns.md"]
        assert (await source.read("guides/Returns.md", read.seen)).raw is None
        for outside in ("link.md", "up/secret.md"):
            assert "cannot be read" in str((await source.read(outside, Seen())).problem)
        assert (await source.read("../secret.md", Seen())).is_gone


async def test_only_folders_that_are_named_in_the_settings_may_be_read(tmp_path: Path, reader: SourceReader) -> None:
    """A link that leads out of them is not believed either."""
    (tmp_path / "out").symlink_to("/etc")
    for place in ("/etc", "kb", str(tmp_path / "out"), str(tmp_path / ".." / "other")):
        with pytest.raises(SourceRefused):
            reader.check("folder", place)
    with pytest.raises(SourceMissing):
        async with reader.open("folder", str(tmp_path / "none")) as source:
            await source.list()


async def test_a_repository_is_read_at_a_commit(tmp_path: Path, reader: SourceReader) -> None:
    """What is not committed is not read, links in it lead nowhere, and the same commit can be had again."""
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init")
    (work / "returns.md").write_text("Thirty days.")
    (work / "link.md").symlink_to("/etc/passwd")
    git(work, "add", "-A")
    git(work, "commit", "-m", "one")
    commit = git(work, "rev-parse", "HEAD")
    (work / "draft.md").write_text("Not yet.")
    async with reader.open("git", str(work)) as source:
        listing = await source.list()
    assert (list(listing.items), listing.version) == (["link.md", "returns.md"], commit)
    (work / "returns.md").write_text("Sixty days.")
    git(work, "commit", "-am", "two")
    async with reader.open("git", str(work)) as source:
        assert (await source.list()).version != commit
    async with reader.open("git", str(work), commit) as source:  # another worker, which has no checkout
        raw = (await source.read("returns.md", Seen())).raw
        link = (await source.read("link.md", Seen())).raw
    assert raw is not None
    assert link is not None
    assert (raw.body, link.body) == (b"Thirty days.", b"/etc/passwd")
    await reader.close("git", str(work))
    assert not list((tmp_path / "checkouts").iterdir())
    with pytest.raises(SourceUnreachable):
        async with reader.open("git", str(tmp_path / "kb")):
            pass


async def test_a_sitemap_gives_its_own_pages_as_far_as_robots_may_read_them(reader: SourceReader) -> None:
    """Other hosts and what robots.txt forbids are told; a page that is unchanged is not sent again."""
    site: Site = {}
    with serving(site) as url:
        page = "<main><h1>Returns</h1><p>Thirty days, counted from delivery.</p></main>"
        listed = [f"{url}/returns", f"{url}/private/x", "https://elsewhere.example/", f"{url}/moved", f"{url}/away"]
        places = "".join(f"<url><loc>{place}</loc></url>" for place in listed)
        index = f"<sitemapindex><sitemap><loc>{url}/a.xml</loc></sitemap></sitemapindex>"
        site["/sitemap.xml"] = (200, {}, index.encode())
        site["/a.xml"] = (
            200,
            {},
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'.encode(),
        )
        site["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private/")
        site["/returns"] = (200, HTML, page.encode())
        site["/moved"] = (301, {"Location": "/returns"}, b"")
        site["/away"] = (302, {"Location": "http://localhost:1/"}, b"")
        async with reader.open("sitemap", f"{url}/sitemap.xml") as source:
            listing = await source.list()
            assert sorted(listing.items) == sorted([listed[0], listed[3], listed[4]])
            assert [problem.text.split(";")[0] for problem in listing.problems] == [
                "the site's robots.txt does not allow it",
                "is not on the sitemap's own host",
            ]
            read = await source.read(listed[0], Seen())
            assert read.raw is not None
            assert (read.raw.slug, read.raw.charset) == ("returns", "utf-8")
            assert (await source.read(listed[0], read.seen)).raw is None
            assert (await source.read(listed[3], Seen())).raw is not None
            assert "another host" in str((await source.read(listed[4], Seen())).problem)
            assert (await source.read(f"{url}/none", Seen())).is_gone


async def test_pages_of_our_own_network_are_refused() -> None:
    """Whatever way leads there: a literal address, a name, or a redirect."""
    site: Site = {"/": (200, HTML, b"secret")}
    with serving(site) as url:
        port = url.rpartition(":")[2]
        shut = SourceReader(Path("/nonexistent"))
        for place in (url, f"https://localhost:{port}/", "https://169.254.169.254/latest", "file:///etc/passwd"):
            with pytest.raises(SourceRefused):
                shut.check("page", place)
        async with Fetcher(may_call_private=False, most_bytes=1_000) as fetcher:
            with pytest.raises(FetchFailed):
                await fetcher.get(f"https://localhost.:{port}/")
            assert (await read_page(fetcher, url, Seen())).raw is None


async def test_a_page_is_read_no_further_than_the_limit() -> None:
    """An endless page is a problem and not a full memory."""
    with serving({"/": (200, HTML, b"x" * 2_000)}) as url:
        async with Fetcher(may_call_private=True, most_bytes=1_000) as fetcher:
            read = await read_page(fetcher, f"{url}/", Seen())
    assert "larger" in str(read.problem)
