"""`manage.py audit verify`: whether the audit log says what was written. `manage.py audit head`: what to note of it."""

from django.core.management.base import BaseCommand, CommandError

from accounts.domain import audit_chain


class Command(BaseCommand):
    help = "Verify the chain of the audit log, or say its head, to be noted outside this database."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["verify", "head"])
        parser.add_argument(
            "--head", nargs=2, metavar=("PLACE", "HASH"), help="a head noted before: must still be there"
        )

    def handle(self, *, what, head, **options):
        audit_chain.link_all()
        if what == "head":
            self.stdout.write("{} {}".format(*audit_chain.head()))
            return
        found = audit_chain.verify((int(head[0]), head[1]) if head else None)
        if found.fault:
            raise CommandError(said_of(found.fault))
        self.stdout.write(f"{found.count} lines, as they were written. Head: {found.position} {found.hash}")


def said_of(fault: audit_chain.Fault) -> str:
    line = f"Line {fault.line}" if fault.line else "A line"
    place = f" (place {fault.position} of the chain)" if fault.position else ""
    return f"{line}{place}: {fault.what}."
