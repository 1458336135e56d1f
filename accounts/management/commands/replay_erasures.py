"""Erase again the people whom a restored backup brought back."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.domain import erasing


class Command(BaseCommand):
    help = "After a restore: erase again those who were erased since the backup, from the ledger kept outside it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{erasing.replay()} people erased again.")
