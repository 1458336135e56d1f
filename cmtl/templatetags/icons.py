"""`{% lucide %}`, each icon drawn once: the library's own tag walks and writes its XML again on every use."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import _render_icon

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=512)
def lucide(name: str, *, size: int = 24, **attributes: str) -> SafeString:
    """Attributes are constants of templates, never what someone typed: few enough to keep all."""
    return SafeString(_render_icon(name, size, **attributes))
