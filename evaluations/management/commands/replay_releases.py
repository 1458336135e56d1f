"""`manage.py replay_releases`: after a restore, close again what the restored database holds open."""

from django.core.management.base import BaseCommand

from evaluations.domain.surveys import collection, due, keyring, pooling


class Command(BaseCommand):
    help = (
        "After a restore: close the evaluations that were closed since the backup, with the figures released then, and "
        "those whose key is not in KEYRING_DIR, as lost. Mount the keyring first: this takes KEYRING_DIR for it."
    )

    def handle(self, *args, **options):
        keyring.make_keyring()
        pooling.replay()
        closed = due.cannot_go_on()
        for survey in closed:
            collection.close(survey)
        lost = sum(survey.lost_at is not None for survey in closed)
        self.stdout.write(f"{len(closed) - lost} closed again with their figures, {lost} lost.")
