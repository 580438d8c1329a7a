"""Actions in words, as a preview and ``--verbose`` print them."""

from __future__ import annotations

import pytest

from cudnn_heal.model import STATE_FILES, Action, BackUp, Forget, MakeCopy, MakeLink, PutBack, Remove, Unpause


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (BackUp("stub", "stub.ORIGINAL", "x", None), "back up stub as stub.ORIGINAL"),
        (PutBack("stub.ORIGINAL", "stub", None, None, "", ""), "put stub.ORIGINAL back as stub"),
        (MakeLink("lib.so", "../lib.so", None), "link lib.so -> ../lib.so"),
        (MakeCopy("stub", "../lib.so", "x", None), "copy ../lib.so to stub"),
        (Remove("lib.so", (1, 2, 3, 4)), "remove lib.so"),
        (Unpause(), "resume after --restore"),
        (Forget(("stamp",), False), "remove stamp"),
        (Forget(STATE_FILES, True), "remove manifest.json, stamp, paused and the empty folder"),
    ],
)
def test_each_action_says_what_it_does(action: Action, words: str) -> None:
    assert str(action) == words
