import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tests import factories as make


def test_the_first_administrator_is_made_from_the_command_line(db):
    call_command("invite_admin", "Ada@exemple.quebec", "Ada", "Opératrice")
    call_command("invite_admin", "ada@exemple.quebec", "Ada", "Opératrice")

    ada = User.objects.get()
    assert (ada.email, ada.is_staff, ada.has_usable_password()) == ("ada@exemple.quebec", True, False)


def test_what_is_not_an_address_is_refused(db):
    with pytest.raises(CommandError):
        call_command("invite_admin", "ada", "Ada", "Opératrice")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("ada.operatrice@exemple.quebec", "Ada Operatrice"),
        ("jean-guy.otis@exemple.quebec", "Jean-Guy Otis"),
        ("admin@exemple.quebec", "Admin"),
    ],
)
def test_without_a_name_the_address_tells_it(db, address, name):
    call_command("invite_admin", address)

    assert User.objects.get().full_name == name


def test_somebody_known_keeps_their_name_and_a_neighbour_their_rights(db):
    ada, sam = make.a_person("Ada", "Opératrice", email="ada.o@exemple.quebec"), make.a_person("Sam")

    call_command("invite_admin", "ada.o@exemple.quebec")

    ada.refresh_from_db()
    sam.refresh_from_db()
    assert (ada.full_name, ada.is_staff, sam.is_staff) == ("Ada Opératrice", True, False)
