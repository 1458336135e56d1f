"""Send what waits, without a broker or a worker: by hand, or from a system timer while Redis is away."""

from django.core.management.base import BaseCommand

from outbox.domain import delivery


class Command(BaseCommand):
    help = "Send the mail that is due, until nothing is."

    def add_arguments(self, parser):
        parser.add_argument("--seconds", type=float, default=600, help="stop after so long (default: 600)")

    def handle(self, *, seconds, **options):
        tally = delivery.deliver_due(seconds=seconds)
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in sorted(tally.items())) or "nothing due")
