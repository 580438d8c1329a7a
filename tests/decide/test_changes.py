"""What is collected of changes, and the order in which a crash between any two harms nothing."""

from __future__ import annotations

from cudnn_heal.decide.changes import Changes
from cudnn_heal.model import BackUp, MakeCopy, MakeLink, PutBack, Remove


def test_before_anything_is_decided_the_folder_is_not_ours_to_change() -> None:
    assert not Changes().known


def test_backups_come_first_and_removals_last() -> None:
    changes = Changes()
    mark = (1, 2, 3, 4)
    changes.removes.append(Remove("stale", mark))
    changes.shims.append(MakeCopy("stub", "shim", "sha256", None))
    changes.links.append(MakeLink("library", "text", None))
    changes.restores.append(PutBack("backup", "stub", None, None, "sha256", ""))
    changes.backups.append(BackUp("stub", "backup", "sha256", None))
    assert [type(one) for one in changes.ordered()] == [BackUp, PutBack, MakeLink, MakeCopy, Remove]
