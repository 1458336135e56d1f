"""The first person of a new installation: `manage.py invite_admin ada@exemple.quebec Ada Opératrice`."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts.models import User


class Command(BaseCommand):
    help = "Make a platform administrator of the person with this address; they then sign in by code."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("first_name")
        parser.add_argument("last_name")
        parser.add_argument("--language", choices=User.Language.values, default=User.Language.FRENCH)

    def handle(self, *, email, first_name, last_name, language, **options):
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an address.") from error
        user = User.objects.by_email(email)
        if user is None:
            user = User(email=email, first_name=first_name, last_name=last_name, language=language)
            user.set_unusable_password()
        user.is_staff = user.is_active = True
        user.save()
        self.stdout.write(f"{user.full_name} administers the platform and signs in by code with {user.email}.")
