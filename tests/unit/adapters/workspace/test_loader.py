"""Loading tenants: what comes out of good files, and what is said of bad ones."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.workspace.loader import load_workspace
from adapters.workspace.problems import WorkspaceErrors
from adapters.workspace.source import MAX_BYTES

Write = Callable[[dict[str, str | None]], Path]
Problems = Callable[[str, str, str], list[str]]


def test_a_tenant_is_read_with_all_its_parts(write: Write) -> None:
    """The configuration holds what stands in the files, typed."""
    tenant = load_workspace(write({})).tenants["acme"]
    assert (tenant.name, tenant.currency, tenant.language, tenant.backend) == ("Acme", "EUR", "en", "shop")
    assert tenant.windows.reopen == timedelta(days=7)
    assert (tenant.windows.reminder, tenant.windows.close) == (timedelta(hours=48), timedelta(hours=120))
    assert tenant.procedures["late_refund"].steps[2].when == "facts.refund_status.status == 'failed'"
    assert tenant.policy.rules[1].expires_after == timedelta(days=3)
    article = tenant.articles[0]
    assert (article.slug, article.title, article.updated) == ("refunds", "Refunds", date(2026, 3, 1))


def test_versions_are_digests_of_the_files(write: Write) -> None:
    """Procedure, policy and article are pinned by the SHA-256 of their file."""
    folder = write({})
    tenant = load_workspace(folder).tenants["acme"]
    for version, name in (
        (tenant.procedures["late_refund"].version, "procedures/late_refund.yaml"),
        (tenant.policy.version, "policy.yaml"),
        (tenant.articles[0].version, "articles/refunds.md"),
    ):
        assert version == hashlib.sha256((folder / "acme" / name).read_bytes()).hexdigest()


def test_replies_fall_back_to_english(write: Write) -> None:
    """A locale that lacks a common reply uses the English one; a reply nobody wrote is None."""
    replies = (write({}) / "acme" / "replies.yaml").read_text() + "de:\n  refused: Leider nicht.\n"
    tenant = load_workspace(write({"replies.yaml": replies})).tenants["acme"]
    assert tenant.reply("de", "refused") == "Leider nicht."
    assert tenant.reply("de", "kept") == tenant.reply("en", "kept") == tenant.common("fr")["kept"]
    assert tenant.common("de")["refused"] == "Leider nicht."
    assert tenant.reply("en", "nothing_of_the_kind") is None


def test_nothing_hides_in_an_article(write: Write) -> None:
    """What its readers cannot see is no knowledge; the version is still that of the file."""
    folder = write({})
    (file,) = (folder / "acme" / "articles").iterdir()
    plain = load_workspace(folder).tenants["acme"].articles[0]
    file.write_text(file.read_text() + "\n\u202e\U000e0041\U000e0042\u200b")
    hidden = load_workspace(folder).tenants["acme"].articles[0]
    assert (hidden.body.strip(), hidden.sections) == (plain.body.strip(), plain.sections)
    assert hidden.version != plain.version


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("tenant.yaml", "currency: EUR", "currency: EURO", "tenant.yaml:3: currency: string should match pattern"),
        ("tenant.yaml", "tenant: acme", "tenant: other", "tenant.yaml:1: tenant: must be 'acme', as the folder is"),
        ("tenant.yaml", "name: Acme\n", "", "tenant.yaml:1: name: is missing"),
        ("tenant.yaml", "close_hours: 120", "close_hours: 24", "tenant.yaml:8: windows.close_hours: must be more than"),
        (
            "policy.yaml",
            "rules:",
            "budgets:\n  per_ticket: {EUR: 12.5}\nrules:",
            "policy.yaml:2: budgets.per_ticket.EUR: input should be a valid integer",
        ),
        (
            "policy.yaml",
            "rules:",
            "budgets:\n  per_ticket: {EURO: 1}\nrules:",
            "policy.yaml:2: budgets.per_ticket.EURO: string should match",
        ),
        (
            "policy.yaml",
            "rules:",
            "budgets:\n  per_ticket: {}\nrules:",
            "policy.yaml:2: budgets.per_ticket: dictionary should have at least 1 item",
        ),
        (
            "policy.yaml",
            "rules:",
            "budgets:\n  per_day: {EUR: 1}\nrules:",
            "policy.yaml:2: budgets.per_day: there is no field 'per_day'",
        ),
        (
            "tenant.yaml",
            "name: Acme",
            "name: Acme\nlinks: [acme]",
            "tenant.yaml:3: links[1]: string should match pattern",
        ),
        (
            "tenant.yaml",
            "name: Acme",
            "name: Acme\nchannels: {web: {default: proven}}",
            "tenant.yaml:3: channels.web.default: no channel proves who writes",
        ),
        (
            "tenant.yaml",
            "name: Acme",
            "name: Acme\nchannels: {fax: {}}",
            "tenant.yaml:3: channels.fax: there is no field 'fax'",
        ),
        (
            "tenant.yaml",
            "name: Acme",
            "name: Acme\ncustomer_tokens: {algorithm: none}",
            "tenant.yaml:3: customer_tokens.algorithm: input should be 'HS256', 'RS256', 'ES256' or 'EdDSA'",
        ),
        (
            "tenant.yaml",
            "name: Acme",
            "name: Acme\ncustomer_tokens: {algorithm: ES256}",
            "tenant.yaml:3: customer_tokens: public_keys: ES256 needs at least one",
        ),
        ("policy.yaml", "role:", "rol:", "policy.yaml:11: rules[2].rol: there is no field 'rol'; did you mean 'role'?"),
        ("policy.yaml", "verdict: allow", "verdict: permit", "policy.yaml:5: rules[1].verdict: input should be"),
        ("policy.yaml", "<= 10000", "<= ", "policy.yaml:4: rules[1].when: not a CEL expression"),
        ("policy.yaml", "rules:", "version: 1\nrules:", "policy.yaml:1: version: is set by the loader; leave it out"),
        (
            "policy.yaml",
            "expires_after: 3 days",
            "expires_after: 0 days",
            "policy.yaml:7: rules[2]: expires_after must be more than zero",
        ),
        (
            "policy.yaml",
            "expires_after: 3 days",
            "expires_after: 3 dayz",
            "policy.yaml:12: rules[2].expires_after: is no length of time; write it like 3 days, or 12:00:00",
        ),
        (
            "procedures/late_refund.yaml",
            "- collect: refund",
            "- collect: refnd",
            "procedures/late_refund.yaml:17: steps[1].collect: there is no slot 'refnd'",
        ),
        (
            "procedures/late_refund.yaml",
            "- collect: refund",
            "- collect: refund\n    answer: done",
            "procedures/late_refund.yaml:17: steps[1]: a step does exactly one of",
        ),
        (
            "procedures/late_refund.yaml",
            "- answer: done",
            "- answer: finished",
            "procedures/late_refund.yaml:23: steps[4]: there is no reply 'finished' in replies.en",
        ),
        (
            "procedures/late_refund.yaml",
            "    ask: which",
            "    ask: what",
            "procedures/late_refund.yaml:13: slots.refund.ask: there is no reply 'what' in replies.en",
        ),
        (
            "procedures/late_refund.yaml",
            "title: a late refund",
            "title: {a late refund: or none}",
            "procedures/late_refund.yaml:2: title: must be text; put it in quotes if it holds a colon",
        ),
        (
            "procedures/late_refund.yaml",
            "name: late_refund",
            "name: late_refunds",
            "procedures/late_refund.yaml:1: name: must be 'late_refund', as the file is called",
        ),
        ("replies.yaml", "en:", "de:", "replies.yaml:1: the locale 'en' is missing; other locales fall back to it"),
        ("articles/refunds.md", "language: en", "language: english", "articles/refunds.md:3: language: string should"),
        ("articles/refunds.md", "---\n", "", "articles/refunds.md:1: the front matter is missing"),
        ("articles/refunds.md", "Five days.", "", "articles/refunds.md:6: there is no text under the heading"),
        (
            "articles/refunds.md",
            "updated: 2026-03-01",
            "updated: 2026-03-01\nvalid_from: 2026-05-01\nvalid_until: 2026-04-01",
            "articles/refunds.md:6: valid_until: lies before valid_from",
        ),
    ],
)
def test_a_wrong_field_is_told_with_file_line_and_field(
    problems: Problems, name: str, old: str, new: str, says: str
) -> None:
    """One thing broken is one problem, at the line where somebody has to look."""
    [problem] = problems(name, old, new)
    assert problem.startswith(says), problem


def test_all_problems_of_all_files_are_told_together(write: Write) -> None:
    """Nobody has to load ten times to find ten mistakes, and the text holds one line for each."""
    folder = write({"policy.yaml": "rules: []\nhandoff: []\n", "tenant.yaml": "a: 1\na: 2\n", "replies.yaml": None})
    (folder / "acme" / "procedures" / "notes.txt").write_text("x")
    with pytest.raises(WorkspaceErrors) as raised:
        load_workspace(folder)
    told = [(problem.file.name, problem.line, problem.text) for problem in raised.value.problems]
    assert told == [
        ("policy.yaml", 2, "there is no field 'handoff'; did you mean 'handoffs'?"),
        ("notes.txt", 1, "is not read: only *.yaml files belong here"),
        ("replies.yaml", 1, "cannot be read: No such file or directory"),
        ("tenant.yaml", 2, "the key 'a' stands here twice, first in line 1"),
    ]
    assert len(str(raised.value).splitlines()) == 4
    assert raised.value.code == "workspace_invalid"


def test_one_bad_tenant_does_not_hide_another(write: Write) -> None:
    """Problems of several tenants are told together."""
    folder = write({"tenant.yaml": "- a list\n"})
    (folder / "zeta").mkdir()
    with pytest.raises(WorkspaceErrors) as raised:
        load_workspace(folder)
    files = {str(problem.file.relative_to(folder)) for problem in raised.value.problems}
    assert "acme/tenant.yaml" in files
    assert {"zeta/tenant.yaml", "zeta/procedures", "zeta/articles"} <= files


@pytest.mark.parametrize("path", ["nowhere", "empty"])
def test_a_folder_without_tenants_is_a_problem(tmp_path: Path, path: str) -> None:
    """A wrong path is said to hold no tenant."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(WorkspaceErrors, match="holds no tenant"):
        load_workspace(tmp_path / path)


def test_files_that_are_no_text_or_too_large_are_refused(write: Write) -> None:
    """Broken encoding is told with its line; a huge file is not read at all."""
    folder = write({})
    (folder / "acme" / "policy.yaml").write_bytes(b"rules: []\nreason: \xff\n")
    (folder / "acme" / "tenant.yaml").write_text("#" * (MAX_BYTES + 1))
    with pytest.raises(WorkspaceErrors) as raised:
        load_workspace(folder)
    told = [(problem.file.name, problem.line, problem.text) for problem in raised.value.problems]
    assert told == [("policy.yaml", 2, "not UTF-8 text"), ("tenant.yaml", 1, "larger than 256 KiB")]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_damaged_the_answer_is_a_list_of_problems(write: Write, data: st.DataObject) -> None:
    """A file with a piece cut out or scrambled loads or is told to be wrong; there is never a traceback."""
    folder = write({})
    names = ["tenant.yaml", "policy.yaml", "replies.yaml", "procedures/late_refund.yaml", "articles/refunds.md"]
    file = folder / "acme" / data.draw(st.sampled_from(names))
    text = file.read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 40, len(text))))
    file.write_text(text[:start] + data.draw(st.text("ab: {}[]\n-'\"&*!#|>\t0", max_size=12)) + text[end:], "utf-8")
    try:
        load_workspace(folder)
    except WorkspaceErrors as errors:
        problems = errors.problems
    else:
        problems = ()
    assert all(problem.text and problem.line >= 1 for problem in problems)
