"""`manage.py invite_admin`: the first administrator, who can then list the others."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts.models import User


class Command(BaseCommand):
    help = "List a person as administrator of the platform. They sign in with a code received by mail."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")

    def handle(self, email, first_name, last_name, **options):
        try:
            validate_email(email)
        except ValidationError as refusal:
            raise CommandError(f"« {email} »: {refusal.messages[0]}") from refusal
        user = User.objects.by_email(email)
        if user is None:
            name = first_name or email.partition("@")[0].partition(".")[0].capitalize()
            user = User.objects.create_user(email, first_name=name, last_name=last_name)
        User.objects.filter(pk=user.pk).update(is_staff=True, is_active=True)
        self.stdout.write(f"{user} administers the platform. Sign in at {settings.SITE_URL}/ with {user.email}.")
