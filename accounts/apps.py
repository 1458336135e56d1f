from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added
        from django.db.models.signals import post_migrate

        from accounts.domain import proofs
        from cmtl import checks, rights  # noqa: F401  (checks register themselves)

        post_migrate.connect(rights.take_back, sender=self, dispatch_uid="cmtl.rights")
        authenticator_added.connect(proofs.just_proved, dispatch_uid="accounts.just_proved")
