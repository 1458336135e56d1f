"""A sheet or a script that asks for others is served as one file: a page loads few of them.

`@import "x.css";` in a sheet and `//= require x.js` in a script are replaced by the file named, which stands beside it.
"""

import os
import re
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

ASKS = re.compile(r'^(?:@import "([\w-]+\.css)";|//= require ([\w./-]+\.js))$', re.M)


def whole(path: Path) -> str:
    return ASKS.sub(lambda asked: whole(path.parent / (asked[1] or asked[2])), path.read_text())


class OneFileFinder(FileSystemFinder):
    """Finds our own static files, and those that ask for others already made whole."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.made_whole = FileSystemStorage(settings.DATA_DIR / "whole")

    def find(self, path, find_all=False):
        found = super().find(path, find_all=find_all)
        if isinstance(found, list):
            return [self._served(path, one) for one in found]
        return found and self._served(path, found)

    def list(self, ignore_patterns):
        for path, storage in super().list(ignore_patterns):
            source = storage.path(path)
            yield path, (storage if self._served(path, source) == source else self.made_whole)

    def _served(self, path: str, source: str) -> str:
        if not path.endswith((".css", ".js")) or not ASKS.search(Path(source).read_text()):
            return source
        served, content = Path(self.made_whole.path(path)), whole(Path(source))
        if not served.exists() or served.read_text() != content:
            served.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("w", dir=served.parent, delete=False) as written:
                written.write(content)
            os.replace(written.name, served)  # nobody reads half of it
        return str(served)
