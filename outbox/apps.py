from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        from accounts import erasing
        from outbox import erasing as ours

        erasing.also(ours.sweep)
