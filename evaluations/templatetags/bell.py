"""What the bell remembers, for the header and the rail of every page."""

from django import template

from evaluations.web.today import bell

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting(context) -> bell.Waiting | None:
    """None when it is to be asked for again."""
    return bell.remembered(context["request"])
