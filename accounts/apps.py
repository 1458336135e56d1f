from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        from accounts import proofs
        from cmtl import checks  # noqa: F401  (registers itself)

        authenticator_added.connect(proofs.just_proved, dispatch_uid="accounts.just_proved")
