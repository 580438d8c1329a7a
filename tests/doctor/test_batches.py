"""The table of batches, on a GPU that is played: what fits, what is said of the rest, what a child that is cut off leaves."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cudnn_heal import doctor
from cudnn_heal.doctor.checks import Check, pipeline
from cudnn_heal.doctor.child import Ended, Work
from cudnn_heal.doctor.result import ok
from cudnn_heal.doctor.stack import Asked, Stack
from cudnn_heal.report import schema
from support.doctor_results import DRIVER, Told, at, examined
from support.environments import Environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")

CTRANSLATE2 = """
def get_supported_compute_types(device):
    return {"float16"}

class StorageView:
    def __init__(self, shape):
        self.shape = shape

    @classmethod
    def from_array(cls, array):
        return cls(array.shape)
"""
FASTER_WHISPER = """
import os, time, types, numpy

class Model:
    is_multilingual = False

    def encode(self, batch):
        return batch

    def generate(self, encoded, prompts, **options):
        size, words = encoded.shape[0], [5, 6, 7]
        time.sleep(0.02 + 0.001 * size)  # more at once is faster, on a busy machine too
        {behaviour}
        return [types.SimpleNamespace(sequences_ids=[words]) for _ in range(size)]

    def unload_model(self):
        pass

    load_model = unload_model

class WhisperModel:
    hf_tokenizer = None

    def __init__(self, path, **options):
        self.model = Model()

    def feature_extractor(self, samples):
        return numpy.zeros((2, 3001), "float32")
"""
AUDIO = """
import numpy

def decode_audio(path):
    return numpy.ones(5 * 16000, "float32")
"""
TOKENIZER = """
class Tokenizer:
    sot_sequence, no_timestamps = [1], 2

    def __init__(self, *arguments, **options):
        pass
"""


class Played(Told):
    """A stack whose children really run, on a machine that seems to have a GPU."""

    def __init__(self, folder: Path, python: str, **options: Any) -> None:
        super().__init__(folder, {}, faster_whisper="1.2.1")
        self.python, self.asked = python, Asked("tiny")
        self.limit = options.get("limit", self.limit)

    def child(self, work: Work) -> Ended:
        """Run it."""
        return Stack.child(self, work)


Play = Callable[..., Played]


@pytest.fixture
def play(make: Callable[..., Environment], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Return a function that makes such a stack, whose model transcribes a thousand chunks a second and behaves so."""
    python = str(make("numpy").interpreter)

    def create(behaviour: str = "pass", **options: Any) -> Played:
        played = tmp_path / "played"
        (played / "faster_whisper").mkdir(parents=True)
        (played / "ctranslate2.py").write_text(CTRANSLATE2)
        (played / "faster_whisper" / "__init__.py").write_text(FASTER_WHISPER.format(behaviour=behaviour))
        (played / "faster_whisper" / "audio.py").write_text(AUDIO)
        (played / "faster_whisper" / "tokenizer.py").write_text(TOKENIZER)
        monkeypatch.setenv("PYTHONPATH", str(played))
        return Played(tmp_path / "packages", python, **options)

    return create


OUT_OF_MEMORY = 'if size > {}: raise RuntimeError("CUDA failed with error out of memory")'


@pytest.mark.parametrize(
    ("most", "sizes", "refused"),
    [(7, [1], 8), (20, [1, 8, 16], 24), (31, [1, 8, 16, 24], 32), (100, [1, 8, 16, 32, 64, 96], 104)],
)
def test_sizes_double_until_memory_ends_and_the_largest_is_sought_between(
    play: Play, most: int, sizes: list[int], refused: int
) -> None:
    result = examined("batches", play(OUT_OF_MEMORY.format(most)))
    assert result.status == "ok"
    assert [one["size"] for one in result.facts["batches"]] == sizes
    fit = "1 chunk" if sizes == [1] else f"{sizes[-1]} chunks"
    assert result.summary.startswith(f"up to {fit} of 30 s fit at once in float16 ({refused} do not); fastest with ")


def test_a_gpu_on_which_nothing_fits_is_told_what_gives_memory(play: Play) -> None:
    result = examined("batches", play(OUT_OF_MEMORY.format(0)))
    assert (result.status, result.summary) == ("failed", "not even one chunk of 30 s fits")
    assert result.problems[0].id == "gpu-memory"


def test_time_ends_it_and_nothing_is_said_of_what_was_not_tried(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "BATCH_SECONDS", 1.0)
    begin = time.monotonic()
    result = examined("batches", play())
    largest = result.facts["batches"][-1]["size"]
    assert 8 <= largest <= 512
    assert f"at least {largest} chunks of 30 s fit" in result.summary
    assert f"(larger ones not tried: time was up before {2 * largest})" in result.summary
    assert time.monotonic() - begin < 10


def test_a_size_is_tried_once_where_twice_takes_too_long(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first time of a size is slower than the next, and is what counts where time is short."""
    monkeypatch.setattr(pipeline, "BATCH_SECONDS", 2.0)
    result = examined("batches", play("if size == 8: time.sleep(1.2)"))
    assert [one["size"] for one in result.facts["batches"]] == [1, 8]
    assert result.facts["beyond"] == 16


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        ("if size > 8: time.sleep(600)", "larger ones not tried: no answer within 5 s (during a batch of 16)"),
        ("if size > 8: os.abort()", "then: killed by SIGABRT (during a batch of 16)"),
        ('if size > 8: raise RuntimeError("odd")', "then: RuntimeError: odd (during a batch of 16)"),
    ],
)
def test_what_was_measured_outlives_the_child(play: Play, behaviour: str, says: str) -> None:
    result = examined("batches", play(behaviour, limit=5.0))
    assert result.status == "ok"
    assert [one["size"] for one in result.facts["batches"]] == [1, 8]
    assert f"at least 8 chunks of 30 s fit at once in float16 ({says}); fastest with 8" in result.summary
    assert len(result.rows) == 2


def test_a_failure_at_a_size_that_the_pipelines_use_is_one(play: Play) -> None:
    result = examined("batches", play("if size == 8: os.abort()"))
    assert result.status == "failed"
    assert "at least 1 chunk of 30 s fit" in result.summary
    assert result.problems[0].found[0] == "killed by SIGABRT (during a batch of 8)"


def test_a_batch_that_says_something_else_does_not_count(play: Play) -> None:
    result = examined("batches", play("if size > 16: words = [0]"))
    assert result.summary.startswith("up to 16 chunks of 30 s fit at once in float16 (with 32 other words come out); fastest")


def test_each_size_is_shown_as_it_comes(play: Play, tmp_path: Path) -> None:
    stack = play("if size > 8: time.sleep(1); os.abort()")
    lines: list[tuple[float, str]] = []
    stack.say = lambda text: lines.append((time.monotonic(), text))
    examined("batches", stack)
    assert [text.partition(":")[0] for _, text in lines] == ["1 chunk of 30 s at once", "8 chunks of 30 s at once"]
    assert time.monotonic() - lines[-1][0] > 1


def test_an_interrupt_leaves_what_was_measured(tmp_path: Path) -> None:
    out = io.StringIO()

    def measure(stack: Stack) -> Any:
        stack.say("8: 80x")
        raise KeyboardInterrupt

    assert doctor.run(at(tmp_path), out=out, checks=[Check("a", measure)]) == schema.INTERRUPTED
    assert "8: 80x\n" in out.getvalue()


def test_the_report_has_the_table(tmp_path: Path) -> None:
    out = io.StringIO()
    check = Check("batches", lambda stack: ok("up to 8")._replace(rows=("1: 80x", "8: 300x")))
    doctor.run(at(tmp_path), out=out, checks=[check], report=True)
    assert "<summary>✅ batches: up to 8</summary>\n\n```text\n1: 80x\n8: 300x\n```\n\n\n</details>" in out.getvalue()


def test_without_a_gpu_there_are_no_batches(tmp_path: Path) -> None:
    assert examined("batches", Told(tmp_path, {}, {**DRIVER, "gpus": []}, faster_whisper="1.2.1")).summary == "no GPU"
