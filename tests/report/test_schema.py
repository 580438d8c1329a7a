"""The object that ``--json`` prints: what stands in it, how it shows itself, the exit status, whether a restart is needed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cudnn_heal.model import VERDICTS, Heal, Observation, Reason, Served, Service, Verdict
from cudnn_heal.report import schema
from cudnn_heal.report.fixes import Advisor
from cudnn_heal.report.schema import Status
from support.observations import (
    BACKUP,
    BINARY,
    CUBLAS,
    CUDNN,
    SHIM,
    SITE,
    STUB,
    TARGET,
    backup_entry,
    healed,
    link,
    mine,
    observation,
    outcome,
    pause,
    process,
    shelf,
    stub_entry,
    unhealed,
    with_names,
)


def test_it_is_a_plain_mapping_that_programs_can_write_as_json() -> None:
    status = Status(outcome(unhealed()))
    assert json.loads(json.dumps(status)) == status
    assert isinstance(status, dict)
    assert status["schema"] == 3


def test_the_whole_stands_at_the_top_and_a_list_of_packages_below() -> None:
    other = observation("onnxruntime", providers=(), needs={"curand": 10})
    status = Status(outcome(healed(), other))
    assert (status["verdict"], status["served"]) == ("no-provider", "none")
    by_name = {one["name"]: one for one in status["consumers"]}
    first, second, third = (by_name[name] for name in ("ctranslate2", "onnxruntime", "torch"))
    assert (first["distribution"], first["version"]) == ("ctranslate2", "4.6.1")
    assert (first["verdict"], first["served"]) == ("healthy", "links")
    assert (second["distribution"], second["verdict"]) == ("onnxruntime-gpu", "no-provider")
    assert (third["distribution"], third["version"], third["parts"]) == (None, None, [])


def test_a_part_tells_reason_cause_fix_and_what_is_loaded() -> None:
    here = process(library_path=(shelf("/opt/stale"),))
    part = Status(outcome(healed(), here=here))["consumers"][0]["parts"][0]
    assert (part["name"], part["needs"], part["provider"]) == ("cudnn", "libcudnn.so.9", "nvidia-cudnn-cu12 9.10.2.21")
    assert (part["verdict"], part["served"], part["reason"]) == ("healthy", "in-process", "shadowed")
    assert "LD_LIBRARY_PATH" in part["cause"] and part["fix"] == []
    assert part["loads"][0] == f"{SITE}/nvidia/cudnn/lib/libcudnn_graph.so.9"


def test_the_target_and_the_process_are_told() -> None:
    status = Status(outcome(unhealed(), here=process(hook=False, gpu=False)))
    assert (status["site_packages"], status["python"], status["hook"], status["gpu"]) == (SITE, TARGET.python, False, False)


# Links and backup.


@pytest.mark.parametrize(
    ("name", "entry", "state"),
    [
        pytest.param("libcublas.so.12", None, "missing", id="missing"),
        pytest.param("libcublas.so.12", mine(sha256=CUBLAS.files["libcublas.so.12"].sha256), "stale", id="a copy of it"),
        pytest.param("libcublas.so.12", mine(), "missing", id="the user's file is no link of ours"),
        pytest.param("libcublas.so.12", link("/opt/libcublas.so.12"), "missing", id="nor is the user's link"),
        pytest.param("libcublas.so.12", link("../nvidia/cublas/lib/libcublas.so.12"), "dangling", id="dangling"),
        pytest.param(STUB, stub_entry(), "missing", id="the stub again"),
        pytest.param(STUB, link(SHIM, CUDNN), "stale", id="0.1.0's link in the stub's place"),
        pytest.param(STUB, mine(sha256=CUDNN.shim_sha256["libcudnn.so.9"]), "ok", id="the copy"),
        pytest.param(STUB, None, "missing", id="no copy"),
    ],
)
def test_each_link_has_its_state(name: str, entry: Any, state: str) -> None:
    links = schema.links(outcome(with_names(healed(), {name: entry})))
    assert {one["path"].rpartition("/")[2]: one["state"] for one in links}.get(name, "missing") == state
    assert all(one["state"] == "ok" for one in schema.links(outcome(healed())))
    assert {one["path"].rpartition("/")[0] for one in links} == {f"{SITE}/ctranslate2.libs"}


def test_heals_within_one_second_stand_in_their_order() -> None:
    seen = healed()
    heals = tuple(Heal("2026-11-26T00:00:00Z", "0.2.0", cause) for cause in ("first heal", "b -> a", "a -> b"))
    seen = seen._replace(manifest=seen.manifest._replace(history=heals))
    assert [heal["change"] for heal in Status(outcome(seen))["history"]] == ["first heal", "b -> a", "a -> b"]


def test_while_paused_there_are_no_links() -> None:
    assert schema.links(outcome(unhealed(paused=pause()))) == []


@pytest.mark.parametrize(
    ("backup", "expected"), [(backup_entry(), [True]), (mine(), [False]), (backup_entry(sha256="x"), [False]), (None, [])]
)
def test_the_backup_is_verified_by_its_bytes(backup: Any, expected: list[bool]) -> None:
    status = Status(outcome(with_names(healed(), {BACKUP: backup})))
    assert [one["verified"] for one in status["backups"]] == expected
    assert [one["path"] for one in status["backups"]] == [f"{SITE}/ctranslate2.libs/{BACKUP}"] * len(expected)


# Exit status.


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("served", ["links", "in-process", "itself", "none"])
def test_what_needs_nothing_of_the_user_is_good(verdict: Verdict, served: Served) -> None:
    service = Service("ctranslate2", "cudnn", "", "", verdict, served, None, ())
    good = verdict in ("not-needed", "healthy", "paused") or (served in ("in-process", "itself") and verdict != "damaged")
    assert schema.is_good(service) is good


@pytest.mark.parametrize(
    ("seen", "changes", "asked", "expected"),
    [
        pytest.param(healed(), {}, False, 0, id="healthy"),
        pytest.param(unhealed(paused=pause()), {}, False, 0, id="paused"),
        pytest.param(unhealed(providers=(CUBLAS,)), {}, False, 1, id="no wheel"),
        pytest.param(healed(), {"error": "EACCES"}, True, 1, id="asked, and not done"),
        pytest.param(healed(), {"error": "EACCES"}, False, 0, id="not asked"),
        pytest.param(healed(), {"refused": Reason("stub-missing", {"file": (STUB,)})}, True, 1, id="refused"),
    ],
)
def test_the_exit_status_is_1_where_something_needs_the_user(
    seen: Observation, changes: dict[str, Any], asked: bool, expected: int
) -> None:
    assert schema.exit_status(outcome(seen, **changes), asked_to_act=asked) == expected


# Restart.


@pytest.mark.parametrize(
    ("seen", "here", "expected"),
    [
        pytest.param(healed(), process(), False, id="nothing imported"),
        pytest.param(
            healed(),
            process(
                mapped=(f"{SITE}/ctranslate2.libs/{BINARY}",),
                inodes=frozenset({(healed().entries[STUB].leads_to or (0, 0))[1]}),
            ),
            False,
            id="imported after the heal",
        ),
        pytest.param(
            healed(), process(mapped=(f"{SITE}/ctranslate2.libs/{BINARY}",)), True, id="imported, and the stub replaced since"
        ),
        pytest.param(healed(), process(inodes=frozenset({backup_entry().mark[1]})), True, id="imported with the stub"),
        pytest.param(
            healed(),
            process(mapped=(f"{SITE}/ctranslate2.libs/{BINARY}", "/usr/lib/libcudnn.so.9")),
            True,
            id="it follows another copy",
        ),
        pytest.param(healed(), process(mapped=("/usr/lib/libcudnn.so.9",)), False, id="another copy, and not imported"),
    ],
)
def test_a_restart_is_needed_where_other_files_are_mapped(seen: Observation, here: Any, expected: bool) -> None:
    assert schema.restart_needed(outcome(seen, here=here)) is expected


def test_a_fix_is_words_and_a_command_apart() -> None:
    parts = Status(outcome(unhealed(providers=(CUBLAS,))))["consumers"][0]["parts"]
    first, second, *_ = parts[0]["fix"]
    assert first["text"] == "Add it" and "nvidia-cudnn-cu12" in first["command"]
    assert second == {"text": "Only a GPU needs it; on the CPU everything works without.", "command": None}


# How it shows itself.


@pytest.mark.parametrize("seen", [healed(), unhealed(providers=(CUBLAS,)), unhealed(), unhealed(paused=pause())])
def test_it_shows_itself_in_a_few_lines(seen: Observation) -> None:
    lines = repr(Status(outcome(seen, here=process(hook=False)))).splitlines()
    assert 2 <= len(lines) <= 6
    assert lines[3] == "  no restart needed"
    assert lines[0].startswith("cudnn-heal: ")
    assert lines[1] == f"  in {SITE}"
    assert len(set(lines)) == len(lines)


def test_it_shows_a_small_table_in_a_notebook_with_everything_escaped() -> None:
    seen = unhealed(version="<b>4.6.1</b>")
    table = Status(outcome(seen))._repr_html_()
    assert table.count("<tr>") == 2
    assert "<b>4.6.1</b>" not in table and "&lt;b&gt;4.6.1" in table
    assert table.count("--restore") == 0 and "cudnn-heal" in table
    paused = Status(outcome(unhealed(paused=pause())))._repr_html_()
    assert paused.count("To heal again") == 1


def test_what_went_wrong_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import cudnn_heal_start

    monkeypatch.setattr(cudnn_heal_start, "error", "")
    assert Status(outcome(healed()))["error"] is None
    seen = unhealed(manifest=unhealed().manifest._replace(error="ENOSPC"))
    error = Status(outcome(seen))["error"]
    assert "no space is left" in error["cause"] and error["fix"][0]["text"] == "Make some, then"
    assert error["fix"][0]["command"]
    refused = outcome(seen, refused=Reason("stub-missing", {"file": (STUB,)}))
    assert "neither in its place nor beside it" in schema.error(Advisor(refused))[0]
    monkeypatch.setattr(cudnn_heal_start, "error", "OSError(5)")
    assert schema.process_errors()[0] == "OSError(5)"
