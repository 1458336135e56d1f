from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        from accounts.domain import erasing
        from outbox.domain import erasing as ours

        erasing.also(ours.sweep)
