"""A report written a chapter at a time: which words belong to which chapter, and what each still waits for."""

from collections.abc import Collection

from cmtl import editing
from communities.models import Community
from evaluations.domain import influences
from evaluations.domain.reports import publishing
from evaluations.domain.reports.sections import CHAPTERS
from evaluations.models import AnnualReport

KEYS = tuple(key for key, _title, _sections in CHAPTERS)
FIRST = KEYS[0]
WORDS = {
    "page": ("highlights",),
    "objectives": ("context",),
    "participation": (),
    "answers": (),
    "outcomes": ("outcomes",),
    "next": ("next_year", "study", "study_url"),
}
RATED, QUOTED, INFLUENCED, AGREED = "objectives", "outcomes", "next", "answers"  # the chapter of each other thing
EXPECTED = ("highlights", "context", "outcomes", "next_year")  # words that a whole report has


def seen(community: Community, draft: AnnualReport, chapter: str) -> str:
    """What a page shows of one chapter, as it is saved: colleagues may write in the others meanwhile."""
    words = {word: getattr(draft, word) for word in (*WORDS[chapter], "correction")}
    return shown(
        words,
        publishing.ratings_of(community, draft.year) if chapter == RATED else {},
        draft.quoted if chapter == QUOTED else (),
        influences.taken(community, draft.year) if chapter == INFLUENCED else (),
    )


def shown(
    words: dict[str, str], ratings: publishing.Ratings, quoted: Collection[int] = (), told: Collection[int] = ()
) -> str:
    """The same of what is saved and of what is typed: neither the ends of lines nor what was not rated count."""
    typed = sorted((name, text.strip().splitlines()) for name, text in words.items() if text.strip())
    rated = sorted((pk, level, comment.strip().splitlines()) for pk, (level, comment) in ratings.items())
    rated = [one for one in rated if any(one[1:])]
    return editing.fingerprint([typed, rated, sorted(quoted), sorted(told)])


def write_chapter(
    community: Community,
    year: int,
    chapter: str,
    read: tuple[int, int, str],
    words: dict,
    ratings: publishing.Ratings,
    told: Collection[int] | None,
) -> bool:
    """As `publishing.write_report`, over the version, the edit and the chapter that the page showed. What a colleague
    wrote in another chapter is no conflict: this one is saved over it."""
    version, edit_version, as_shown = read
    for _attempt in range(publishing.TRIES):
        now = publishing.draft(community, year)
        is_same = now.version == version and seen(community, now, chapter) == as_shown
        edit = now.edit_version if is_same else edit_version
        if publishing.write_report(community, year, version, edit, words, ratings, told):
            return True
        if not is_same:
            return False
    return False


def waiting(draft: AnnualReport, chapter: str, unrated: int) -> bool:
    """Whether whoever writes still has something to do in it."""
    unwritten = any(word in EXPECTED and not getattr(draft, word).strip() for word in WORDS[chapter])
    return unwritten or bool(chapter == RATED and unrated)


def neighbour(chapter: str, step: int) -> str:
    """The chapter before or after; empty at either end."""
    place = KEYS.index(chapter) + step
    return KEYS[place] if 0 <= place < len(KEYS) else ""
