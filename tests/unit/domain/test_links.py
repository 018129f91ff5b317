"""Links in replies: a host of the tenant's own, plainly written, or a finding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.grounding import check_reply
from domain.links import foreign_links, hosts_in

HOSTS = frozenset({"meridian.example", "help.meridian.example"})

GOOD = [
    "no link at all",
    "See https://meridian.example.",
    "See http://help.meridian.example/returns?order=10042#how, please.",
    "See meridian.example/returns (https://help.meridian.example).",
    "See www.meridian.example!",
    "Write to support@meridian.example, and we'll see.",
    "[Returns](https://meridian.example/returns)",
    "HTTPS://MERIDIAN.EXAMPLE/returns",
    "It costs €54.00 and weighs 3.5 kg; e.g. 12.30, i.e. 1.000,50 for 2.4 GHz.",
    "The order #W2378156 (10042/2) of 3.12.2026 at 10:42, and/or later: 30 days.",
    "and so on... The end.\nNext line",
    "It holds if a < b and c > d, and I <3 it.",
    "Ratio 16:9, C:64, note: this. Tel: +43 1 234",
]
BAD = [
    "https://evil.example",
    "http://evil.example/meridian.example",
    "evil.example",
    "Evil.Example/pay",
    "www.evil.example",
    "//evil.example/x",
    "\\\\evil.example\\x",
    "https:/evil.example",
    "https:evil.example",
    "https:\\\\evil.example",
    "https://meridian.example.evil.example/",
    "https://meridian.example@evil.example/",
    "https://meridian.example:secret@evil.example/",
    "https://user@meridian.example/",
    "https://meridian.example%2Fevil.example@evil.example",
    "https://meridian.example:8443/",
    "https://meridian.example:443",
    "https://meridian.example./",
    "https://notmeridian.example/",
    "https://meridian-example.evil.example",
    "https://other.meridian.example/",
    "https://meridian.example/go?to=https://evil.example",
    "https://meridian.example//evil.example",
    "https://meridian.example/\\evil.example",
    "https://meridian.example/@evil.example",
    "https://xn--meridan-9za.example",
    "https://m\u0435ridian.example",  # a Cyrillic letter
    "https://mer\u0131dian.example",  # a letter without its dot
    "https://meridian\u3002evil\u3002example",  # ideographic full stops
    "evil\u3002example",
    "evil\uff0eexample",  # a full-width dot
    "\uff48\uff54\uff54\uff50\uff53\uff1a\uff0f\uff0fevil.example",  # full-width letters
    "https://evil\u200b.example",
    "ev\u00adil.example",
    "https://\u202eelpmaxe.live\u202c",
    "http://127.0.0.1/",
    "192.168.0.1",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::1]/",
    "[2001:db8::1]",
    "http://localhost/",
    "ftp://meridian.example/",
    "file:///etc/passwd",
    "ws://meridian.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "vbscript:x",
    "data:text/html,<b>x",
    "data:;base64,PGI+",
    "mailto:pay@evil.example",
    "tel:+4312345",
    "pay@evil.example",
    "pay+meridian.example@evil.example",
    "![x](https://meridian.example/x.png)",
    "![x][1]",
    "[Returns](https://evil.example)",
    "[Returns](javascript:alert(1))",
    "[Returns](/account)",
    "[https://meridian.example](https://evil.example)",
    "[1]: https://meridian.example",
    "<a href=x>",
    "<img src=x>",
    "<https://evil.example>",
    "<svg/onload=x>",
    "</p>",
    "<!--x-->",
    "Go to evil.example.",
    "(evil.example)",
    "“evil.example”",
    "evil.example?x",
    "a.evil.example, or",
    "{evil.example}",
]


@pytest.mark.parametrize("text", GOOD)
def test_a_plain_link_of_the_tenants_own_goes_through(text: str) -> None:
    """As do figures, ratios and abbreviations that are no links."""
    assert foreign_links(text, HOSTS) == 0


@pytest.mark.parametrize("text", BAD)
def test_everything_else_is_found(text: str) -> None:
    """Other hosts, and whatever tries to look like one of ours, wherever it stands in a sentence."""
    assert foreign_links(text, HOSTS) > 0
    if not text.startswith("[1]:"):  # a definition stands at the beginning of a line
        assert foreign_links(f"You will find it here: {text} and that is all.", HOSTS) > 0
        assert "ungrounded_link" in {
            found.check
            for found in check_reply(text, facts_text=[text], allowed_links=["https://meridian.example"]).findings
        }


@given(st.text("abcxyz019.-_@:/\\?#[]()<>! \u200b\u3002", max_size=60))
def test_no_text_breaks_the_search(text: str) -> None:
    """Any text has an answer, and a link of ours added to it takes no finding away."""
    found = foreign_links(text, HOSTS)
    assert foreign_links(f"{text}\nSee https://meridian.example", HOSTS) >= found


@given(
    st.from_regex(r"[a-z]{1,12}\.[a-z]{2,8}", fullmatch=True), st.sampled_from(["{}", "https://{}/x", "a@{}", "www.{}"])
)
def test_an_unlisted_host_is_found_and_a_listed_one_is_not(host: str, shape: str) -> None:
    """The list decides, by the exact host."""
    assert foreign_links(shape.format(host), {host}) == 0
    assert foreign_links(shape.format(host), {"x" + host}) > 0
    assert hosts_in(shape.format(host)) == {host}


@pytest.mark.parametrize("text", ["a." * 3_000, "a@" * 3_000, "http:" * 1_200, "[" * 6_000, "1." * 3_000, "<a" * 3_000])
def test_the_search_takes_no_time(text: str) -> None:
    """Six thousand characters of the worst kind are looked at within the test's own limit, and far faster."""
    foreign_links(text, HOSTS)
