"""The stamp: which paths a verdict rests on, and when their times can be told from the next change's."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import cudnn_heal_start
from cudnn_heal.memory import stamp
from cudnn_heal.model import Pause
from cudnn_heal_start import VERSION


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a site-packages whose paths have been still."""
    (tmp_path / "ctranslate2.libs").mkdir()
    (tmp_path / "RECORD").write_text("")
    for path in (tmp_path / "RECORD", tmp_path / "ctranslate2.libs", tmp_path):
        os.utime(path, ns=(0, 1_795_364_485_246_321_258))
    return tmp_path


def touch(home: Path, path: str, seconds: float, *, whole: bool = False) -> None:
    """Set the time of `path` to `seconds` from now, with or without a part below a second."""
    now = time.time_ns() + int(seconds * 10**9)
    when = now // 10**9 * 10**9 if whole else now | 1
    os.utime(home / path, ns=(when, when))


def taken(home: Path, *paths: str) -> stamp.Fingerprint:
    fingerprint = stamp.Fingerprint(str(home))
    for path in paths or ("RECORD",):
        fingerprint.add(path)
    return fingerprint


def test_what_changed_a_moment_ago_is_not_still(home: Path) -> None:
    touch(home, "RECORD", 0)
    assert not taken(home).is_still()
    touch(home, "RECORD", -1)
    assert taken(home).is_still()


def test_a_time_in_whole_seconds_is_still_only_after_more_than_one(home: Path) -> None:
    touch(home, "RECORD", 0, whole=True)
    assert not taken(home).is_still()
    touch(home, "RECORD", -3, whole=True)
    assert taken(home).is_still()


def test_a_change_while_the_fingerprint_is_taken_is_no_stillness_however_long_that_takes(home: Path) -> None:
    fingerprint = stamp.Fingerprint(str(home))
    fingerprint.begun -= 1
    touch(home, "RECORD", -0.5)
    fingerprint.add("RECORD")
    assert not fingerprint.is_still()


def test_a_time_in_the_future_counts_as_still(home: Path) -> None:
    touch(home, "RECORD", 1000)
    assert taken(home).is_still()


def test_one_path_that_is_not_still_is_enough(home: Path) -> None:
    touch(home, "ctranslate2.libs", 0)
    assert not taken(home, "RECORD", "ctranslate2.libs").is_still()


def test_it_says_time_size_and_path_between_two_lines_alike(home: Path) -> None:
    first, folder, file, last = taken(home, "ctranslate2.libs", "RECORD").encode("healthy").decode().split("\n")
    assert first == last == f"cudnn-heal {VERSION} healthy"
    assert folder == "1795364485246321258 - ctranslate2.libs"
    assert file == "1795364485246321258 0 RECORD"


def test_the_state_of_a_path_is_the_first_that_was_seen(home: Path) -> None:
    fingerprint = taken(home, "RECORD")
    before = fingerprint.encode("x")
    touch(home, "RECORD", 0)
    fingerprint.add("RECORD")
    assert fingerprint.encode("x") == before
    assert taken(home, "RECORD").encode("x") != before, "the control"


def test_what_takes_a_state_may_be_given(home: Path) -> None:
    asked: list[str] = []
    fingerprint = stamp.Fingerprint(str(home))
    fingerprint.add("RECORD", lambda path: asked.append(path))
    assert (asked, fingerprint.states) == ([f"{home}/RECORD", f"{home}/"], {})


def test_a_path_may_have_spaces(home: Path) -> None:
    (home / "a b c").mkdir()
    assert named(taken(home, "a b c").encode("healthy")) == ("a b c",)


def test_a_moment_is_longer_than_a_tick_of_any_clock() -> None:
    assert 0.01 < stamp.STILL_SECONDS < 0.03, "kernels tick every 4 to 10 ms"
    assert 1 < stamp.STILL_SECONDS_COARSE < 2, "times in whole seconds"


@pytest.mark.parametrize(
    ("path", "watched"),
    [("gone/lib/file", ""), ("ctranslate2.libs/gone", "ctranslate2.libs"), ("RECORD/below", "RECORD"), ("nul\0", "")],
)
def test_what_is_missing_is_watched_where_it_would_appear(home: Path, path: str, watched: str) -> None:
    assert list(taken(home, path).states) == [watched]


def test_a_site_packages_that_is_gone_is_watched_nowhere(home: Path) -> None:
    assert taken(home / "gone", "a/b").states == {}


def named(data: bytes) -> tuple[str, ...]:
    kept = stamp.pause(data)
    assert kept
    return kept.paths


def test_a_part_of_it_has_the_paths_that_begin_alike(home: Path) -> None:
    whole = taken(home, "RECORD", "ctranslate2.libs")
    whole.gone += ["ctranslate2.libs/link", "nvidia/link"]
    assert named(whole.encode("paused", prefix="ctranslate2")) == ("ctranslate2.libs",)
    assert len(named(whole.encode("paused"))) == 4


def test_the_paths_of_a_stamp_are_read_again(home: Path) -> None:
    data = taken(home, "RECORD", "ctranslate2.libs").encode("paused")
    assert stamp.pause(data) == Pause(data, ("RECORD", "ctranslate2.libs"))


@pytest.mark.parametrize("data", [b"", b"one line", b"\xff\n\xff\n\xff", b"a\nno-spaces\na", b"a\n1 -\na"])
def test_a_damaged_stamp_names_no_paths(data: bytes) -> None:
    assert stamp.pause(data) == (Pause(data, ()) if data else None)


def test_a_name_that_is_not_text_is_written_all_the_same(home: Path) -> None:
    os.mkdir(os.fsencode(home) + b"/\xff")
    assert b"\\udcff" in taken(home, "\udcff").encode("healthy")


def test_what_rests_on_nothing_but_an_absence_names_the_folder_in_which_it_would_end(tmp_path: Path) -> None:
    assert named(taken(tmp_path, "ctranslate2.libs").encode("paused", prefix="ctranslate2")) == ("",)


def test_a_link_that_leads_nowhere_holds_until_it_leads_somewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cudnn_heal_start, "home", str(home))
    (home / "nvidia").symlink_to(home / "volume")
    fingerprint = taken(home, "RECORD")
    fingerprint.gone = ["nvidia"]
    (home / "ctranslate2.libs/.cudnn-heal").mkdir()
    (home / "ctranslate2.libs/.cudnn-heal/stamp").write_bytes(fingerprint.encode("damaged"))
    libs = str(home / "ctranslate2.libs")
    assert cudnn_heal_start.recorded(libs) == "damaged"
    (home / "volume").mkdir()
    assert cudnn_heal_start.recorded(libs) == ""
    (home / "volume").rmdir()
    assert cudnn_heal_start.recorded(libs) == "damaged"


@pytest.mark.parametrize(
    ("since", "still"),
    [
        (stamp.STILL_SECONDS, True),
        (stamp.STILL_SECONDS / 2, False),
        (-stamp.FUTURE_SECONDS, True),
        (-stamp.FUTURE_SECONDS / 2, False),
    ],
)
def test_a_time_on_the_very_edge_counts_as_still(since: float, still: bool) -> None:
    fingerprint = stamp.Fingerprint("/nowhere")
    fingerprint.begun = 0.0
    fingerprint.states = {"RECORD": SimpleNamespace(st_mtime=-since, st_mtime_ns=1)}  # type: ignore[dict-item]
    assert fingerprint.is_still() is still
