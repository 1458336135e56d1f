"""After a new key was put first in FIELD_KEYS: `manage.py rotate_field_keys`. Then the others may go."""

from django.core.management.base import BaseCommand, CommandError

from cmtl import encrypted


class Command(BaseCommand):
    help = "Encrypt every encrypted text with the first key of FIELD_KEYS. It may be stopped and run again."

    def handle(self, **options):
        lost = 0
        for model, name in encrypted.columns():
            count = encrypted.rewrite(model, name, encrypted.with_newest_key)
            held = encrypted.held_in(model, name).values_list("held", flat=True)
            closed = sum(not encrypted.opens(text) for text in held.iterator())
            self.stdout.write(f"{model._meta.label}.{name}: {count} encrypted anew, {closed} that no key opens.")
            lost += closed
        if lost:
            raise CommandError(f"{lost} texts are not opened by any key of FIELD_KEYS: keep every older key you have.")
        self.stdout.write("Keys after the first of FIELD_KEYS open nothing that the database holds now.")
