"""Lists of members as people really have them: columns recognised, and what each line will do.

Reading keeps the cells. What each line will do is worked out against the community as it is when asked: for the
preview, and again when the list is written (`communities.domain.member_import.import_apply`).
"""

from communities.domain.member_import.importing.examining import (
    CORRECT,
    EDITABLE,
    LABELS,
    TICKED,
    Line,
    Listed,
    RowOutcome,
    as_shown,
    counted,
    examine,
    is_address,
    showing,
)
from communities.domain.member_import.importing.reading import CELLS, COLUMN_NAMES, Reading, interpret, read_member_file

__all__ = [
    "CELLS",
    "COLUMN_NAMES",
    "CORRECT",
    "EDITABLE",
    "RowOutcome",
    "LABELS",
    "Line",
    "Listed",
    "Reading",
    "TICKED",
    "as_shown",
    "counted",
    "examine",
    "interpret",
    "is_address",
    "read_member_file",
    "showing",
]
