"""Who lives in the demo city: names as people of an age are called, and phones that nobody has."""

from dataclasses import dataclass
from random import Random
from typing import Literal

from portal.cli.demo_city.files import toml

Age = Literal["elder", "middle", "young"]
# Mobile prefixes that no operator has been given: well formed, and ringing nowhere.
PREFIXES = ("154", "164", "169")


@dataclass(frozen=True)
class Person:
    """A made-up person; `phone` is eleven digits."""

    name: str
    phone: str


def person(rng: Random, age: Age | None = None) -> Person:
    """Somebody of this age, of any age where none is said."""
    ages: list[Age] = ["elder", "middle", "middle", "young"] if age is None else [age]
    return Person(name=_name(rng, rng.choice(ages)), phone=phone(rng))


def staff_name(rng: Random) -> str:
    """The name of somebody who works in a shop."""
    return _name(rng, "middle" if rng.random() < 0.5 else "young")


def phone(rng: Random) -> str:
    """A mobile number of no operator; those of the named demo people (…0000…) are never drawn."""
    return rng.choice(PREFIXES) + str(rng.randint(1, 9)) + f"{rng.randrange(10**7):07d}"


def _name(rng: Random, age: Age) -> str:
    names = toml("names.toml")
    # The first surnames of the list are the frequent ones.
    surnames: str = names["surnames"]
    place = min(int(rng.expovariate(1 / 28)), len(surnames) - 1)
    given: str = rng.choice(names[age])
    return surnames[place] + given
