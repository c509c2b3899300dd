import pytest

from domain.vault.note import Note


def changed(inner: str, *gone: str, **changes: object) -> str:
    note = Note.parse(f"---\n{inner}---\n")
    return (
        note.with_front(**changes).without_front(*gone).render().removeprefix("---\n").removesuffix("---\n")
    )


def test_an_untouched_key_keeps_its_odd_lines() -> None:
    odd = "a:\n# between\n  value\n\nb:   [1,2,  3]   # wide\nc: {x: 0012}\n"
    assert changed(odd + "d: 1\n", d=2) == odd + "d: 2\n"


def test_a_changed_key_keeps_the_remark_on_its_line_and_the_one_above() -> None:
    assert (
        changed("# above\na: 1   # beside\n# below\nb: 2\n", a=5)
        == "# above\na: 5   # beside\n# below\nb: 2\n"
    )


def test_a_removed_key_leaves_the_remarks_of_the_next() -> None:
    assert changed("a: 1\n\n# about b\nb: 2\n", "a") == "\n# about b\nb: 2\n"
    assert changed("a:\n  - 1\n  # inside\n  - 2\n# about b\nb: 2\n", "a") == "# about b\nb: 2\n"


def test_a_list_that_grows_keeps_the_remarks_in_it() -> None:
    note = Note.parse("---\na:\n  - one # first\n  - two\nb: 2\n---\n")
    note.front["a"].append("z")
    assert note.render() == "---\na:\n  - one # first\n  - two\n  - z\nb: 2\n---\n"


def test_a_value_inside_a_group_changes_alone() -> None:
    note = Note.parse("---\na:\n  one: 1 # one\n  two: 2 # two\n---\n")
    note.front["a"]["two"] = 3
    assert note.render() == "---\na:\n  one: 1 # one\n  two: 3 # two\n---\n"


@pytest.mark.parametrize("inner", ["{a: 1, b: 2}\n", "{a: 1,\n b: 2}\n"])
def test_a_group_written_on_one_line_can_change(inner: str) -> None:
    assert dict(Note.parse(f"---\n{changed(inner, a=5, c=3)}---\n").front) == {"a": 5, "b": 2, "c": 3}


def test_keys_in_another_order_are_written_in_that_order() -> None:
    note = Note.parse("---\na: 1\nb: 2\n---\n")
    note.front.move_to_end("a")
    assert note.render() == "---\nb: 2\na: 1\n---\n"


def test_everything_can_be_taken_away() -> None:
    assert changed("a: 1\nb: 2\n", "a", "b") == ""


def test_text_with_hash_signs_is_no_remark() -> None:
    assert changed("a: |\n  text\n  # no remark\nb: 2\n", b=3) == "a: |\n  text\n  # no remark\nb: 3\n"
    assert changed("a: |\n  text\n  # no remark\nb: 2\n", a="x") == "a: x\nb: 2\n"
