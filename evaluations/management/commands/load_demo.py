"""`manage.py load_demo`: the seven groups of the guide, with invented people and two years behind them."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from evaluations.demonstration.future import stay_current
from evaluations.demonstration.loading import load


class Command(BaseCommand):
    help = "Load the demonstration into an empty database."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=2026, help="another number invents other people")
        parser.add_argument(
            "--keep-current", action="store_true", help="only move the coming meetings of a demonstration to today"
        )

    def handle(self, *args, **options):
        if options["keep_current"]:
            stay_current()
            return
        try:
            load(options["seed"], say=self.stdout.write if options["verbosity"] else lambda line: None)
        except ValidationError as refusal:
            raise CommandError(refusal.messages[0]) from refusal
