"""What is found in a text, and in which order, however it was pasted."""

from __future__ import annotations

import itertools
import random
import re
from typing import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cudnn_heal.knowledge import matching
from cudnn_heal.knowledge.messages import ENDED
from cudnn_heal.knowledge.messages import ROWS as TABLE
from cudnn_heal.knowledge.model import Finding
from support import corpus as corpus_files

KNOWN = corpus_files.known()
ROWS = {*range(1, 8), *range(9, 13), 14, 15, *range(17, 25), 26, 27, 29, 30, *range(32, 42), 43, 44, 45, 46, 48}


SHOWN = [row for row in TABLE if row.pattern]


def find(text: str) -> list[Finding]:
    return matching.search(text)[0]


def _ids(text: str) -> list[str]:
    return [finding.row.id for finding in find(text)]


@pytest.mark.parametrize("pasted", KNOWN, ids=[f"{one.messages[0]}-{i}" for i, one in enumerate(KNOWN)])
def test_what_people_pasted_is_known(pasted: corpus_files.Pasted) -> None:
    assert _ids(pasted.text) == pasted.messages


def test_every_message_has_a_text_as_people_paste_it() -> None:
    assert {message.id for message in SHOWN} == {id for pasted in KNOWN for id in pasted.messages}


def test_every_row_of_the_list_is_in_the_corpus() -> None:
    assert {int(row) for pasted in KNOWN for row in re.findall(r"row (\d+)", pasted.comment)} == ROWS - {16}


@pytest.mark.parametrize("line", corpus_files.others())
def test_ordinary_lines_and_near_misses_are_not_explained(line: str) -> None:
    assert _ids(line) == []


def test_the_corpus_has_as_many_lines_that_must_not_match() -> None:
    assert len(corpus_files.others()) >= len(KNOWN)


def test_a_whole_log_of_ordinary_lines_is_not_explained() -> None:
    lines = [line for line in corpus_files.others() if "libavutil" not in line and "libtorch_cuda" not in line]
    assert _ids("\n".join(lines)) == []


def _prefixed(prefix: str, text: str) -> str:
    return "\n".join(prefix + line for line in text.splitlines())


def _wrapped(columns: int, prefix: str, text: str) -> str:
    lines = [line[i : i + columns] for line in text.splitlines() for i in range(0, max(len(line), 1), columns)]
    return _prefixed(prefix, "\n".join(lines))


PASTED: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
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


@pytest.mark.parametrize("way", PASTED)
def test_every_message_is_known_in_whichever_way_it_is_pasted(way: str) -> None:
    wrong = {message.id: _ids(PASTED[way](message.example)) for message in SHOWN}
    assert {id: found for id, found in wrong.items() if found != [id]} == {}


def test_other_versions_numbers_do_not_matter() -> None:
    for text, id in (
        (
            "Unable to load any of {libcudnn_engines_precompiled.so.10.2.0, libcudnn_engines_precompiled.so}",
            "cudnn-sub-libraries",
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


def test_line_numbers_hold_after_what_was_left_out() -> None:
    text = "ordinary line of a log\n" * 100_000 + "CUDA failed with error out of memory\n"
    (finding,) = find(text)
    assert finding.line == 100_001
    assert 0 <= matching.search(text)[1] - (len(text) - matching.LIMIT_CHARACTERS) < 100


def test_no_pattern_has_an_unbounded_repeat() -> None:
    """So that each attempt to match ends after a constant number of steps: the whole is linear in the text."""
    for pattern in (*(message.pattern for message in SHOWN), ENDED):
        bare = re.sub(r"\[(?:\\.|[^\]])*\]", "x", re.sub(r"\\.", "x", pattern))
        assert not re.search(r"[*+]|\{\d*,\}", bare), pattern
        assert not re.search(r"\)\{\d+,\d+\}|\)\{\d+\}", bare), f"a repeated group may repeat within itself: {pattern}"


def test_every_pattern_begins_with_something_to_look_for() -> None:
    for message in SHOWN:
        assert not matching._compiled(message.pattern).match(""), message.id


@given(st.text(max_size=3000))
@settings(max_examples=200, deadline=None)
def test_find_never_raises(text: str) -> None:
    find(text)


def test_find_never_raises_on_pieces_of_what_is_known() -> None:
    pieces = [word for pasted in KNOWN for word in re.findall(r"\S+|\s+", pasted.text)]
    chance = random.Random(7)
    for _ in range(300):
        find("".join(chance.choices(pieces, k=200)))


@pytest.mark.parametrize(
    "filler", ["lib", "Could not load library lib", "{libcudnn_", "\x1b[", "\n", "[", "'", "é", "\0", "| "]
)
def test_what_is_searched_is_bounded(filler: str) -> None:
    ready = matching.prepare(filler * (3 * matching.LIMIT_CHARACTERS // len(filler)))
    assert len(ready.squeezed) <= matching.LIMIT_CHARACTERS
    assert ready.cut > 0


def test_the_number_of_findings_is_bounded() -> None:
    text = "\n".join(f"No module named '{''.join(letters)}'" for letters in itertools.product("abcdefgh", repeat=4))
    assert len(find(text)) <= matching.FOLLOWING
