"""Outcomes for people: first words that are true, a row for each package, and what helps."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from cudnn_heal.decide.plan import plan
from cudnn_heal.model import (
    BackUp,
    Heal,
    MakeCopy,
    MakeLink,
    Observation,
    PutBack,
    Reason,
    Remove,
    Unpause,
    worst,
)
from cudnn_heal.report import text
from support.observations import (
    BACKUP,
    CUBLAS,
    CUDNN,
    SITE,
    STUB,
    TARGET,
    carried_out,
    folder,
    healed,
    link,
    mine,
    observation,
    outcome,
    pause,
    process,
    shelf,
    unhealed,
    with_names,
)
from support.printing import printed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cudnn_heal.reconcile import Outcome


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("NO_COLOR", "FORCE_COLOR", "CUDNN_HEAL", "COLUMNS", "UV_RUN_RECURSION_DEPTH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def status(found: Outcome, *, verbose: bool = False) -> str:
    return printed(text.status(found, verbose=verbose))


def healed_words(found: Outcome, *, verbose: bool = False) -> str:
    return printed(text.healed(found, verbose=verbose))


def restored_words(found: Outcome) -> str:
    return printed(text.restored(found))


# Status.


def test_status_of_a_healed_environment_is_one_row_a_package() -> None:
    seen = healed()
    known = seen.manifest._replace(history=(Heal("2026-11-25T16:00:00Z", "0.2.0", "first heal: ctranslate2 4.6.1"),))
    lines = status(outcome(seen._replace(manifest=known))).splitlines()
    assert lines[:3] == [
        f"healthy in {SITE}",
        "  ctranslate2 4.6.1  healthy  cuDNN and cuBLAS by links",
        "last healed 2026-11-26 01:00 (first heal: ctranslate2 4.6.1)",
    ], "local time"
    assert lines[3].startswith("Before cudnn-heal or NVIDIA's wheels are removed: ") and lines[3].endswith(" --restore")
    assert len(lines) == 4


def test_status_names_libraries_links_and_all_heals_when_asked() -> None:
    seen = healed()
    history = tuple(Heal(f"time {number}", "0.2.0", "") for number in range(5))
    seen = seen._replace(manifest=seen.manifest._replace(history=history))
    brief, whole = (status(outcome(seen), verbose=verbose) for verbose in (False, True))
    assert "libcublasLt.so.12" not in brief and "time 3" not in brief and "last healed time 4" in brief
    assert "    cuDNN   libcudnn.so.9    nvidia-cudnn-cu12 9.10.2.21  healthy  by links\n" in whole
    assert re.search(r"libcublasLt\.so\.12 -> \.\./nvidia/cublas/lib/libcublasLt\.so\.12", whole)
    assert re.search(rf"{re.escape(STUB)} copy of \.\./nvidia/cudnn/lib/libcudnn\.so\.9\n", whole)
    assert f"the original of ctranslate2 is kept as {BACKUP} (verified)" in whole
    assert "5 links and a copy" in whole and "time 0" in whole


def test_status_of_a_package_that_opens_nothing_says_so() -> None:
    seen = unhealed(needs={}, stub=None, version="4.8.5")
    assert "ctranslate2 4.8.5  not-needed  opens none of these libraries" in status(outcome(seen))
    assert "no package that opens NVIDIA's libraries" in status(outcome())


def test_status_tells_cause_and_fix_once_for_parts_alike() -> None:
    said = status(outcome(unhealed(), here=process(hook=False)))
    assert said.count("import cudnn_heal_start") == 1
    assert said.count("start-up hook does not run") == 1


def test_status_of_several_packages_has_a_row_for_each() -> None:
    other = observation("onnxruntime", providers=(CUDNN,), needs={"cudnn": 9, "curand": 10})
    said = status(outcome(healed(), other))
    assert said.startswith(f"no-provider in {SITE}\n")
    assert "\n  ctranslate2 4.6.1       healthy  cuDNN and cuBLAS by links\n" in said
    assert (
        "\n  onnxruntime-gpu 1.23.2  no-provider  cuDNN in-process; cuRAND not served\n    onnxruntime opens libcurand" in said
    )
    assert "torch" not in said


def test_a_failure_and_what_went_wrong_in_this_process_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import cudnn_heal_start

    monkeypatch.setattr(cudnn_heal_start, "error", "OSError(5)")
    seen = unhealed(manifest=unhealed().manifest._replace(error="ENOSPC"))
    said = status(outcome(seen))
    assert "The last attempt failed: no space is left" in said
    assert "This process: OSError(5)." in said


def every_state() -> list[Outcome]:
    """Return outcomes of many kinds."""
    many = [
        healed(),
        unhealed(),
        unhealed(providers=(CUBLAS,)),
        unhealed(providers=()),
        unhealed(paused=pause()),
        unhealed(folder=folder(writable=False)),
        unhealed(binaries=(), needs={}, stub=None, entries={}),
        with_names(unhealed(), {STUB: mine()}),
        with_names(unhealed(), {STUB: link("/opt/libcudnn.so.9")}),
        with_names(healed(), {"libcublas.so.12": link("../nvidia/gone/libcublas.so.12")}),
    ]
    heres = (process(), process(hook=False), process(library_path=(shelf(),)), process(gpu=False))
    return [outcome(seen, here=here) for seen in many for here in heres]


@pytest.mark.parametrize("found", every_state())
def test_no_headline_contradicts_its_rows(found: Outcome) -> None:
    first, *rest = status(found).splitlines()
    rows = [line for line in rest if re.match(r"  \S+ \S+  +\S", line)]
    verdicts = [row.split()[2] for row in rows]
    assert first.split()[0] == (worst(verdicts) if rows else "not-needed")  # type: ignore[arg-type]
    assert "served by" not in first and "not served" not in first
    for row, verdict in zip(rows, verdicts):
        assert ("not served" not in row) or verdict not in ("healthy", "paused", "not-needed")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("function", [text.status, text.healed, text.restored, text.planned])
def test_everything_is_wrapped_at_words_and_no_command_is_broken(function: Any, width: int) -> None:
    for found in every_state():
        rows = function(found)
        commands = {row.command for row in rows if row.command}
        words = {word for row in rows for word in row.text.split()}
        for line in printed(rows, width).splitlines():
            alone = line.strip()
            assert len(line) <= width or alone in commands or alone.rstrip(":") in words, line
        assert all(any(command in line for line in printed(rows, width).splitlines()) for command in commands)


# A heal, a restore, a preview.

DONE = (
    BackUp(STUB, BACKUP, "x", None),
    MakeLink("libcublas.so.12", "../nvidia/cublas/lib/libcublas.so.12", None),
    MakeCopy(STUB, "../nvidia/cudnn/lib/libcudnn.so.9", "x", (1, 2, 3, 4)),
)
AWAY = (Remove("libcublas.so.12", (1, 2, 3, 4)), Remove("libcublasLt.so.12", (1, 3, 3, 4)))


def test_a_paused_status_names_the_way_out() -> None:
    said = "".join(f"{row.text}: {row.command}\n" for row in text.status(outcome(unhealed(paused=pause()))))
    assert said.count("To heal again: ") == 1


def test_a_heal_is_a_line_and_every_action_when_asked() -> None:
    found = outcome(healed(), done=DONE, cause="ctranslate2 4.6.1 -> 4.6.2")
    assert healed_words(found) == (f"Healed {SITE}: 1 link and a copy, the original backed up (ctranslate2 4.6.1 -> 4.6.2)\n")
    assert healed_words(found, verbose=True).splitlines()[:3] == [str(action) for action in DONE]


@pytest.mark.parametrize(
    ("seen", "done", "first"),
    [
        pytest.param(healed(), DONE, "Healed /", id="whole"),
        pytest.param(unhealed(providers=(CUDNN,)), DONE, "Healed in part /", id="in part"),
        pytest.param(unhealed(providers=(CUDNN,)), AWAY, "Taken back /", id="only taken back"),
        pytest.param(unhealed(needs={}, stub=None, entries={}), AWAY, "Tidied up /", id="what is needed no more"),
        pytest.param(healed(), (Unpause(),), "Turned on again /", id="a pause that ended"),
        pytest.param(healed(), (), "Nothing to heal in /", id="nothing to do"),
        pytest.param(unhealed(providers=()), (), "Nothing can be healed in /", id="nothing that can be done"),
    ],
)
def test_the_first_words_of_a_heal_are_true(seen: Observation, done: tuple[Any, ...], first: str) -> None:
    assert healed_words(outcome(seen, done=done)).startswith(first)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (healed(), "healthy."),
        (unhealed(binaries=(), needs={}, stub=None, entries={}), "no package there needs it."),
        (unhealed(folder=folder(writable=False)), "read-only."),
    ],
)
def test_a_heal_with_nothing_to_do_says_how_it_stands(seen: Observation, words: str) -> None:
    assert healed_words(outcome(seen)).startswith(f"Nothing to heal in {SITE}: {words}")


def test_a_heal_that_failed_never_says_that_it_healed() -> None:
    said = healed_words(outcome(unhealed(), error="ENOSPC"))
    assert said.startswith("Not healed: no space is left")
    assert "Healed" not in said


@pytest.mark.parametrize(("home", "hook", "once"), [(True, True, False), (True, False, True), (False, True, True)])
def test_what_no_start_repeats_is_told(home: bool, hook: bool, once: bool) -> None:
    seen = healed()._replace(target=TARGET._replace(is_home=home, hook=hook))
    assert ("Nothing repeats this after the next change there" in healed_words(outcome(seen, done=DONE))) is once


def test_what_is_left_for_the_user_stands_under_a_heal() -> None:
    seen = carried_out(unhealed(providers=(CUDNN,)), plan(unhealed(providers=(CUDNN,))))
    said = healed_words(outcome(seen, done=DONE))
    assert "ctranslate2 4.6.1: cuBLAS no-provider" in said
    assert "nvidia-cublas-cu12" in said


def test_a_restore_says_what_it_did_and_how_long_it_stays_off() -> None:
    done = (PutBack(BACKUP, STUB, None, None, "", ""), *AWAY)
    first, second = restored_words(outcome(unhealed(paused=pause()), done=done)).splitlines()
    assert first == f"Restored {SITE}: the original put back, 2 links removed."
    assert second.startswith("It stays off until another version of ctranslate2 is installed, or you run: ")


@pytest.mark.parametrize(
    ("seen", "changes", "words"),
    [
        (
            unhealed(),
            {"refused": Reason("stub-missing", {"file": (STUB,)})},
            "Not restored, nothing was changed: the original",
        ),
        (unhealed(), {"error": "EACCES"}, "Not restored: "),
        (unhealed(), {}, "Nothing to take back in"),
        (unhealed(paused=pause()), {}, "Nothing to take back in"),
        (unhealed(paused=pause()), {"done": AWAY, "left": (Reason("stub-unknown", {"file": (STUB,)}),)}, "Restored in part "),
    ],
)
def test_the_first_words_of_a_restore_are_true(seen: Observation, changes: dict[str, Any], words: str) -> None:
    assert restored_words(outcome(seen, **changes)).startswith(words)


def test_a_restore_where_nothing_is_installed() -> None:
    assert restored_words(outcome()) == f"Nothing to take back in {SITE}: no package there needs a heal.\n"


def test_a_preview_is_its_actions_or_that_there_are_none() -> None:
    assert printed(text.planned(outcome(unhealed()))).splitlines()[0] == f"back up {STUB} as {BACKUP}"
    assert printed(text.planned(outcome(healed()))) == f"Nothing to do in {SITE}: healthy.\n"
    refused = outcome(unhealed(), refused=Reason("stub-missing", {"file": (STUB,)}))
    assert printed(text.planned(refused)).startswith("Nothing would be changed: ")
