"""Send one mail by SMTP over TLS, and know afterwards whether it arrived.

The message is given over with the final dot. If the connection ends before it, the server has to
throw away what came (RFC 5321, section 4.1.1.4): nothing was sent. If the answer to it is missing,
nobody can know. No error shows an address, or the server's words, which quote addresses.
"""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from gaptracker.domain.report_delivery import NotSent, SendingRefused, SendingUnsure

Security = Literal["starttls", "tls", "none"]
# ASCII and lines of bounded length: a server that can do no more takes it as well.
POLICY = SMTP.clone(cte_type="7bit")
# What the first digit of an answer says.
DONE, GO_ON, NEVER = 2, 3, 5
DOT = b"\r\n.\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in, and how.

    Attributes:
        security: `starttls` turns to TLS before anything is said; `tls` begins with it; `none`
            is for a relay on this machine.
        tls: Which certificates are trusted; the name in them is checked.
        step_seconds: How long one answer may take.
        total_seconds: How long all of it may take: a server that sends a byte now and then must
            not hold a scheduler for ever.
        greeting: The name by which we say hello.
    """

    host: str
    port: int
    security: Security
    tls: ssl.SSLContext = field(repr=False)
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    greeting: str
    step_seconds: float = 30.0
    total_seconds: float = 300.0


def send_mail(server: MailServer, message: EmailMessage, *, sender: str, to: str) -> None:
    """Hand a message over for one address.

    Args:
        server: Where.
        message: The message, whole.
        sender: The address to which the server may say that it could not be delivered.
        to: The address.

    Raises:
        NotSent: If it is known that nothing was sent; later it may be.
        SendingRefused: If the server will not have it.
        SendingUnsure: If the server had all of it and did not say what it did with it.
    """
    content = re.sub(rb"(?m)^\.", b"..", message.as_bytes(policy=POLICY)).removesuffix(b"\r\n")
    try:
        with _connected(server) as line:
            _expect(line.mail(sender), "the sender")
            _expect(line.rcpt(to), "the recipient")
            _expect(line.docmd("DATA"), "any message", good=GO_ON)
            line.send(content)
            _hand_over(line)
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(_reason(error)) from None
    # An address, name or password that cannot be said in ASCII.
    except ValueError as error:
        raise SendingRefused(
            f"a setting or the recipient's address cannot be told a mail server "
            f"({type(error).__name__})"
        ) from None


def _hand_over(line: smtplib.SMTP) -> None:
    """Send the dot by which the message is the server's, and hear what it says."""
    try:
        line.send(DOT)
        answer = line.getreply()
    except (smtplib.SMTPException, OSError):
        raise SendingUnsure(
            "the mail server had the whole message and ended without an answer"
        ) from None
    _expect(answer, "the message")
    # It is sent: how the farewell goes changes nothing.
    with contextlib.suppress(smtplib.SMTPException, OSError):
        line.quit()


class _Line(smtplib.SMTP):
    """A connection that somebody else opened."""

    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        super().__init__(local_hostname=server.greeting, timeout=server.step_seconds)
        # Where STARTTLS looks for the name that the certificate has to bear.
        self._host = server.host
        self.sock = connection


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Open a connection that TLS protects, and close it in any case.

    One timer is over all of it, since a timeout is over one answer alone.
    """
    raw = socket.create_connection((server.host, server.port), timeout=server.step_seconds)
    # A second handle on the same connection: TLS takes the first one away.
    watched = raw.dup()
    timer = threading.Timer(server.total_seconds, _hang_up, [watched])
    timer.daemon = True
    timer.start()
    line = _Line(server, raw)
    try:
        if server.security == "tls":
            line.sock = server.tls.wrap_socket(raw, server_hostname=server.host)
        if line.getreply()[0] // 100 != DONE:
            raise NotSent("the mail server takes no mail at the moment")
        if server.security == "starttls":
            line.starttls(context=server.tls)
        if server.user is not None:
            line.login(server.user, server.password or "")
        else:
            line.ehlo_or_helo_if_needed()
        yield line
    finally:
        timer.cancel()
        line.close()
        watched.close()


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _expect(answer: tuple[int, bytes], what: str, *, good: int = DONE) -> None:
    """Go on if a server's answer is a good one; its words are not repeated."""
    code = answer[0]
    if code // 100 == good:
        return
    if code // 100 == NEVER:
        raise SendingRefused(f"the mail server does not take {what} (answer {code})")
    raise NotSent(f"the mail server does not take {what} now (answer {code})")


def _reason(error: Exception) -> str:
    """Say what kept a mail from being sent."""
    # smtplib takes silence for the end of the connection.
    cause = error.__context__ if isinstance(error.__context__, TimeoutError) else error
    match cause:
        case smtplib.SMTPAuthenticationError():
            return f"the mail server does not know our name or password (answer {cause.smtp_code})"
        case smtplib.SMTPNotSupportedError():
            return "the mail server offers no TLS, or no way to log in that we know"
        case ssl.SSLCertVerificationError():
            return "the mail server's certificate is not to be trusted"
        case smtplib.SMTPServerDisconnected() | ConnectionResetError() | BrokenPipeError():
            return "the mail server ended the connection"
        case TimeoutError():
            return "the mail server did not answer in time"
        case _:
            return f"the mail server cannot be reached ({type(cause).__name__})"
