"""The first person of a new installation: `manage.py invite_admin ada.operatrice@exemple.quebec`."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts.models import User


class Command(BaseCommand):
    help = "Make a platform administrator of the person with this address; they then sign in by code."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("first_name", nargs="?", help="read in the address when it is not given")
        parser.add_argument("last_name", nargs="?")
        parser.add_argument("--language", choices=User.Language.values, default=User.Language.FRENCH)

    def handle(self, *, email, first_name, last_name, language, **options):
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an address.") from error
        user = User.objects.by_email(email)
        if user is None:
            first, last = name_in(email)
            names = {"first_name": first_name or first, "last_name": last_name or ("" if first_name else last)}
            user = User(email=email, language=language, **names)
            user.set_unusable_password()
        user.is_staff = user.is_active = True
        user.save()
        self.stdout.write(f"{user.full_name} administers the platform and signs in by code with {user.email}.")


def name_in(email: str) -> tuple[str, str]:
    """« Jean-Guy Otis » of jean-guy.otis@example.org; the person can correct it."""
    first, _dot, last = email.partition("@")[0].title().partition(".")
    return first, last.replace(".", " ")
