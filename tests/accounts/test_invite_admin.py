"""The first administrator comes by a command, since nobody is there yet to list them."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User


def test_a_new_person_is_listed_as_administrator(db, capsys):
    call_command("invite_admin", "Ada.Roy@exemple.quebec")

    ada = User.objects.get()
    assert (ada.email, ada.first_name, ada.is_staff) == ("ada.roy@exemple.quebec", "Ada", True)
    assert not ada.has_usable_password()
    assert "ada.roy@exemple.quebec" in capsys.readouterr().out


def test_someone_known_keeps_their_name(nadia):
    call_command("invite_admin", nadia.email.upper())

    nadia.refresh_from_db()
    assert nadia.is_staff
    assert nadia.full_name == "Nadia Amrani"
    assert User.objects.count() == 1


def test_what_is_no_address_is_refused(db):
    with pytest.raises(CommandError, match="ada"):
        call_command("invite_admin", "ada")

    assert not User.objects.exists()
