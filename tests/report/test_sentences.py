"""Reasons in words: every reason has its sentence and fills it, and what is advised can be typed and harms nobody."""

from __future__ import annotations

import re
import string
from itertools import zip_longest
from typing import Any

import pytest

from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.decide.plan import plan
from cudnn_heal.model import NO_MANIFEST, Observation, Process, Reason, ReasonCode, Service
from cudnn_heal.read.installed import Installed
from cudnn_heal.report import fixes, sentences
from cudnn_heal.report.fixes import Advisor
from support.literals import words
from support.managed import holding
from support.observations import (
    BACKUP,
    CUBLAS,
    CUDNN,
    OTHER_SITE,
    SITE,
    STUB,
    TARGET,
    link,
    mine,
    observation,
    outcome,
    pause,
    process,
    provider,
    shelf,
    with_names,
)

STALE = shelf("/opt/stale")
EIGHT = provider("cudnn", "libcudnn.so.8", version="8.9.7.29")
THIRTEEN = provider(
    "cublas", "libcublas.so.13", "libcublasLt.so.13", wheel="nvidia-cublas", version="13.1.0.3", folder="nvidia/cu13/lib"
)
VALUES = ("wheel", "version", "folder", "library", "majors", "files", "others", "file")


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Installed | None]:
    """Play what is installed, as far as a test says so: otherwise nothing is known, and advice is not checked."""
    found: dict[str, Installed | None] = {"": None}
    monkeypatch.setattr(fixes, "_installed", lambda outcome: found[""])
    return found


def service(seen: Observation, part: str = "cudnn", here: Process | None = None) -> tuple[Any, Service]:
    found = outcome(seen, here=here)
    return found, next(one for one in found.services(seen.consumer.name) if one.part == part)


def unhealed(*providers: object, **fields: Any) -> Observation:
    return observation(providers=providers or (CUDNN, CUBLAS), **fields)


def advised(found: Any, one: Service) -> str:
    return " | ".join(map(str, Advisor(found).fix(one)))


def said(seen: Observation, part: str = "cudnn", here: Process | None = None) -> tuple[str, str]:
    found, one = service(seen, part, here)
    return sentences.why(one), advised(found, one)


@pytest.mark.parametrize("code", words("ReasonCode"))
def test_every_reason_has_its_sentence(code: ReasonCode) -> None:
    text = sentences._WHY.get(code) or sentences._NOTES[code]
    fields = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    assert fields <= {*VALUES, "consumer", "title", "distribution"}
    assert not text.endswith(".") or code in sentences._NOTES


def test_what_can_be_done_about_it_is_advised_for_real_reasons_only() -> None:
    assert fixes._FIXES.keys() <= set(words("ReasonCode"))


def test_a_service_without_a_reason_needs_no_words() -> None:
    plain = Service("ctranslate2", "cudnn", "libcudnn.so.9", "w 1", "healthy", "links", None, ())
    assert sentences.why(plain) == ""
    assert Advisor(outcome(unhealed())).fix(plain) == ()


def test_more_files_than_a_sentence_names_are_counted() -> None:
    names = tuple(f"lib{number}.so" for number in range(6))
    reason = Reason("missing-files", {"wheel": ("w",), "version": ("1",), "folder": ("f",), "files": names, "others": ()})
    one = Service("ctranslate2", "cudnn", "", "", "damaged", "none", reason, ())
    assert sentences.why(one) == "w 1 is installed, but f lacks lib0.so, lib1.so, lib2.so and 3 more"


@pytest.mark.parametrize(
    ("seen", "part", "here", "why", "advised"),
    [
        pytest.param(
            unhealed(CUBLAS),
            "cudnn",
            None,
            "ctranslate2 opens libcudnn.so.9, and no installed wheel has it",
            r"nvidia-cudnn-cu12==9\.\*",
            id="no wheel",
        ),
        pytest.param(
            unhealed(unknown={"cudnn": ("nvidia/cudnn/lib (EIO)", "/a b (dangling link)")}),
            "cudnn",
            None,
            "nvidia/cudnn/lib (EIO), /a b (dangling link) can't be read; until it can, nothing is changed",
            r"See why: ls -ld \S+/site-packages/nvidia/cudnn/lib '/a b'.*Once it can be read",
            id="a folder that can't be read",
        ),
        pytest.param(
            unhealed(EIGHT, CUBLAS),
            "cudnn",
            None,
            "opens libcudnn.so.9, and nvidia-cudnn-cu12 8.9.7.29 has cuDNN 8",
            r"nvidia-cudnn-cu12==9\.\*.*ctranslate2<4\.5",
            id="another major version",
        ),
        pytest.param(
            unhealed(provider("cudnn", missing=("libcudnn_adv.so.9",)), CUBLAS),
            "cudnn",
            None,
            "lacks libcudnn_adv.so.9",
            r"--reinstall.*nvidia-cudnn-cu12==9\.10\.2\.21",
            id="a file gone",
        ),
        pytest.param(
            unhealed(provider("cudnn", damaged=("libcudnn_adv.so.9",)), CUBLAS),
            "cudnn",
            None,
            "libcudnn_adv.so.9 in nvidia/cudnn/lib is not as nvidia-cudnn-cu12 9.10.2.21 installed it",
            r"--reinstall.*nvidia-cudnn-cu12==9\.10\.2\.21",
            id="a file damaged",
        ),
        pytest.param(
            unhealed(provider("cudnn", damaged=("libcudnn_adv.so.9",), overwritten=("nvidia-cudnn-cu13 9.9",)), CUBLAS),
            "cudnn",
            None,
            "overwrote each other",
            r"uninstall.*nvidia-cudnn-cu13.*Then.*--reinstall",
            id="two",
        ),
        pytest.param(
            with_names(unhealed(), {STUB: None}),
            "cudnn",
            None,
            f"the original {STUB} is neither in its place nor beside it",
            r"--reinstall.*ctranslate2==4\.6\.1",
            id="no stub",
        ),
        pytest.param(
            with_names(unhealed(), {STUB: mine()}),
            "cudnn",
            process(hook=False),
            "neither what ctranslate2 installed",
            r"--reinstall.*ctranslate2==4\.6\.1",
            id="an unknown stub",
        ),
        pytest.param(
            with_names(unhealed(), {BACKUP: mine()}),
            "cudnn",
            process(hook=False),
            "stands where the backup belongs",
            rf"ls -l {SITE}/ctranslate2\.libs/{BACKUP}",
            id="in the backup's place",
        ),
        pytest.param(
            with_names(unhealed(), {"libcudnn_ops.so.9": mine()}),
            "cudnn",
            process(hook=False),
            "lies where ctranslate2 looks",
            rf"ls -l {SITE}/ctranslate2\.libs/libcudnn_ops\.so\.9",
            id="a foreign file",
        ),
        pytest.param(
            unhealed(target=TARGET._replace(hook=False)),
            "cudnn",
            process(hook=False),
            "the start-up hook does not run",
            "import cudnn_heal_start",
            id="no hook",
        ),
        pytest.param(unhealed(paused=pause()), "cudnn", None, "Taken back with --restore", "To heal again: ", id="paused"),
        pytest.param(
            unhealed(),
            "cudnn",
            process(without=frozenset({"ctranslate2"})),
            "CUDNN_HEAL leaves ctranslate2 out",
            "^$",
            id="left out",
        ),
        pytest.param(
            unhealed(),
            "cudnn",
            process(library_path=(STALE,)),
            "LD_LIBRARY_PATH leads to another cuDNN in /opt/stale",
            "^$",
            id="shadowed, and served",
        ),
        pytest.param(
            unhealed(),
            "cudnn",
            process(library_path=(STALE,), hook=False, off=True),
            "turns the start-up hook off",
            "unset CUDNN_HEAL",
            id="shadowed, and off",
        ),
        pytest.param(
            unhealed(provider("cudnn", site_packages=OTHER_SITE), CUBLAS),
            "cudnn",
            None,
            "where links don't reach",
            "^$",
            id="elsewhere",
        ),
    ],
)
def test_what_is_wrong_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, seen: Observation, part: str, here: Process | None, why: str, advised: str
) -> None:
    monkeypatch.setenv("CUDNN_HEAL", "off")
    found, advice = said(seen, part, here)
    assert why in found
    assert re.search(advised, advice), advice
    assert "{" not in found + advice and "()" not in found + advice


def test_everything_that_is_missing_is_named_in_one_sentence_and_one_command() -> None:
    seen = observation("onnxruntime", providers=(), needs={"cudart": 12, "curand": 10})
    found, one = service(seen, "cudart")
    _, other = service(seen, "curand")
    assert "opens libcudart.so.12, libcurand.so.10, and no installed wheel has them" in sentences.why(one, other)
    (line,) = [line for line in Advisor(found).fix(one) if line.command]
    assert line.text == "Add them"
    assert "nvidia-cuda-runtime-cu12" in line.command and "nvidia-curand-cu12" in line.command


def test_only_a_gpu_needs_it_and_the_systems_copy_is_told() -> None:
    advice = said(unhealed(CUBLAS), here=process(system=("/usr/lib/libcudnn.so.9",)))[1]
    assert "Only a GPU needs it" in advice
    assert "The system has /usr/lib/libcudnn.so.9" in advice


@pytest.mark.parametrize(
    ("needs", "part", "wheel"),
    [
        ({"cublas": 13, "cudnn": 9}, "cudnn", "cudnn-cu13"),
        ({"cublas": 12, "cudnn": 9}, "cudnn", "cudnn-cu12"),
        ({"cublas": 13}, "cublas", "nvidia-cublas"),
        ({"cublas": 11}, "cublas", "cublas-cu11"),
        ({"cudart": 13, "curand": 10}, "curand", "nvidia-curand"),
    ],
)
def test_the_wheel_is_the_one_for_the_packages_cuda(needs: dict[str, int], part: str, wheel: str) -> None:
    advice = said(observation("onnxruntime", providers=(), needs=needs), part)[1]
    assert re.search(rf"{wheel}(?!-cu)\b", advice), advice


@pytest.mark.parametrize(
    ("seen", "part", "expected", "refused"),
    [
        pytest.param(unhealed(CUBLAS), "cudnn", "nvidia-cudnn-cu12", "uninstall", id="no provider"),
        pytest.param(unhealed(CUDNN, THIRTEEN), "cublas", "nvidia-cublas-cu12", "uninstall", id="cuBLAS 13 lives beside 12"),
        pytest.param(
            unhealed(
                provider("cudnn", version="9.19.0.56", wheel="nvidia-cudnn-cu13"),
                CUBLAS,
                needs={"cudnn": 8, "cublas": 12},
            ),
            "cudnn",
            "nvidia-cudnn-cu12==8.*",
            None,
            id="cuDNN of CUDA 13 has no 8",
        ),
    ],
)
def test_advice_never_overwrites_an_installed_wheel(seen: Observation, part: str, expected: str, refused: str | None) -> None:
    advice = said(seen, part)[1]
    assert expected in advice
    assert refused is None or refused not in advice
    if refused is None:
        assert "uninstall" in advice and "nvidia-cudnn-cu13" in advice, "two wheels in one folder"


def test_no_wheel_that_another_package_uses_is_advised_away() -> None:
    seen = unhealed(
        provider("cudnn", version="9.19.0.56", wheel="nvidia-cudnn-cu13"),
        CUBLAS,
        needs={"cudnn": 8, "cublas": 12},
    )
    torch = observation(
        "torch", providers=(provider("cudnn", version="9.19.0.56", wheel="nvidia-cudnn-cu13"),), needs={"cudnn": 9}
    )
    found = outcome(seen, torch)
    one = next(one for one in found.services("ctranslate2") if one.part == "cudnn")
    assert "uninstall" not in advised(found, one)


@pytest.mark.parametrize("version", ["1.27.0", "==1.27"])
def test_what_cannot_be_resolved_is_never_advised(version: str) -> None:
    seen = observation("onnxruntime", providers=(THIRTEEN,), needs={"cublas": 12})
    assert version not in said(seen, "cublas")[1]


def test_a_note_is_filled() -> None:
    text = sentences.note(Reason("backup-missing", {"file": (STUB,)}), "ctranslate2")
    assert text == f"There is no backup of {STUB}, so --restore can't put it back; reinstalling ctranslate2 can."


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("EACCES", "can't be changed by this user"),
        ("EPERM", ".cudnn-heal in it is another user's"),
        ("EROFS", "lies on a read-only file system"),
        ("ENOSPC", "no space is left"),
        ("EISDIR", "something that cudnn-heal did not make has one of its names (EISDIR)"),
        ("EDQUOT", "no space is left"),
        ("EIO", "could not be changed (EIO)"),
        ("libcublas.so.12 changed meanwhile", "an installer is at work"),
        ("x changed while it was backed up", "an installer is at work"),
    ],
)
def test_a_failure_says_what_to_do(error: str, told: str) -> None:
    said, fix = Advisor(outcome(unhealed())).failure(error, "--restore")
    assert told in said
    assert fix[-1].command.endswith("--restore")
    assert not said.endswith(".")


def test_a_restore_that_is_refused_says_why_and_what_fixes_it() -> None:
    seen = with_names(unhealed(manifest=NO_MANIFEST), {STUB: link("../nvidia/cudnn/lib/libcudnn.so.9", CUDNN)})
    found = outcome(seen, mode="restore", refused=Reason("stub-missing", {"file": (STUB,)}))
    said, (fix,) = Advisor(found).refusal()
    assert said == f"the original {STUB} is neither in its place nor beside it"
    assert "ctranslate2==4.6.1" in fix.command
    assert Advisor(outcome(seen)).refusal() == ("", ())


def test_what_is_there_by_its_metadata_is_installed_again(installed: dict[str, Installed | None]) -> None:
    installed[""] = holding({"nvidia-cudnn-cu12": "9.10.2.21"})
    assert re.search(r"Install it again: .*--reinstall .*nvidia-cudnn-cu12==9", said(unhealed(CUBLAS))[1])


def test_advice_that_a_requirement_forbids_says_so(installed: dict[str, Installed | None]) -> None:
    installed[""] = holding({"torch": ("2.8.0", "nvidia-cudnn-cu12==9.10.2.21"), "nvidia-cudnn-cu12": "9.10.2.21"})
    lines = said(unhealed(needs={"cudnn": 8, "cublas": 12}))[1]
    assert "The fix, nvidia-cudnn-cu12==8.*, is ruled out: torch 2.8.0 requires nvidia-cudnn-cu12==9.10.2.21." in lines
    assert "ctranslate2>=4.5" in lines


def test_a_fork_is_named_as_it_is_called() -> None:
    reason = Reason("stub-unknown", {"file": (STUB,)})
    one = Service("ctranslate2", "cudnn", "", "", "damaged", "none", reason, ())
    assert "neither what ctranslate2-arty installed" in sentences.why(one, distribution="ctranslate2-arty")


def test_newer_versions_that_do_without_are_told_where_this_one_does_not() -> None:
    assert sentences.newer(unhealed()) == "ctranslate2 4.6.3 and later need no cuDNN (but cuBLAS all the same)."
    assert sentences.newer(unhealed(stub=None)) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", []),
        ("verbose,-torch", []),
        ("off", ["CUDNN_HEAL=off is set"]),
        ("verbose, NO", ["CUDNN_HEAL=no is set"]),
        ("of", [f"'of' in CUDNN_HEAL means nothing; these do: off, verbose, -{', -'.join(CONSUMERS)}."]),
    ],
)
def test_the_switch_is_told(monkeypatch: pytest.MonkeyPatch, value: str, expected: list[str]) -> None:
    monkeypatch.setenv("CUDNN_HEAL", value)
    assert [line[: len(part)] for line, part in zip_longest(sentences.switches(), expected, fillvalue="")] == expected


def test_a_restore_is_refused_while_something_cannot_be_read() -> None:
    seen = unhealed(unknown={"": ("ctranslate2 (EIO)",)})
    found = outcome(seen, mode="restore", refused=plan(seen, None, "restore").unrestorable)
    said, fix = Advisor(found).refusal()
    assert said == "ctranslate2 (EIO) can't be read"
    assert [str(line).partition(": ")[0] for line in fix] == ["See why", "Then, again"]
