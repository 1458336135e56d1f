"""An SMTP server in a process of its own that accepts and forgets: `python -m tests.bench.smtp PORT`."""

import sys
import time

from aiosmtpd.controller import Controller


class Nowhere:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"


if __name__ == "__main__":
    Controller(Nowhere(), hostname="127.0.0.1", port=int(sys.argv[1])).start()
    while True:
        time.sleep(60)
