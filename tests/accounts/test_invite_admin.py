import pytest
from django.core.management import CommandError, call_command

from accounts.models import User


def test_the_first_administrator_is_made_from_the_command_line(db):
    call_command("invite_admin", "Ada@exemple.quebec", "Ada", "Opératrice")
    call_command("invite_admin", "ada@exemple.quebec", "Ada", "Opératrice")

    ada = User.objects.get()
    assert (ada.email, ada.is_staff, ada.has_usable_password()) == ("ada@exemple.quebec", True, False)


def test_what_is_not_an_address_is_refused(db):
    with pytest.raises(CommandError):
        call_command("invite_admin", "ada", "Ada", "Opératrice")
