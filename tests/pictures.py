"""`make pictures`: every kind of page of the demonstration, at a desk and on a phone, light and dark, in French and in
English, laid on one sheet to be looked at: `var/pictures/index.html`. Names of pages given as arguments draw those
alone: `python -m tests.pictures communities:detail`."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests import services

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "var" / "pictures"
WIDTHS = {"1280": {"width": 1280, "height": 800}, "390": {"width": 390, "height": 844}}
LANGUAGES = {"fr": "fr-ca", "en": "en"}
LOOKS = [(language, scheme, width) for language in LANGUAGES for scheme in ("light", "dark") for width in WIDTHS]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, site(Path(folder)) as address:
        kinds = [kind for kind in pages() if not sys.argv[1:] or kind[1] in sys.argv[1:]]
        OUT.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=services.CHROMIUM, args=services.FLAGS)
            for look in LOOKS:
                draw(browser, address, look, kinds)
            browser.close()
    (OUT / "index.html").write_text(sheet(kinds))
    print(f"{len(kinds)} kinds of pages, {len(kinds) * len(LOOKS)} pictures: {OUT / 'index.html'}")


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The demonstration, as `make run` serves it, with data of its own."""
    port = services.free_port()
    os.environ |= {"DATA_DIR": str(folder), "PORT": str(port), "DEMO": "1", "SECRET_KEY": "only to look"}
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("REDIS_URL", None)
    address = f"http://localhost:{port}"
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-m", "cmtl.serve"], cwd=ROOT, stdout=log, stderr=log)
        try:
            wait_for(f"{address}/livez")
            yield address
        finally:
            server.terminate()
            server.wait()


def wait_for(address: str, seconds: int = 180) -> None:
    for _ in range(seconds):
        try:
            urllib.request.urlopen(address)
            return
        except OSError:
            time.sleep(1)
    sys.exit("The demonstration did not start.")


def pages() -> list[tuple[str, str, str]]:
    """Who looks, what it is called, and where it is, as the demonstration has it today."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmtl.settings")
    django.setup()
    from django.urls import reverse
    from django.utils import timezone

    from communities.models import Community, Membership
    from evaluations.models import AnnualReport
    from meetings.domain.links import links, visitors
    from meetings.models import Meeting, Topic

    community = Community.objects.get(name="Constellation")
    coming = community.meetings.planned().filter(starts_at__gt=timezone.now()).earliest("starts_at")
    held = Meeting.objects.filter(community=community).exclude(closed_at=None).latest("starts_at")
    report = AnnualReport.objects.published().latest("year")
    member = Membership.objects.filter(community=community, status="active").exclude(user__email=None).first()
    topic = Topic.objects.filter(community=community).first()
    ours, of_it, after = [community.pk], [coming.pk], [held.pk]
    kinds = [
        ("animation", "evaluations:today", []),
        ("animation", "evaluations:bell", []),
        ("animation", "meetings:list", []),
        ("animation", "evaluations:across", []),
        ("animation", "communities:people", []),
        ("animation", "communities:list", []),
        ("animation", "communities:detail", ours),
        ("animation", "communities:charter", ours),
        ("animation", "communities:members", ours),
        ("animation", "communities:membership", [member.pk]),
        ("animation", "communities:import_members", ours),
        ("animation", "meetings:of_community", ours),
        ("animation", "meetings:plan", ours),
        ("animation", "meetings:topics", ours),
        ("animation", "meetings:topic", [topic.pk]),
        ("animation", "communities:outcomes", ours),
        ("animation", "communities:settings", ours),
        ("animation", "communities:policies", ours),
        ("animation", "evaluations:vitality", ours),
        ("animation", "meetings:detail", of_it),
        ("animation", "meetings:agenda", of_it),
        ("animation", "meetings:invite", of_it),
        ("animation", "meetings:replies", of_it),
        ("animation", "meetings:live", of_it),
        ("animation", "meetings:screen", of_it),
        ("animation", "meetings:follow_up", after),
        ("animation", "evaluations:survey", after),
        ("animation", "evaluations:improvements", ours),
        ("animation", "evaluations:improvement", [community.improvements.get(state="accepted").pk]),
        ("animation", "accounts:settings", []),
        ("coordination", "evaluations:today", []),
        ("coordination", "evaluations:across", []),
        ("coordination", "communities:create", []),
        ("coordination", "evaluations:report", [report.community_id, report.year]),
        ("membre", "evaluations:today", []),
        ("vie-privee", "evaluations:today", []),
        ("vie-privee", "communities:privacy_desk", []),
        ("", "account_login", []),
        ("", "privacy", []),
        ("", "meetings:enter_code", []),
        ("", "meetings:phone", [links.guest_token(coming, member)]),
        ("", "evaluations:ballot", [links.guest_token(held, member)]),
        ("", "meetings:space", [visitors.visitor_token(member.user)]),
        ("", "meetings:space_choices", [visitors.visitor_token(member.user), member.pk]),
    ]
    return [(who, name, reverse(name, args=arguments)) for who, name, arguments in kinds]


def draw(browser: Browser, address: str, look: tuple[str, str, str], kinds: list[tuple[str, str, str]]) -> None:
    language, scheme, width = look
    for who in dict.fromkeys(who for who, _name, _path in kinds):
        context = browser.new_context(
            viewport=WIDTHS[width], color_scheme=scheme, locale=LANGUAGES[language], base_url=address
        )
        page = context.new_page()
        if who:
            page.goto(f"/demo/{who}/")
        else:
            page.goto("/compte/login/")
        page.locator(f"button[name=language][value={LANGUAGES[language]}]").evaluate_all("all => all[0]?.click()")
        page.wait_for_load_state()
        for reader, name, path in kinds:
            if reader == who:
                response = page.goto(path)
                page.wait_for_timeout(300)
                if response and response.status >= 400:
                    print(f"{response.status} for {name} as {who or 'nobody'}")
                page.screenshot(path=OUT / file_name(who, name, look), full_page=True)
        context.close()


def file_name(who: str, name: str, look: tuple[str, str, str]) -> str:
    return "-".join([name.replace(":", "-"), who or "personne", *look]) + ".png"


def sheet(kinds: list[tuple[str, str, str]]) -> str:
    rows = []
    for who, name, _path in kinds:
        drawn = "".join(
            f'<a href="{file_name(who, name, look)}"><img loading="lazy" src="{file_name(who, name, look)}"'
            f' alt="{escape(" ".join(look))}" style="width:{400 if look[2] == "1280" else 140}px"></a>'
            for look in LOOKS
        )
        rows.append(f"<h2>{escape(name)} · {who or 'personne'}</h2><div>{drawn}</div>")
    style = "body{font-family:sans-serif} div{display:flex;gap:8px;align-items:start} img{border:1px solid #999}"
    return f"<!DOCTYPE html><meta charset=utf-8><title>Pictures</title><style>{style}</style>{''.join(rows)}"


if __name__ == "__main__":
    main()
