"""What must stand in a text for a pattern to match in it."""

from __future__ import annotations

import pytest

from cudnn_heal.knowledge import literals, matching, texts
from cudnn_heal.knowledge.rows import ROWS


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("libcuda", [["libcuda"]]),
        (r"libcuda\.so", [["libcuda.so"]]),
        ("errors?found", [["error", "found"]]),
        ("ab*cd", [["a", "cd"]]),
        ("ab+cd", [["ab", "cd"]]),
        ("ab{0,3}cd", [["a", "cd"]]),
        ("ab{2,3}?cd", [["ab", "cd"]]),
        (r"a\dbc", [["a", "bc"]]),
        ("a[^]|)]bc", [["a", "bc"]]),
        ("a(?:x|y(?P<z>[)]))bc|de", [["a", "bc"], ["de"]]),
        (r"a(?:\)|x)?bc", [["a", "bc"]]),
        ("a.b^c$d", [["a", "b", "c", "d"]]),
        ("a?", [[]]),
    ],
)
def test_what_stands_outside_of_groups_is_wanted(pattern: str, wanted: list[list[str]]) -> None:
    assert [[run for run in runs if run] for runs in literals._alternatives(pattern)] == wanted


def test_a_pattern_is_left_out_only_where_it_can_not_match() -> None:
    there = literals.pieces("libcudnn.so.9: cannot open shared object file")
    assert literals.may_match(r"libcudnn\.so", there)
    assert literals.may_match("abc|cannot open", there)
    assert literals.may_match("(?i)LIBCUDNN", there)
    assert literals.may_match("abc", there)  # too short to tell
    assert not literals.may_match("libcublas", there)
    assert not literals.may_match("abcd|shared library", there)


def test_every_row_may_match_its_example() -> None:
    for row in ROWS:
        text = texts.prepare(row.example)
        if row.pattern and matching._compiled(row.pattern).search(text.squeezed.text):
            assert literals.may_match(row.pattern.replace(" ", ""), literals.pieces(text.squeezed.text)), row.id
    empty = literals.pieces("all is well")
    left = [row.id for row in ROWS if row.pattern and literals.may_match(row.pattern.replace(" ", ""), empty)]
    assert len(left) < len(ROWS) / 8, "most rows are to be left out of a text that has nothing of theirs"


def test_a_long_text_is_answered_as_if_every_pattern_were_sought_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n\n".join(row.example for row in ROWS if row.example)
    assert len(text) > texts.LONG_CHARACTERS
    found = matching.search(text)
    monkeypatch.setattr(texts, "LONG_CHARACTERS", len(text) + 1)
    assert matching.search(text) == found
