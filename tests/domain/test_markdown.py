"""Foreign text in Markdown, and out of it again."""

from hypothesis import example, given
from hypothesis import strategies as st

from domain.markdown import said_in, shown_inline, visible


@given(st.text())
@example("the ink! 1. www.a.example & <b> \\ &lt; ann@b.example")
def test_what_was_said_comes_back_out_of_its_markdown(text: str) -> None:
    assert said_in(shown_inline(text)) == visible(text).strip()
