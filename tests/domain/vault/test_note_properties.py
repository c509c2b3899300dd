from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.vault.broken import BrokenNoteError
from domain.vault.note import Note
from domain.vault.plain import plain_text

_KEYS = st.text(
    st.characters(exclude_categories=["Cc", "Zl", "Zp", "Cs"], exclude_characters="\ufeff"),
    min_size=1,
    max_size=8,
)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.datetimes()
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)
_HAND_WRITTEN = """a: 1|b: 'x'|c: "y z"|# remark|  # indented remark||d:|  - 1|- 2|  e: f # g|f: [1, 2, {x: y}]|h: |
k: 1.50|l: 007|m: yes|n: ~|o: null|p: 'it''s'|q: "a\\nb"|  - r: 1|    s: 2|t: # c|u: a # b|v: [|  1, # one|  2]|w: -
'k k': 1|1: 2|aa: 1e5|bb: .5|cc: +1.5e+3|dd: 0x1f|ff: 1_000|gg: 0.10|hh: >-|  folded|    deeper|i: |
j: 2026-01-01|kk: 1.|ii: -0.0|jj: 00.5|ll: 2026-01-01T10:00:00Z|? y|: z|mm: <<|<<: 1""".replace(
    "\n", "|"
).split("|")
_HAND_WRITTEN += ["h: |", "i: |+"]


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(_KEYS, _VALUES, max_size=5), st.text())
def test_every_new_note_reads_back_the_same(front: dict[str, Any], body: str) -> None:
    note = Note.new(front, body)
    rendered = note.render()
    assert Note.parse(rendered) == note
    assert Note.parse(rendered).render() == rendered
    assert rendered.encode().decode() == rendered


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_is_a_note_or_a_broken_one(inner: str) -> None:
    for text in (inner, f"---\n{inner}\n---\nbody"):
        try:
            note = Note.parse(text)
        except BrokenNoteError:
            continue
        assert note.render() == text
        changed = note.with_front(added=1)
        assert Note.parse(changed.render()) == changed


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from(_HAND_WRITTEN), max_size=9), st.sampled_from(["\n", "\r\n"]))
def test_hand_edits_survive_a_change(lines: list[str], newline: str) -> None:
    text = newline.join(["---", *lines, "---", "body"])
    try:
        note = Note.parse(text)
    except BrokenNoteError:
        return
    assert note.render() == text
    changed = note.with_front(added=1)
    rendered = changed.render()
    assert Note.parse(rendered) == changed
    assert all(line.strip() in rendered for line in lines if line.strip().startswith("#"))


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["x", "'x'", '"x"', "|\n  x", ">-\n  x", "[x]", "{x: y} # z"]), st.text(), st.booleans()
)
def test_any_text_can_take_the_place_of_any_value(written: str, text: str, way: str) -> None:
    note = Note.parse(f"---\na: {written}\nb:\n  c: {written.replace('  ', '    ')}\n---\n")
    if way == "in place":
        note.front["a"] = note.front["b"]["c"] = text
    else:
        note = note.with_front(a=text, b={"c": text})
    front = Note.parse(note.render()).front
    stored = plain_text(text)
    assert (front["a"], front["b"]) == (stored, {"c": stored})
