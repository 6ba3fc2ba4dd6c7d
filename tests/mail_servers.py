"""Servers to send mail to: Postfix's own sink, and one that says what a test wants to hear."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.missing import missing

_PATIENCE = 20.0


def smtp_tool(name: str) -> Path:
    """`smtp-sink` or `smtp-source`; without them skipped, but not where `CI` is set."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not found:
        missing(f"Postfix's {name} is not installed")
    return Path(found)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@dataclass(frozen=True)
class Sink:
    """A running smtp-sink. With a folder every mail it took lies there."""

    port: int
    folder: Path | None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def message_ids(self) -> list[str]:
        """The Message-ID of every mail that was taken whole, in no order, as often as it was taken."""
        return [found for text in self.mails() if (found := _header(text, "Message-ID"))]

    def mails(self) -> list[bytes]:
        """Every mail that was taken whole, as the sink writes it: what it knows of the envelope, then the message."""
        assert self.folder is not None
        return [path.read_bytes() for path in sorted(self.folder.iterdir())]


def _header(text: bytes, name: str) -> str:
    match = re.search(rb"^" + name.encode() + rb": *(.*?)\r?\n(?![ \t])", text, re.M | re.S)
    return " ".join(match[1].decode().split()) if match else ""


@contextmanager
def sink(folder: Path | None = None, *options: str) -> Iterator[Sink]:
    """A sink for as long as it is needed."""
    port = free_port()
    command = [str(smtp_tool("smtp-sink")), "-4", "-m", "512", *options]
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        command += ["-d", str(folder / "%M.")]
    if os.geteuid() == 0:
        command += ["-u", "root"]
    process = subprocess.Popen(
        [*command, f"127.0.0.1:{port}", "512"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process)
        yield Sink(port, folder)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("smtp-sink did not start")


# --- one that says what it is told --------------------------------------------------------------------

Says = str | Callable[["Talk"], None]
"""A reply, or something else to do with the line."""


@dataclass
class Talk:
    """One connection to a scripted server."""

    line: socket.socket
    server: Scripted
    mail: list[str] = field(default_factory=list)

    def say(self, words: str) -> None:
        self.line.sendall(words.encode("latin-1") + b"\r\n")

    def hang_up(self) -> None:
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)
        self.line.close()

    def stall(self) -> None:
        """Say nothing until the test is over."""
        self.server.is_over.wait(60)
        self.hang_up()


@dataclass
class Scripted:
    """A server on a port of its own. `script` says what answers a command, or the recipient that a RCPT names;
    anything else is answered as a friendly server would."""

    script: Mapping[str, Says] = field(default_factory=dict)
    offers: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SIZE 1000000", "ENHANCEDSTATUSCODES")
    tls: ssl.SSLContext | None = None
    took: list[tuple[str, str, bytes]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[Scripted]:
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port = door.getsockname()[1]
            threads: list[threading.Thread] = []

            def open_door() -> None:
                while True:
                    try:
                        line, _ = door.accept()
                    except OSError:
                        return
                    thread = threading.Thread(target=self._serve, args=(line,), daemon=True)
                    threads.append(thread)
                    thread.start()

            opener = threading.Thread(target=open_door, daemon=True)
            opener.start()
            try:
                yield self
            finally:
                self.is_over.set()
                door.shutdown(socket.SHUT_RDWR)
        opener.join(5)
        for thread in threads:
            thread.join(5)

    def _serve(self, line: socket.socket) -> None:
        talk = Talk(line, self)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._talk(talk)
        except OSError:
            pass
        finally:
            talk.hang_up()

    def _talk(self, talk: Talk) -> None:
        self._answer(talk, "CONNECT", "220 scripted ESMTP")
        reader = talk.line.makefile("rb")
        sender = recipient = ""
        while raw := reader.readline():
            words = raw.decode("latin-1").rstrip("\r\n")
            self.heard.append(words)
            verb, _, rest = words.partition(" ")
            verb = verb.upper()
            if verb == "EHLO":
                self._answer(talk, "EHLO", "\r\n".join(
                    [f"250-{offer}" for offer in ("scripted", *self.offers)] + ["250 HELP"]
                ))  # fmt: skip
            elif verb == "STARTTLS":
                self._answer(talk, "STARTTLS", "220 go on")
                if self.tls is not None:
                    reader.close()
                    talk.line = self.tls.wrap_socket(talk.line, server_side=True)
                    reader = talk.line.makefile("rb")
            elif verb == "MAIL":
                sender = rest
                self._answer(talk, "MAIL", "250 2.1.0 ok")
            elif verb == "RCPT":
                recipient = rest.partition("<")[2].partition(">")[0]
                said = recipient if recipient in self.script else "RCPT"
                self._answer(talk, said, "250 2.1.5 ok")
                if said in self.script:
                    recipient = "" if str(self.script[said])[:1] in "45" else recipient
            elif verb == "DATA":
                if not recipient:
                    talk.say("554 5.5.1 no valid recipients")
                    continue
                if not self._answer(talk, "DATA", "354 go on"):
                    continue
                body = b""
                while (part := reader.readline()) not in (b".\r\n", b""):
                    body += part
                if not part:
                    return
                kept = f". {recipient}" if f". {recipient}" in self.script else "."
                if self._answer(talk, kept, "250 2.0.0 taken"):
                    self.took.append((sender, recipient, body))
            elif verb == "QUIT":
                talk.say("221 bye")
                return
            else:
                self._answer(talk, verb, "250 ok")

    def _answer(self, talk: Talk, what: str, usual: str) -> bool:
        """Say what the script says; whether that was good."""
        said = self.script.get(what, usual)
        if callable(said):
            said(talk)
            return False
        talk.say(said)
        return said[:1] in "23"
