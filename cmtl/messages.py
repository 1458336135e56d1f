"""Compiling translations without gettext's tools, so that a machine with nothing but Python speaks French.

`python -m cmtl.messages` writes each `django.mo` whose `django.po` is newer.
"""

import ast
import gettext
import io
import struct
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def entries(text: str) -> dict[str, str]:
    """The catalogue's keys and values as gettext stores them: context␄id␀plural → form␀form."""
    found: dict[str, str] = {}
    for block in text.split("\n\n"):
        parts: dict[str, str] = {}
        keyword = ""
        is_fuzzy = False
        for line in block.splitlines():
            if line.startswith("#"):
                is_fuzzy |= line.startswith("#,") and "fuzzy" in line
                continue
            if not line.startswith('"'):
                keyword, _space, line = line.partition(" ")
                parts[keyword] = ""
            parts[keyword] += ast.literal_eval(line)
        strings = [value for name, value in parts.items() if name.startswith("msgstr")]
        if "msgid" not in parts or not all(strings) or (is_fuzzy and parts["msgid"]):
            continue
        key = "\x00".join(parts[name] for name in ("msgid", "msgid_plural") if name in parts)
        found["\x04".join(filter(None, [parts.get("msgctxt"), key]))] = "\x00".join(strings)
    return found


def machine_object(catalogue: dict[str, str]) -> bytes:
    """The .mo file: two tables of (length, offset), then the strings, keys in order."""
    keys = sorted(catalogue, key=str.encode)
    strings = [key.encode() for key in keys] + [catalogue[key].encode() for key in keys]
    offset, table = 28 + 8 * len(strings), b""
    for string in strings:
        table += struct.pack("<2I", len(string), offset)
        offset += len(string) + 1
    header = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, offset)
    return header + table + b"".join(string + b"\x00" for string in strings)


def compile_all(root: Path = LOCALE) -> list[Path]:
    """Write what is out of date; says what it wrote."""
    written = []
    for source in sorted(root.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        content = machine_object(entries(source.read_text(encoding="utf-8")))
        gettext.GNUTranslations(io.BytesIO(content))  # refuse to leave a file that cannot be read
        target.write_bytes(content)
        written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_all():
        print(path.relative_to(LOCALE.parent))
