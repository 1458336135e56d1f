"""What the pages of a community share."""

from django.shortcuts import render


def page(request, template, community, tab, *, status=200, **context):
    """A page of one community, under its name and tabs."""
    return render(request, f"communities/{template}", {"community": community, "tab": tab, **context}, status=status)


def whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
