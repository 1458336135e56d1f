"""An archive that somebody sent (a workbook, a Word document), looked into before anything of it is unpacked."""

import io
import zipfile

READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the other methods unpack without a bound


class Damaged(ValueError):
    """No archive, or one that Python would not read within bounds."""


class Swollen(ValueError):
    """It would unpack into more than it may, or says the same name twice."""


class Locked(ValueError):
    """A password keeps it."""


def names_in(content: bytes, *, most_parts: int, most_unpacked: int) -> set[str]:
    """The names of its parts; `most_unpacked` is in bytes. Raises Damaged, Locked or Swollen."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Damaged from error
    names = {part.filename for part in parts}
    if any(part.flag_bits & 0x1 for part in parts):
        raise Locked
    if len(parts) > most_parts or len(names) < len(parts) or sum(part.file_size for part in parts) > most_unpacked:
        raise Swollen
    if any(part.compress_type not in READABLE for part in parts):
        raise Damaged
    return names


def holds_macros(names: set[str]) -> bool:
    return any(name.lower().endswith("vbaproject.bin") for name in names)
