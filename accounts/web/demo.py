"""The demonstration's doors: a link that signs in as one of four invented people."""

from django.conf import settings
from django.contrib.auth import login

from accounts.models import User

PEOPLE = {
    "animation": "sandrine.beaulieu@exemple.quebec",
    "coordination": "philippe.marchand@exemple.quebec",
    "membre": "nadia.amrani@exemple.quebec",
    "vie-privee": "mireille.lavoie@exemple.quebec",
}


def person(who: str) -> User | None:
    return User.objects.filter(email=PEOPLE.get(who)).first()


def sign_in(request, user: User) -> None:
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
