"""The whole project in one process, for a demonstration or a first look: site, worker and timetable on SQLite.

Production runs the same code as separate services: see docs/production.md.
"""

import hashlib
import os
import socket
import sys
import threading
import time
import warnings
from pathlib import Path

STARTED = time.monotonic()
HOST = os.environ.get("HOST", "127.0.0.1")


def free_port(wanted: int) -> int:
    """The wanted port, or the next one that nobody holds."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    sys.exit(f"No free port between {wanted} and {wanted + 49}. Choose one: PORT=9000 make run")


def collect_static_files() -> None:
    """Compressed copies with their digest in their name, made again only when a source has changed."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    listing = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            listing.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    if not stamp.exists() or stamp.read_text() != listing.hexdigest():
        print("Preparing style sheets, fonts and icons…", flush=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(listing.hexdigest())


def load_demonstration() -> None:
    """Once; later starts only bring the coming meetings back ahead of today."""
    from django.core.management import call_command

    from accounts.models import User

    if User.objects.exists():
        call_command("load_demo", keep_current=True)
    else:
        print("Loading the demonstration: seven communities, two years of meetings…", flush=True)
        call_command("load_demo", verbosity=0)


def work_in_background() -> None:
    """A Celery worker and its timetable, in threads of this process."""
    from celery.beat import Scheduler, Service
    from celery.platforms import SecurityWarning

    from cmtl.celery import app

    warnings.simplefilter("ignore", SecurityWarning)  # as root, on a bare machine: the worker is this very process
    worker = app.Worker(
        pool_cls="threads", concurrency=2, quiet=True, without_gossip=True, without_mingle=True, without_heartbeat=True
    )
    timetable = Service(app, scheduler_cls=Scheduler)
    threading.Thread(target=worker.start, name="worker", daemon=True).start()
    threading.Thread(target=timetable.start, name="timetable", daemon=True).start()


def announce(url: str) -> None:
    took = time.monotonic() - STARTED
    print(f"""
  The demonstration is ready at  {url}/  ({took:.1f} s)

  Sign in as   Sandrine, who facilitates      {url}/demo/animation/
               Philippe, who coordinates      {url}/demo/coordination/
               Nadia, a member                {url}/demo/membre/
               Mireille, privacy officer      {url}/demo/vie-privee/
  Its mail     {url}/courriels/

  Ctrl-C stops it; `make demo-reset` forgets everything said in it.
""")
    sys.stdout.flush()


def main() -> None:
    port = int(os.environ["PORT"]) if os.environ.get("PORT") else free_port(8000)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmtl.settings")
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")

    from cmtl import messages

    messages.compile_all()

    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    collect_static_files()
    load_demonstration()

    import waitress

    from cmtl.wsgi import application

    try:
        server = waitress.create_server(application, host=HOST, port=port, threads=8, ident=None)
    except OSError:
        sys.exit(f"Port {port} is taken. Choose another one: PORT=9000 make run")
    work_in_background()
    announce(os.environ["SITE_URL"])
    server.run()  # until Ctrl-C
    print("Stopped.")


if __name__ == "__main__":
    main()
