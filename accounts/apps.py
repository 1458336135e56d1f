from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from cmtl import checks  # noqa: F401  (registers itself)
