"""The attacks. Each takes what an attacker holds and says, for each person, which answer is theirs; the same function
is given what our site leaves behind and what a naive storage does.

The attacker knows who answered, and in which order (they sat in the room), and has read all answers, which are of no
name: each person wrote a word of their own, their mark. Who wrote which is what is guessed, so that a guess is right
once in as many times as there are people. Where nothing is found the attacker guesses all the same.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Guess = dict[int, str]
UUID = re.compile(r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b")


@dataclass
class Case:
    """What the attacker knows of one survey. `truth` is for the score alone."""

    survey: int
    people: list[int]  # in the order in which they answered
    truth: Guess
    keys: dict[int, set[str]]  # what stands for each person in a log: their link, their name, their number…
    asked_more: list[int]
    more: str  # the code of what they alone are asked
    chosen: list[int]  # whose votes have a dump before and one after
    seed: int

    def __post_init__(self) -> None:
        self.marks = sorted(self.truth.values())
        self.mark = re.compile("|".join(self.marks))
        self.random = random.Random(self.seed)

    def marks_in(self, texts: Iterable[str]) -> list[str]:
        """Each once, in the order in which they are first met."""
        return list(dict.fromkeys(mark for text in texts for mark in self.mark.findall(text)))

    def right(self, guess: Guess) -> int:
        return sum(self.truth[person] == mark for person, mark in guess.items())

    def at_random(self, people: Sequence[int], marks: Iterable[str] = ()) -> Guess:
        left = list(marks) or list(self.marks)
        self.random.shuffle(left)
        return dict(zip(people, left, strict=False))

    def paired(self, people: Sequence[int], marks: Sequence[str]) -> Guess:
        """The first with the first, and so on; what was not found is guessed."""
        guess = dict(zip(people, marks, strict=False))
        others = [mark for mark in self.marks if mark not in marks]
        return guess | self.at_random(people[len(marks) :], others) if others else guess


# ---------------------------------------------------------------- rows as they lie

Rows = list[tuple]  # of one table, in some order


def in_order(case: Case, tables: Iterable[Rows], people: Sequence[int]) -> list[Guess]:
    """Answers lie in the order of the people, in each table that has them."""
    found = [case.marks_in(str(row) for row in rows) for rows in tables]
    return [case.paired(people, marks) for marks in found if marks] or [case.at_random(people)]


def by_transaction(case: Case, tables: Iterable[Rows]) -> list[Guess]:
    """The number of the transaction that wrote an answer says when; those of one transaction are in no order."""
    found = []
    for rows in tables:
        mixed = list(rows)
        case.random.shuffle(mixed)
        found.append(sorted(mixed, key=lambda row: row[0]))
    return in_order(case, found, case.people)


def by_shape(case: Case, tables: Iterable[Rows]) -> list[Guess]:
    """Some alone were asked one question more: the answers that lie in one row with it, or next to it, are theirs."""
    guesses = []
    for rows in tables:
        texts = [str(row) for row in rows]
        if not case.marks_in(texts):
            continue
        together = case.marks_in(text for text in texts if case.more in text and len(case.mark.findall(text)) == 1)
        beside = case.marks_in(_next_answer(case, texts, at) for at, text in enumerate(texts) if case.more in text)
        theirs = (together or beside)[: len(case.asked_more)]
        guesses.append(case.at_random(case.asked_more, theirs) if theirs else case.at_random(case.asked_more))
    return guesses or [case.at_random(case.asked_more)]


def _next_answer(case: Case, texts: list[str], at: int) -> str:
    return next((text for text in texts[at + 1 :] if case.mark.search(text)), "")


def by_requests(case: Case, asked: Rows, tables: Iterable[Rows]) -> list[Guess]:
    """Some asked for a conversation, by name, as soon as they had answered: the last answer that was written before a
    request is theirs. `asked` is (transaction, person)."""
    guesses = []
    for rows in tables:
        written = [(row[0], marks[0]) for row in rows if (marks := case.marks_in([str(row[1:])]))]
        if written:
            guesses.append({person: case.random.choice(_last_before(number, written)) for number, person in asked})
    return guesses or [case.at_random([person for _number, person in asked])]


def _last_before(number: int, written: list[tuple[int, str]]) -> list[str]:
    """All of them, where one transaction wrote several."""
    first = min(other for other, _mark in written)
    last = max((other for other, _mark in written if other < number), default=first)
    return [mark for other, mark in written if other == last]


# ---------------------------------------------------------------- the log of changes


def by_changes(case: Case, transactions: list[list[str]]) -> list[Guess]:
    """Answers appear in the log of changes in the order of the people."""
    return in_order(case, [[(line,) for lines in transactions for line in lines]], case.people)


def by_sealed_ids(case: Case, transactions: list[list[str]]) -> list[Guess]:
    """Each vote wrote ids. Sorted by them, votes are in the order of the answers that closing wrote."""
    closing = [n for n, lines in enumerate(transactions) if case.marks_in(lines)]
    if not closing:
        return [case.at_random(case.people)]
    seen: set[str] = set()
    votes = []
    for lines in transactions[: closing[0]]:
        new = [one for one in dict.fromkeys(UUID.findall("\n".join(lines))) if one not in seen]
        seen.update(new)
        if new:
            votes.append(new)
    marks = case.marks_in(line for lines in transactions[closing[0] :] for line in lines)
    votes = votes[-len(case.people) :]  # before them, the opening
    assert len(votes) == len(case.people), "the log of changes does not show every vote"
    kinds = range(min(len(new) for new in votes))
    return [case.paired(_sorted_by([new[kind] for new in votes], case.people), marks) for kind in kinds]


def _sorted_by(ids: list[str], people: list[int]) -> list[int]:
    return [person for _id, person in sorted(zip((one.replace("-", "") for one in ids), people, strict=True))]


# ---------------------------------------------------------------- dumps


def by_dumps(case: Case, pairs: dict[int, tuple[str, str]], last: str) -> list[Guess]:
    """What is in the dump after a vote and not in the one before is this vote; else its id says its place."""
    guesses = []
    for person, (before, after) in pairs.items():
        known = set(before.splitlines())
        new = [line for line in after.splitlines() if line not in known]
        if answers := case.marks_in(new):
            guesses.append({person: answers[0]})
            continue
        order = case.marks_in(last.splitlines())
        old = set(UUID.findall(before))
        ids = [one for one in dict.fromkeys(UUID.findall("\n".join(new))) if one not in old]
        guesses += [{person: order[_place(one, len(order))]} for one in ids if order]
        if not (ids and order):
            guesses.append(case.at_random([person]))
    return guesses


def _place(one: str, n: int) -> int:
    return int(one.replace("-", ""), 16) * n >> 128


# ---------------------------------------------------------------- logs


def by_logs(case: Case, logs: dict[str, list[str]]) -> list[Guess]:
    """A person's key and an answer in one line, or in neighbouring ones; else answers in the order of the people."""
    whose = {key: person for person, keys in case.keys.items() for key in keys}
    key = re.compile("|".join(re.escape(one) for one in sorted(whose, key=len, reverse=True)))
    guess: Guess = {}
    met: list[str] = []
    for lines in logs.values():
        last = None
        for line in lines:
            named = key.search(line)
            last = whose[named[0]] if named else last
            for mark in case.mark.findall(line):
                met.append(mark)
                if last is not None:
                    guess.setdefault(last, mark)
    others = [person for person in case.people if person not in guess]
    left = [mark for mark in dict.fromkeys(met) if mark not in guess.values()]
    return [guess | case.paired(others, left)]
