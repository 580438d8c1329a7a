"""Actions in words, as a preview and ``--verbose`` print them."""

from __future__ import annotations

import pytest

from cudnn_heal.actions import OWN_FILES, Action, Backup, Copy, Forget, Link, Remove, Restore, Unpause


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Backup("stub", "stub.ORIGINAL", "x", None), "back up stub as stub.ORIGINAL"),
        (Restore("stub.ORIGINAL", "stub", None, None, ""), "put stub.ORIGINAL back as stub"),
        (Link("lib.so", "../lib.so", None), "link lib.so -> ../lib.so"),
        (Copy("stub", "../lib.so", "x", None), "copy ../lib.so to stub"),
        (Remove("lib.so", (1, 2, 3, 4)), "remove lib.so"),
        (Unpause(), "resume after --restore"),
        (Forget(("stamp",), False), "remove stamp"),
        (Forget(OWN_FILES, True), "remove manifest.json, stamp, paused and the empty folder"),
    ],
)
def test_each_action_says_what_it_does(action: Action, words: str) -> None:
    assert str(action) == words
