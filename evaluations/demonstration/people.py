"""Invented people: names as one hears them in Québec today, and addresses that lead nowhere."""

import random
import tomllib
from pathlib import Path

from django.contrib.auth.hashers import make_password

from accounts.models import User, normalised

NAMES = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
FIRST_NAMES, LAST_NAMES = NAMES["first"].split(), NAMES["last"].split()


class Crowd:
    """Makes each person once; `add_all` writes them together."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.by_name: dict[str, User] = {}

    def named(self, full_name: str) -> User:
        """That person, invented now if nobody spoke of them before."""
        if full_name not in self.by_name:
            first, _space, last = full_name.partition(" ")
            self.by_name[full_name] = User(
                first_name=first,
                last_name=last,
                email=f"{slug(first)}.{slug(last)}@exemple.quebec",
                sort_key=normalised(f"{last} {first}"),
                password=make_password(None),
            )
        return self.by_name[full_name]

    def someone(self) -> User:
        """A name nobody has yet."""
        while (name := f"{self.rng.choice(FIRST_NAMES)} {self.rng.choice(LAST_NAMES)}") in self.by_name:
            pass
        user = self.named(name)
        if self.rng.random() < 0.05:
            user.language = User.Language.ENGLISH
        return user

    def at_the_door(self, user: User) -> User:
        """The same person, as a name was typed at the door: in small letters, without an address."""
        typed = self.named(f"{user.first_name.lower()} {user.last_name.lower()}")
        typed.email = None
        return typed

    def add_all(self) -> None:
        User.objects.bulk_create(user for user in self.by_name.values() if user.pk is None)


def slug(name: str) -> str:
    return normalised(name).replace(" ", "-").replace("'", "")
