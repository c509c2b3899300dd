"""Templates as an owner writes them into the Vault."""

from functools import partial
from pathlib import Path

import pytest

from blocks.settings import settings
from tasks.vault.template import POST_TEMPLATES
from tasks.vault.vault import init_vault
from tasks.vault.wording import TemplateError, UnknownTemplateError, render, template_names

render_post = partial(render, POST_TEMPLATES)
VALUES = {"text": "We open on Saturday.", "business": "Harbour Bakery", "link": None, "count": 3}


@pytest.fixture(autouse=True)
def vault() -> Path:
    init_vault(settings().vault_path)
    return settings().vault_path


def write(vault: Path, body: str, front: str = "hashtags: [garden]") -> None:
    (vault / "Templates" / "Posts" / "mine.md").write_text(f"---\n{front}\n---\n{body}", encoding="utf-8")


def test_every_template_that_comes_with_the_vault_can_be_rendered() -> None:
    assert template_names(POST_TEMPLATES) == ["announcement", "reply", "tip", "topic", "weekly_update"]
    for name in ("announcement", "reply", "tip", "topic"):
        assert "We open on Saturday." in render_post(name, VALUES).text


def test_a_line_that_misses_something_is_left_out_with_its_gap(vault: Path) -> None:
    write(vault, "First.\n\nAll about it: {{ link }}\n\n{{ count }} left.\n")
    made = render_post("mine", VALUES)
    assert (made.text, made.front["hashtags"]) == ("First.\n\n3 left.", ["garden"])


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("Hello\n{% if text %}\nno end", 5, "endif"),
        ("Hello\n\n{{ txt }}\n", 6, "'txt' is not among those given (business, count, link, text)"),
        ("{{ text.__class__.__mro__ }}", 4, "unsafe"),
        ("{{ text.format(text) }}", 4, "cannot call"),
        ("a\n{{ text * 9999999 }}", 5, "compute"),
        ("{{ count + text }}", 4, "unsupported"),
        ("{% include 'Company_Handbook.md' %}", 4, "loader"),
        (
            "{% for a in text %}{% for b in text %}{% for c in text %}"
            + "x" * 99
            + "{% endfor %}{% endfor %}{% endfor %}",
            None,
            "100,000",
        ),
        ("{{ link }}", None, "empty text"),
    ],
)
def test_a_broken_template_is_named_with_its_line(
    vault: Path, body: str, line: int | None, said: str
) -> None:
    write(vault, body)
    with pytest.raises(TemplateError) as caught:
        render_post("mine", VALUES)
    assert caught.value.line == line
    assert said in str(caught.value)
    assert str(caught.value).startswith("Templates/Posts/mine.md")


def test_what_is_put_in_is_no_template_itself(vault: Path) -> None:
    write(vault, "{{ text }}")
    assert (
        render_post("mine", {"text": "{{ business }} <b> & {% if %}"}).text == "{{ business }} <b> & {% if %}"
    )


def test_a_template_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(UnknownTemplateError, match=r"nothing\.md; there are announcement, reply"):
        render_post("nothing", {})
