"""A letter box that is a mail server: SMTP (RFC 5321), encrypted unless the server is on this machine.

A letter goes to one address, as plain text. What the server refuses for good and what it cannot take now are the same
to whoever waits for the letter: it has not been sent, and is tried again while it is worth anything.
"""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from adapters.channels.port import Letter
from domain.errors import InvalidInput, Unavailable

_SECONDS = 15.0
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class SmtpLetterBox:
    """A `LetterBox`; `url` is `smtps://user:password@host:465`, or `smtp://…:587`, which turns to TLS."""

    def __init__(self, url: str, sender: str) -> None:
        """Raise InvalidInput for an address that is none."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or "@" not in sender:
            raise InvalidInput(
                "A mail server is given as smtps://user:password@host:465, with an address to send from."
            )
        self._is_tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or (465 if self._is_tls else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        """Hand a letter to the server; raises Unavailable."""
        try:
            await asyncio.to_thread(self._send, letter)
        except (OSError, smtplib.SMTPException):  # their texts quote the address, and so do their causes
            raise Unavailable("The mail server did not take the letter.") from None

    def _send(self, letter: Letter) -> None:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Subject"] = self._sender, letter.to, letter.subject
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
        message.set_content(letter.text)
        with self._connection() as server:
            if self._user:
                server.login(self._user, self._password)
            server.send_message(message)

    def _connection(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._is_tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=_SECONDS, context=context)
        server = smtplib.SMTP(self._host, self._port, timeout=_SECONDS)
        if self._host not in _LOCAL:
            server.starttls(context=context)
        return server
