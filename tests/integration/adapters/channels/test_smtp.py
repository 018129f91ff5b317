"""Letters by a mail server: what it is told over the wire, and what becomes of its refusals."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from pydantic import ValidationError

from adapters.channels.port import Letter
from adapters.channels.smtp import SmtpLetterBox
from domain.errors import InvalidInput, Unavailable

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LETTER = Letter(
    tenant="meridian",
    to="ada@example.com",
    subject="Meridian Goods",
    text="Ihr Code für Meridian ist 4821 7730.\n.\nEr gilt zehn Minuten.",
    at=NOW,
    expires_at=NOW + timedelta(minutes=10),
)


class MailServer:
    """Speaks enough of RFC 5321 to take a letter; `refusals` are its answers to some commands."""

    def __init__(self, **refusals: str) -> None:
        self.refusals = refusals
        self.commands: list[str] = []
        self.letters: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        writer.write(b"220 mail.example ESMTP\r\n")
        while line := (await reader.readline()).decode().strip():
            self.commands.append(line)
            verb = line.split()[0].upper()
            answer = self.refusals.get(
                verb, {"EHLO": "250 mail.example", "DATA": "354 go on", "QUIT": "221 bye"}.get(verb)
            )
            writer.write(f"{answer or '250 ok'}\r\n".encode())
            if verb == "DATA" and verb not in self.refusals:
                self.letters.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 taken\r\n")
            if verb == "QUIT":
                break
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def running(server: MailServer) -> AsyncIterator[str]:
    """A mail server on a free port; yields its address."""
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        yield f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


async def test_a_letter_arrives_as_it_was_written() -> None:
    """From our address to the one address, with its umlaut and its lonely dot."""
    server = MailServer()
    async with running(server) as url:
        await SmtpLetterBox(url, "help@meridian.example").send(LETTER)
    assert [command for command in server.commands if command.startswith(("mail", "rcpt"))] == [
        "mail FROM:<help@meridian.example>",
        "rcpt TO:<ada@example.com>",
    ]
    (raw,) = server.letters
    message = message_from_bytes(raw.replace(b"\r\n..", b"\r\n.").removesuffix(b".\r\n"), policy=policy.SMTP)
    body = message.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").strip() == LETTER.text
    assert (message["To"], message["Subject"]) == ("ada@example.com", "Meridian Goods")
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "refusals",
    [
        {"RCPT": "550 no such <ada@example.com>"},
        {"MAIL": "451 later"},
        {"DATA": "552 full"},
        {"EHLO": "500", "HELO": "500"},
    ],
)
async def test_a_refusal_quotes_nobody(refusals: dict[str, str]) -> None:
    """The letter has not been sent; neither the address nor the words are in the error."""
    async with running(MailServer(**refusals)) as url:
        with pytest.raises(Unavailable) as refused:
            await SmtpLetterBox(url, "help@meridian.example").send(LETTER)
    assert "ada" not in str(refused.value)
    assert refused.value.__cause__ is None


async def test_a_server_that_is_away_is_tried_again() -> None:
    """Nobody listens there."""
    with pytest.raises(Unavailable):
        await SmtpLetterBox("smtp://127.0.0.1:9", "help@meridian.example").send(LETTER)


@pytest.mark.parametrize(
    "to",
    [
        "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com, eve@example.com",
        "Ada <ada@example.com>",
        "ada",
        "@",
        "",
    ],
)
def test_a_letter_has_one_address(to: str) -> None:
    """No second one, no header and no name is smuggled in."""
    with pytest.raises(ValidationError):
        Letter.model_validate(LETTER.model_dump() | {"to": to})


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example", "a@b.example"),
        ("smtp://", "a@b.example"),
        ("mail.example", "a@b.example"),
        ("smtp://m", ""),
    ],
)
def test_what_is_no_mail_server_is_refused(url: str, sender: str) -> None:
    """Before the first letter."""
    with pytest.raises(InvalidInput):
        SmtpLetterBox(url, sender)
