"""The addresses of the site, whose refusals have no page: half of the time of a refusal is the page that says it, and
tests that ask thousands of them ask only which it is. The pages themselves are read in test_errors and test_pages."""

from django.http import HttpResponse

from cmtl.urls import urlpatterns  # noqa: F401


def handler403(request, exception):
    return HttpResponse(status=403)


def handler404(request, exception):
    return HttpResponse(status=404)
