"""Mail servers on the loopback: a real one with certificates, and one that fails as it is told."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "localhost"
USER, PASSWORD = "sender", "correct-horse"
LONG_AGO, FAR_AHEAD = (datetime(year, 1, 1, tzinfo=UTC) for year in (2020, 2120))


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """A certificate authority's file, and a server's certificate with its key in one file."""

    authority: Path
    server: Path

    def server_context(self) -> ssl.SSLContext:
        """What a server shows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server)
        return context


def make_certificates(folder: Path, name: str = HOST) -> Certificates:
    """A new authority and a certificate by it for a server of this name."""
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate("Test authority", authority_key, authority_key, authority=True)
    server = _certificate(name, server_key, authority_key, authority=False)
    pem = serialization.Encoding.PEM
    paths = Certificates(authority=folder / "authority.pem", server=folder / "server.pem")
    paths.authority.write_bytes(authority.public_bytes(pem))
    key = server_key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    paths.server.write_bytes(server.public_bytes(pem) + key)
    return paths


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    def called(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == HOST:
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    signed_by = signer.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(called(name))
        .issuer_name(called("Test authority"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(LONG_AGO)
        .not_valid_after(FAR_AHEAD)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by), critical=False
        )
        .add_extension(_usage(authority), critical=True)
        .sign(signer, hashes.SHA256())
    )


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass(slots=True)
class Box:
    """Mail that arrived: envelopes, and the messages in them."""

    port: int
    envelopes: list[Envelope] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a message."""
        del session
        self.envelopes.append(envelope)
        transport = server.transport
        assert transport is not None
        self.over_tls.append(transport.get_extra_info("sslcontext") is not None)
        return "250 OK"

    @property
    def messages(self) -> list[EmailMessage]:
        """What was in the envelopes."""
        return [parsed(envelope.original_content or b"") for envelope in self.envelopes]


def parsed(content: bytes) -> EmailMessage:
    """A message as a reader's program sees it."""
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def free_port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def mail_server(certificates: Certificates | None, *, implicit: bool = False) -> Iterator[Box]:
    """A real mail server: with TLS from the start, by STARTTLS, or without any certificate."""
    box = Box(free_port())

    def known(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        del server, session, envelope, mechanism
        assert isinstance(data, LoginPassword)
        right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=right)

    context = certificates.server_context() if certificates else None
    safe = context is not None
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=box.port,
        ssl_context=context if implicit else None,
        tls_context=None if implicit else context,
        require_starttls=safe and not implicit,
        authenticator=known if safe else None,
        # The server does not count a connection that began with TLS as one that has it.
        auth_require_tls=not implicit,
        auth_required=safe and not implicit,
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass(slots=True)
class Moody:
    """A mail server without TLS that hangs, hangs up or refuses at one place of the talk.

    Attributes:
        at: `greeting`, `ehlo`, `mail`, `rcpt`, `data`, `body` (in the midst of the message) or
            `dot` (the message is whole, the answer is owed).
        does: `drop`, `hang`, `drip`, or the answer it gives, as `550 no`.
        received: Messages that were whole when the dot came, whatever was said then.
        wakes: Ends a pause; it goes on then as if nothing had been.
        reached: Set when a talk came to that place.
        outlasted: Set when it got tired of dripping before the other side did.
    """

    at: str
    does: str
    port: int = 0
    received: list[bytes] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    wakes: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)
    outlasted: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def listening(self) -> Iterator["Moody"]:
        """Take connections while the block lasts."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            thread = threading.Thread(target=self._accept, args=(listener,), daemon=True)
            thread.start()
            yield self
            self.ended.set()
            self.wakes.set()
            listener.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            try:
                self._talk(connection, lines)
            except (OSError, EOFError):
                return

    def _talk(self, connection: socket.socket, lines: object) -> None:
        read = getattr(lines, "readline")  # noqa: B009  a file of bytes
        self._say(connection, "greeting", "220 moody")
        while line := read():
            verb = line.split(None, 1)[0].decode().lower()
            if verb == "quit":
                connection.sendall(b"221 bye\r\n")
                return
            if verb != "data":
                self._say(connection, verb, "250 fine")
                continue
            self._say(connection, "data", "354 go on")
            if self.at == "body" and self.does == "drop":
                read()
                return
            body = []
            while (line := read()) not in {b".\r\n", b""}:
                body.append(line)
            if line:
                self.received.append(b"".join(body))
                self._say(connection, "dot", "250 taken")

    def _say(self, connection: socket.socket, place: str, usual: str) -> None:
        if place != self.at:
            connection.sendall(usual.encode() + b"\r\n")
            return
        self.reached.set()
        match self.does:
            case "drop":
                raise EOFError
            case "hang":
                if not self.wakes.wait(60) or self.ended.is_set():
                    raise EOFError
                connection.sendall(usual.encode() + b"\r\n")
            case "drip":
                for _ in range(400):
                    connection.sendall(b"2")
                    self.ended.wait(0.05)
                self.outlasted.set()
                raise EOFError
            case answer:
                connection.sendall(answer.encode() + b"\r\n")
