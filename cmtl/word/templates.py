"""The Word document that an organisation gives so that ours look like its own: what may be one."""

import io

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.package import OpcPackage

from cmtl import archives

MAX_BYTES = 1_000_000
MAX_UNPACKED = 20_000_000  # bytes: a small file cannot unfold into a huge one
MAX_PARTS = 500
STYLES = ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "List Bullet", "List Number")


def refuse(content: bytes) -> None:
    """Raises ValidationError, with a sentence for whoever sent it, where Word documents cannot be made from it.

    Each document that is made carries it to whoever opens them: nothing in it may run, or be fetched from elsewhere.
    """
    if len(content) > MAX_BYTES:
        raise ValidationError(_("This document is too heavy: 1 MB at most. Lighter pictures often suffice."))
    _refuse_archive(content)
    try:
        document = Document(io.BytesIO(content))
        styles = {style.name for style in document.styles}
    except Exception as broken:  # broken XML, a missing part: the library raises whatever it meets
        raise ValidationError(_not_word()) from broken
    if any(_fetches(part) for part in document.part.package.iter_parts()) or _fetches(document.part.package):
        raise ValidationError(_("This document fetches a part of itself from elsewhere. Save a copy without links."))
    if missing := [name for name in STYLES if name not in styles]:
        raise ValidationError(
            _("These styles are missing: %(styles)s. Use each once in Word, then save it again.")
            % {"styles": ", ".join(missing)}
        )


def _refuse_archive(content: bytes) -> None:
    try:
        names = archives.names_in(content, most_parts=MAX_PARTS, most_unpacked=MAX_UNPACKED)
    except archives.Swollen as error:
        said = _("This document unfolds into too much: save it again from Word, with fewer pictures.")
        raise ValidationError(said) from error
    except (archives.Damaged, archives.Locked) as error:
        raise ValidationError(_not_word()) from error
    if archives.holds_macros(names) or any(
        "/embeddings/" in name.lower() or "/activex/" in name.lower() for name in names
    ):
        raise ValidationError(_("This document holds macros or embedded objects: save a copy without them."))


def _fetches(part: OpcPackage) -> bool:
    """Whether it points out of the document but by an ordinary link."""
    return any(r.is_external and r.reltype != RELATIONSHIP_TYPE.HYPERLINK for r in part.rels.values())


def _not_word() -> str:
    return _("This is not a Word document that can be read here. Save it as « .docx ».")
