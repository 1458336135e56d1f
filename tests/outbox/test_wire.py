"""The bytes that leave, read back by Python's own parser."""

import email
import email.policy

import pytest

from outbox.wire import Letter

HARD = [
    "",
    "Une ligne",
    "accents éèàç œ et « guillemets » 😀",
    ".point au début\n..deux\nFrom la ligne\n",
    "espaces à la fin   \t \nsuite",
    "x" * 3000,
    "é" * 500 + "\n" + "=3D=" * 40,
    "fin de ligne Windows\r\nsuite\r\n",
]


def read(letter: Letter):
    return email.message_from_bytes(letter.message().as_bytes(), policy=email.policy.default)


@pytest.mark.parametrize("text", HARD)
def test_any_text_comes_back_as_it_was(text):
    letter = Letter("Objet", text, to=["nadia@exemple.quebec"])
    letter.attach_alternative(f"<p>{text}</p>", "text/html")

    mail = read(letter)

    body = mail.get_body(("plain",)).get_content()
    assert body.replace("\r\n", "\n").rstrip("\n") == text.replace("\r\n", "\n").rstrip("\n")
    assert f"<p>{text}</p>".replace("\r\n", "\n") in mail.get_body(("html",)).get_content().replace("\r\n", "\n")
    assert max(map(len, letter.message().as_bytes().split(b"\r\n"))) <= 78
    assert b"\n" not in letter.message().as_bytes().replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "subject",
    ["Court", "Rencontre du 24 : rejoindre les pères isolés", "é" * 240, "😀" * 60, "a" * 200, "=?utf-8?q?x?="],
)
def test_any_subject_comes_back_as_it_was(subject):
    assert read(Letter(subject, "x", to=["a@exemple.quebec"]))["subject"] == subject


def test_names_and_accented_domains_are_written_as_the_standards_ask():
    letter = Letter("x", "x", "Communautés de pratique <ne-pas-repondre@exemple.quebec>", ["nadia@québec.example"])

    mail = read(letter)

    assert mail["from"] == "Communautés de pratique <ne-pas-repondre@exemple.quebec>"
    assert letter.sender == "ne-pas-repondre@exemple.quebec"
    assert letter.recipient == "nadia@xn--qubec-csa.example"


@pytest.mark.parametrize("bad", ["a\nBcc: b@exemple.quebec", "a\rb", "a\x00b"])
def test_a_header_never_breaks_its_line(bad):
    with pytest.raises(ValueError, match="control character"):
        Letter(bad, "x", to=["a@exemple.quebec"]).message()
    with pytest.raises(ValueError, match="."):
        Letter("x", "x", to=[bad]).message()
