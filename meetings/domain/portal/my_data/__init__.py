"""What is held about one person, said section by section: why, for how long; and all of it as a file to take away.

Evaluations are not here: an anonymous answer belongs to nobody any more, and cannot be found again.
"""

import io
import json
import zipfile
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone

from accounts.models import User
from cmtl.tables import write_csv
from meetings.domain.portal.my_data import agreements, at_meetings, in_communities, looked_at, person
from meetings.domain.portal.my_data.section import Section, SectionRows

SECTIONS = [
    *person.SECTIONS,
    *at_meetings.SECTIONS,
    *in_communities.SECTIONS,
    *agreements.SECTIONS,
    *looked_at.SECTIONS,
]


def also(section: Section) -> None:
    """What an app above holds of people."""
    SECTIONS.append(section)


def held_about(user: User, *, for_another: bool = False) -> list[SectionRows]:
    """Every section, the empty ones too: that nothing is held is an answer. Somebody who serves them (`for_another`)
    reads less than they do."""
    told = [section for section in SECTIONS if not (for_another and section.is_for_them_alone)]
    return [SectionRows(section, [list(row) for row in section.read(user)]) for section in told]


def archive(user: User, *, for_another: bool = False) -> bytes:
    """A ZIP with everything as JSON, for machines, and one CSV a section, for people."""
    out, held = io.BytesIO(), held_about(user, for_another=for_another)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        everything = {h.section.name: [dict(zip(h.section.columns, row, strict=True)) for row in h.rows] for h in held}
        whole = {"exported_at": timezone.now(), **everything}
        kept.writestr("donnees.json", json.dumps(whole, ensure_ascii=False, indent=1, default=_as_text))
        for h in held:
            kept.writestr(f"{h.section.name}.csv", _csv(h))
    return out.getvalue()


def _csv(held: SectionRows) -> bytes:
    out = io.StringIO()
    write_csv(out, held.section.columns.values(), ([_word(cell) for cell in row] for row in held.rows))
    return out.getvalue().encode()


def _word(cell: Any) -> str:
    return str(cell.label) if isinstance(cell, TextChoices) else _as_text(cell)


def _as_text(cell: Any) -> str:
    return "" if cell is None else cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
