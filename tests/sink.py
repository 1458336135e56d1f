"""A mail server that writes down what it accepted before it says so: `python -m tests.sink JOURNAL [--port N]`.

Addresses choose their fate: refused@… is unknown, later@… is asked to try again, suspect@… meets a policy. The file
JOURNAL.mode, read at each mail, changes the whole server: « 451 », « 535 » or « drop » (accepts, then leaves).
The port is the first line printed.
"""

import argparse
import asyncio
import json
import os
import re
import socket
import time
from email.message import Message
from email.parser import BytesParser

from aiosmtpd.smtp import SMTP

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.I | re.M)
FATES = {
    "refused": "550 5.1.1 no such user here",
    "later": "450 4.2.0 greylisted, come back later",
    "suspect": "550 5.7.1 message looks suspicious",
}


class Journal:
    def __init__(self, path: str, *, keep: bool, delay: float = 0) -> None:
        self.path, self.keep, self.delay = path, keep, delay
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    @property
    def mode(self) -> str:
        try:
            with open(self.path + ".mode") as file:
                return file.read().strip()
        except FileNotFoundError:
            return ""

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mode == "535":
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if fate := FATES.get(address.partition("@")[0]):
            return fate
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mode = self.mode
        if mode == "451":
            return "451 4.3.0 not now"
        found = MESSAGE_ID.search(envelope.content)
        line = {"id": found[1].decode() if found else "", "to": envelope.rcpt_tos[0], "at": time.time()}
        if self.keep:
            line["mail"] = envelope.content.decode("latin-1")
        await asyncio.sleep(self.delay / 2)
        os.write(self.file, json.dumps(line).encode() + b"\n")
        if mode == "drop":
            server.transport.close()
        await asyncio.sleep(self.delay / 2)
        return "250 OK"


def accepted(journal: str) -> list[dict]:
    """What the sink accepted, in order."""
    try:
        with open(journal) as file:
            return [json.loads(line) for line in file]
    except FileNotFoundError:
        return []


def parsed(line: dict) -> Message:
    return BytesParser().parsebytes(line["mail"].encode("latin-1"))


async def serve(journal: str, port: int, **options) -> None:
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    handler = Journal(journal, **options)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, hostname="sink", ident="sink"), sock=listener)
    print(listener.getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("journal")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="keep the mails themselves")
    parser.add_argument(
        "--delay", type=float, default=0, help="seconds for a mail: half before, half after writing it down"
    )
    options = vars(parser.parse_args())
    asyncio.run(serve(options.pop("journal"), options.pop("port"), **options))
