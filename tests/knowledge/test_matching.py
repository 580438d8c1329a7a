"""What is found in a text, and in which order, however it was pasted."""

from __future__ import annotations

import itertools
import json
import random
import re
from typing import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cudnn_heal.knowledge import fixing, lines, matching, texts
from cudnn_heal.knowledge.model import Finding
from cudnn_heal.knowledge.rows import ROWS as TABLE
from support import corpus as corpus_files

KNOWN = corpus_files.known()
FIELD = corpus_files.known("field.txt")
"""From a review: what people met, and ordinary lines."""
FOUND = corpus_files.known("found.txt")
"""From trackers of other programs: what was tried before the table knew it."""
ROWS = {*range(1, 8), *range(9, 13), 14, 15, *range(17, 25), 26, 27, 29, 30, *range(32, 42), 43, 44, 45, 46, 48}


SHOWN = [row for row in TABLE if row.example]


def find(text: str) -> list[Finding]:
    return matching.search(text)[0]


def _ids(text: str) -> list[str]:
    return [finding.row.id for finding in find(text)]


@pytest.mark.parametrize("pasted", KNOWN, ids=[f"{one.messages[0]}-{i}" for i, one in enumerate(KNOWN)])
def test_what_people_pasted_is_known(pasted: corpus_files.Pasted) -> None:
    assert _ids(pasted.text) == pasted.messages


@pytest.mark.parametrize("pasted", [*FIELD, *FOUND], ids=[one.comment.split()[0].rstrip(",:") for one in (*FIELD, *FOUND)])
def test_what_others_met_is_answered(pasted: corpus_files.Pasted) -> None:
    found = find(pasted.text)
    assert [finding.row.id for finding in found] == pasted.messages
    explanations = [fixing.explain(finding) for finding in found]
    assert pasted.said in " ".join(word for one in explanations for word in (one.cause, *map(str, one.fix)))
    assert not [one.cause for one in explanations if re.search(r"\{\w+\}", one.cause)]


def test_every_text_is_answered_by_rows_of_the_table() -> None:
    assert {id for pasted in (*KNOWN, *FIELD, *FOUND) for id in pasted.messages} <= {row.id for row in TABLE}


def test_every_row_of_the_list_is_in_the_corpus() -> None:
    assert {int(row) for pasted in KNOWN for row in re.findall(r"row (\d+)", pasted.comment)} == ROWS - {16}


@pytest.mark.parametrize("line", corpus_files.others())
def test_ordinary_lines_and_near_misses_are_not_explained(line: str) -> None:
    assert _ids(line) == []


def test_the_corpus_has_as_many_lines_that_must_not_match() -> None:
    assert len(corpus_files.others()) >= 100


def test_a_whole_log_of_ordinary_lines_is_not_explained() -> None:
    lines = [line for line in corpus_files.others() if "libavutil" not in line and "libtorch_cuda" not in line]
    assert _ids("\n".join(lines)) == []


def _prefixed(prefix: str, text: str) -> str:
    return "\n".join(prefix + line for line in text.splitlines())


def _wrapped(columns: int, prefix: str, text: str) -> str:
    lines = [line[i : i + columns] for line in text.splitlines() for i in range(0, max(len(line), 1), columns)]
    return _prefixed(prefix, "\n".join(lines))


PASTED: dict[str, Callable[[str], str]] = {
    "Docker Compose": lambda text: _prefixed("whisper-1  | ", text),
    "kubectl": lambda text: _prefixed("[pod/whisper-7f9c/main] ", text),
    "journald": lambda text: _prefixed("Nov 25 10:00:00 gpu1 python3[812]: ", text),
    "BuildKit": lambda text: _prefixed("#21 16.82 ", text),
    "docker logs -t": lambda text: _prefixed("2026-01-02T10:00:00.123456789Z ", text),
    "Python's logging in Compose": lambda text: _prefixed("app-1 | 2026-01-02 10:00:00,123 - ", text),
    "quoted in a mail": lambda text: _prefixed("> ", text),
    "red": lambda text: "\n".join(f"\x1b[1;31m{line}\x1b[0m" for line in text.splitlines()),
    "a colour amid a word": lambda text: re.sub(r"(\w)(lib|CU)", "\\1\x1b[0m\x1b[38;5;196m\\2", text),
    "wrapped at 60": lambda text: _wrapped(60, "", text),
    "wrapped at 31, in Compose": lambda text: _wrapped(31, "whisper-1  | ", text),
    "wrapped at 77, in journald": lambda text: _wrapped(77, "Nov 25 10:00:00 gpu1 python3[812]: ", text),
    "in a box": lambda text: "\n".join(f"│ {line:<150} │" for line in text.splitlines()),
    "Windows' line ends": lambda text: text.replace("\n", "\r\n"),
    "indented": lambda text: _prefixed("        ", text),
}


LINES = ("ended", "program")
"""Shapes that are looked for line by line: a torn one tells nothing."""


@pytest.mark.parametrize("way", PASTED)
@pytest.mark.seconds
def test_every_message_is_known_in_whichever_way_it_is_pasted(way: str) -> None:
    told = [row for row in SHOWN if row.shape not in LINES or "wrapped" not in way]
    wrong = {row.id: _ids(PASTED[way](row.example)) for row in told}
    assert {id: found for id, found in wrong.items() if found != [id]} == {}


TWO_LINES = (
    "A module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.3.5 as it may crash.",
    "UserWarning: \ntorchcodec is not installed correctly so built-in audio decoding will fail. Solutions are:\n"
    "* fix torchcodec installation. Error message was:\n\nNo module named 'torchcodec'",
)
PREFIXES = (
    "2025-11-25T10:00:00+0000 gpu1 python3[812]: ",  # journalctl -o short-iso
    "2025-11-25T10:00:00.123456+0000 gpu1 python3[812]: ",
    "Nov 25 10:00:00 gpu1 whisper: ",
    "[1234567.890123] python3[812]: ",  # journalctl -o short-monotonic
    "<30>1 2025-11-25T10:00:00.123Z gpu1 whisper 812 - - ",  # RFC 5424
    "2025-11-25 10:00:00.123 | ERROR    | app.worker:run:12 - ",  # loguru
    "[2025-11-25 10:00:00,123: ERROR/ForkPoolWorker-1] ",  # celery
    "[2025-11-25 10:00:00,123: WARNING/MainProcess] ",
    "[2025-11-25, 10:00:00 UTC] {taskinstance.py:1935} ERROR - ",  # Airflow
    "[2025-11-25T10:00:00.123+0000] {logging_mixin.py:188} INFO - ",
    "2025-11-25T10:00:00.123456Z 01O ",  # GitLab
    "2025-11-25T10:00:00.1234567Z ",  # GitHub Actions
    "build\tRun tests\t2025-11-25T10:00:00.1234567Z ",  # gh run view --log
    "2025-11-25T10:00:00.1234567Z ##[error]",
    "2025-11-25T10:00:00.123456789Z stderr F ",  # CRI
    "0|whisper  | ",  # pm2
    "1|whisper  | 2025-11-25 10:00:00: ",
    "E   ",  # pytest
    "[2025-11-25 10:00:00 +0000] [28] [ERROR] ",  # gunicorn
    "ERROR:    ",  # uvicorn
    "ERROR:root:",  # Python's logging
    "ERROR:whisperx.asr:",
    "2025-11-25 10:00:00,123 - whisperx.asr - ERROR - ",
    "2025-11-25 10:00:00 ERROR (MainThread) [homeassistant.components.stt] ",  # Home Assistant
    "2025-11-25T10:00:00+00:00 app[web.1]: ",  # Heroku
    "2025-11-25T10:00:00Z app[148ed] ord [info] ",  # fly.io
    "(EngineCore_DP0 pid=812) ERROR 11-25 10:00:00 [core.py:700] ",  # vLLM
    "(RayWorkerWrapper pid=812, ip=10.0.0.1) ",  # Ray
    "[rank0]: ",  # torchrun
    "[default0]:",
    "[1,0]<stderr>:",  # mpirun
    "0: ",  # srun --label
    "E1125 10:00:00.123456 812 model.cc:45] ",  # glog
    "2025-11-25 10:00:00.123456: E tensorflow/core/x.cc:12] ",
    "[10:00:00] ERROR    ",  # rich
    "whisper.1.abcdefgh@node1    | ",  # docker service logs
    "whisper-asr  | [2025-11-25 10:00:00 +0000] [28] [INFO] ",
    "[pod/whisper-7f9c/main] 2025-11-25T10:00:00.123Z ",
    "1764064800123 ",  # CloudWatch
    "2025-11-25T10:00:00.123Z\t812\tERROR\t",
    "25/11/25 10:00:00 ERROR Executor: ",  # Spark
    "10:00:00  ",  # Jenkins
    "[2025-11-25T10:00:00.123Z] ",
    "[10:00:00]W:\t [Step 1/2] ",  # TeamCity
    "_bk;t=1764064800123\a",  # Buildkite
    "Nov 25, 2025, 10:00:00 AM WARNING ",  # Colab
    "@400000006561b0e0123456ab ",  # s6
    "2025-11-25 10:00:00.123456789  ",
    "web-1 worker ",  # stern: nothing tells it from words, but that each line has it
    "gpu1> ",
)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_what_is_said_over_two_lines_is_known_under_every_prefix(prefix: str) -> None:
    for text in TWO_LINES:
        wanted = _ids(text)
        assert wanted
        assert _ids(_prefixed(prefix, text)) == wanted


def test_what_is_said_over_two_lines_is_known_in_the_wrong_order() -> None:
    for text in TWO_LINES:
        turned = "\n".join(reversed(_prefixed("Nov 25, 2025, 10:00:00 AM WARNING ", text).splitlines()))
        assert _ids(turned) == _ids(text)


def test_json_lines_are_read() -> None:
    said = "RuntimeError: Library libcublas.so.12 is not found or cannot be loaded"
    log = json.dumps({"log": said + "\n", "stream": "stderr", "time": "2025-11-25T10:00:00Z"})
    (finding,) = find(log)
    assert finding.said == said


@pytest.mark.parametrize(
    "put",
    [
        "\x1b[31m",
        "\x1b[\x1b[31m31m",
        "\x1bc",
        "\x1b]0;title\x07",
        "\x1b]8;;http://x\x1b\\",
        "\x9b31m",
        "\0",
        "\x1b[" + "1;" * 300 + "m",
        "\x08",
    ],
)
def test_only_printable_characters_are_shown(put: str) -> None:
    (finding,) = find(f"{put}CUDA failed with {put}error out of memory{put} in '{put}x'")
    assert finding.said.isprintable()
    assert all(value.isprintable() for value in finding.values.values())
    assert lines.printable(f"a{put}b").isprintable()


def test_other_versions_numbers_do_not_matter() -> None:
    for text, id in (
        (
            "Unable to load any of {libcudnn_engines_precompiled.so.10.2.0, libcudnn_engines_precompiled.so}",
            "cudnn-engines",
        ),
        ("libctranslate2-0badcafe.so.4.5.9: cannot enable executable stack as shared object requires", "executable-stack"),
        ("OSError: libnppicc.so.14: cannot open shared object file", "torchcodec-npp"),
        ("A module that was compiled using NumPy 1.x cannot be run in NumPy 2.4.6 as it may crash.", "numpy-1-binary"),
    ):
        assert _ids(text) == [id]


def test_the_root_cause_comes_first_whatever_stands_first() -> None:
    follow = "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED"
    root = "RuntimeError: Library libcublas.so.12 is not found or cannot be loaded"
    assert _ids(f"{follow}\n{root}") == _ids(f"{root}\n{follow}") == ["cublas-12-missing", "cublas-alloc"]


def test_an_abort_and_what_follows_is_one_finding() -> None:
    (finding,) = find(
        "Unable to load any of {libcudnn_ops.so.9.1.0}\nInvalid handle. Cannot load symbol cudnnCreateTensorDescriptor\n"
        "Aborted (core dumped)\nwhisper-1 exited with code 134"
    )
    assert finding.line == 1
    assert finding.also == ("line 3: Aborted (core dumped)", "line 4: whisper-1 exited with code 134")


def test_a_follow_up_is_told_of_under_its_cause() -> None:
    (finding,) = find("Could not download 'pyannote/x' pipeline.\nAttributeError: 'NoneType' object has no attribute 'to'")
    assert finding.row.id == "gated-model"
    assert finding.also == ("line 2: AttributeError: 'NoneType' object has no attribute 'to'",)


def test_the_same_message_about_two_things_is_two_findings() -> None:
    found = find("No module named 'yaml'\nNo module named 'sklearn'\nNo module named 'yaml'")
    assert [one.values["module"] for one in found] == ["yaml", "sklearn"]


def test_the_line_is_shown_as_the_program_wrote_it() -> None:
    (finding,) = find("a\nwhisper-1  | \x1b[31m2026-01-02 10:00:00,1 - ERROR - CUDA failed with error out of memory\x1b[0m")
    assert finding.line == 2
    assert finding.said.endswith("CUDA failed with error out of memory")
    assert "\x1b" not in finding.said


@pytest.mark.seconds
def test_line_numbers_hold_after_what_was_left_out() -> None:
    text = "ordinary line of a log\n" * 100_000 + "CUDA failed with error out of memory\n"
    (finding,) = find(text)
    assert finding.line == 100_001
    assert 0 <= matching.search(text)[1] - (len(text) - texts.LIMIT_CHARACTERS) < 100


def test_no_pattern_has_an_unbounded_repeat() -> None:
    """So that each attempt to match ends after a constant number of steps: the whole is linear in the text."""
    for pattern in (message.pattern for message in SHOWN):
        bare = re.sub(r"\[(?:\\.|[^\]])*\]", "x", re.sub(r"\\.", "x", pattern))
        assert not re.search(r"[*+]|\{\d*,\}", bare), pattern
        assert not re.search(r"\)\{\d+,\d+\}|\)\{\d+\}", bare), f"a repeated group may repeat within itself: {pattern}"


def test_every_pattern_begins_with_something_to_look_for() -> None:
    for row in TABLE:
        assert not row.pattern or not matching._compiled(row.pattern).match(""), row.id


@given(st.text(max_size=3000))
@settings(max_examples=200, deadline=None)
def test_find_never_raises(text: str) -> None:
    find(text)


@pytest.mark.seconds
def test_find_never_raises_on_pieces_of_what_is_known() -> None:
    pieces = [word for pasted in KNOWN for word in re.findall(r"\S+|\s+", pasted.text)]
    chance = random.Random(7)
    for _ in range(300):
        find("".join(chance.choices(pieces, k=200)))


@pytest.mark.parametrize(
    "filler", ["lib", "Could not load library lib", "{libcudnn_", "\x1b[", "\n", "[", "'", "é", "\0", "| "]
)
@pytest.mark.seconds
def test_what_is_searched_is_bounded(filler: str) -> None:
    ready = texts.prepare(filler * (3 * texts.LIMIT_CHARACTERS // len(filler)))
    assert len(ready.squeezed.text) <= texts.LIMIT_CHARACTERS
    assert ready.cut > 0


def test_the_number_of_findings_is_bounded() -> None:
    text = "\n".join(f"No module named '{''.join(letters)}'" for letters in itertools.product("abcdefgh", repeat=4))
    assert len(find(text)) <= matching.FOLLOWING
