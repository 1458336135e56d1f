"""Words and shares, counted: pure."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any


def given_to(code: str, answers: Iterable[dict[str, Any]]) -> list[Any]:
    """What was answered to a question, without those who skipped it."""
    return [a[code] for a in answers if a.get(code) not in (None, "", [])]


def percent(part: int, whole: int) -> int:
    """Halves go up, as people round."""
    return int(100 * part / whole + 0.5) if whole else 0


def comments(code: str, answers: Sequence[dict[str, Any]], threshold: int) -> list[str]:
    """The words given to a text question, detached from everything, in an order that only the words decide."""
    if len(answers) < threshold:
        return []
    return sorted((text.strip() for text in given_to(code, answers) if text.strip()), key=digest)


def digest(text: str) -> str:
    """A name for a comment that tells nothing of when or by whom."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def all_above(wishes: Iterable[str], threshold: int, key) -> list[str]:
    """What at least `threshold` people wished, in nearly the same words; most wished first."""
    said: dict[str, list[str]] = {}
    for wish in wishes:
        if wish.strip():
            said.setdefault(key(wish), []).append(wish.strip())
    enough = sorted((words for words in said.values() if len(words) >= threshold), key=len, reverse=True)
    return [words[0] for words in enough]
