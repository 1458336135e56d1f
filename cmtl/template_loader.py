"""Templates are read without the indentation that their source has for us: a list of hundreds weighs what it says."""

import re

from django.template import Origin
from django.template.loaders import filesystem

INDENTATION = re.compile(r"\n[ \t]+")


class Loader(filesystem.Loader):
    def get_contents(self, origin: Origin) -> str:
        """Mails keep their lines as they are: their plain text is laid out by hand."""
        contents = super().get_contents(origin)
        is_mail = "/emails/" in origin.name or origin.name.endswith(".txt")
        return contents if is_mail else INDENTATION.sub("\n", contents)
