"""What ``--explain`` prints, and its exit status."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from cudnn_heal.knowledge import command, texts

CUBLAS = "RuntimeError: Library libcublas.so.12 is not found or cannot be loaded"


def test_a_message_is_explained() -> None:
    text, status = command(CUBLAS)
    assert status == 0
    assert text.splitlines()[:2] == ["cublas-12-missing", f"  found  {CUBLAS}  (line 1)"]
    assert "\n  fix    Add it: python -m pip install nvidia-cublas-cu12\n" in text
    assert text.endswith("https://github.com/Softcatala/whisper-ctranslate2/issues/146")


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    text, status = command("RuntimeError: frobnication failed")
    assert status == 1
    assert text == "No known message found. Try `cudnn-heal --doctor`."


PACKAGE = """Traceback (most recent call last):
  File "/srv/app/main.py", line 3, in <module>
    import spam
  File "/srv/venv/lib/python3.11/site-packages/spam/eggs.py", line 217, in <module>
    json.loads(text)
  File "/usr/lib/python3.11/json/decoder.py", line 337, in decode
    obj, end = self.raw_decode(s, idx=_w(s, 0).end())
spam.errors.RecipeError: Expecting ham (char 0)
"""
PROGRAM = PACKAGE.replace("/srv/venv/lib/python3.11/site-packages/", "C:\\spam\\").replace("spam.errors.", "")


@pytest.mark.parametrize(
    ("text", "whose", "error"),
    [
        pytest.param(PACKAGE, "the package spam (spam/eggs.py, line 217):", "spam.errors.RecipeError", id="a package"),
        pytest.param(PROGRAM, "the program itself (C:\\spam\\spam/eggs.py, line 217):", "RecipeError", id="a program"),
        pytest.param(PACKAGE.replace("\n", "\napp-1  | "), "the package spam", "spam.errors.RecipeError", id="in a log"),
    ],
)
def test_of_an_unknown_traceback_it_is_said_who_raised_it(text: str, whose: str, error: str) -> None:
    said, status = command(text)
    assert status == 1
    lines = said.splitlines()
    assert lines[0] == "No known message found. Try `cudnn-heal --doctor`."
    assert lines[1].startswith(f"The last traceback is of {whose}")
    assert lines[2].strip() == f"{error}: Expecting ham (char 0)"
    assert json.loads(command(text, as_json=True)[0])["findings"] == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("KeyError: 'ham'", "does not expect"),
        ("spam.errors.RecipeError: no ham", ""),
    ],
)
def test_of_an_unknown_exception_it_is_said_what_its_kind_tells(error: str, said: str) -> None:
    lines = command(f"{PACKAGE.rpartition('spam.errors')[0]}{error}")[0].splitlines()
    assert len(lines) == (5 if said else 4)
    assert said in lines[3]


@pytest.mark.parametrize("text", [PACKAGE.rpartition("spam.errors")[0], "spam.errors.RecipeError: no ham", "", "1\n2\n"])
def test_where_no_traceback_ends_nobody_is_named(text: str) -> None:
    assert "traceback" not in command(text)[0]


@pytest.mark.parametrize("content", ["", "\n", " "])
def test_where_nothing_is_given_it_is_said_how_to_give_it(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, status = command(content)
    assert status == 1
    assert text.splitlines() == [
        "No message was given. These explain one:",
        "  cudnn-heal --explain 'THE MESSAGE'",
        "  cudnn-heal --explain LOGFILE",
        "  python PROGRAM 2>&1 | cudnn-heal --explain -",
    ]
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content.encode())))
    assert command("-")[0].startswith("Standard input is empty. ")
    path = tmp_path / "whisper.log"
    path.write_text(content)
    assert command(str(path))[0].startswith(f"{path} is empty. ")
    assert json.loads(command(content, as_json=True)[0])["findings"] == []


def test_two_addresses_are_shown_and_json_has_all() -> None:
    message = "Cannot load symbol cudnnCreateTensorDescriptor"
    assert command(message)[0].count("https://") == 2
    assert len(json.loads(command(message, as_json=True)[0])["findings"][0]["reference"]) == 4


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "whisper.log"
    path.write_bytes(b"\xff\xfe broken bytes\n" + CUBLAS.encode() + b"\n")
    text, status = command(str(path))
    assert status == 0
    assert "(line 2)" in text


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    text, status = command(str(tmp_path))
    assert status == 1
    assert text == f"{tmp_path} can't be read: Is a directory"


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(f"a\n{CUBLAS}\n".encode())))
    assert command("-")[1] == 0


@pytest.mark.seconds
def test_a_huge_file_is_read_within_bounds_and_said_to_be_cut(tmp_path: Path) -> None:
    path = tmp_path / "huge.log"
    with path.open("wb") as file:
        for _ in range(16):
            file.write(b"an ordinary line of a log\n" * 40_000)
        file.write(CUBLAS.encode())
    text, status = command(str(path))
    assert status == 0
    assert text.startswith("Only part of the text was looked at: ")
    assert "(line 640001)" in text
    assert json.loads(command(str(path), as_json=True)[0])["cut"] > 16_000_000 - 6 * texts.LIMIT_CHARACTERS


def test_json_has_every_finding() -> None:
    shown, status = command(f"{CUBLAS}\nAborted (core dumped)\nNo module named 'yaml'", as_json=True)
    answer = json.loads(shown)
    assert status == 0
    assert (answer["schema"], answer["cut"]) == (2, 0)
    assert [finding["id"] for finding in answer["findings"]] == ["cublas-12-missing", "module-missing"]
    assert set(answer["findings"][0]) == {
        *("id", "kind", "said", "line", "cause", "fix", "applies", "here", "reference", "also", "first"),
    }
    assert answer["findings"][0]["also"] == ["line 2: Aborted (core dumped)"]
    add = {"text": "Add it", "command": "python -m pip install nvidia-cublas-cu12"}
    assert add in answer["findings"][0]["fix"]


def test_json_of_nothing_is_an_empty_list() -> None:
    shown, status = command("nothing", as_json=True)
    assert (json.loads(shown)["findings"], status) == ([], 1)


def test_sentences_are_wrapped_and_commands_are_not() -> None:
    text, _ = command("UnpicklingError: Weights only load failed", width=60)
    command_alone = "           python -m pip install 'lightning<2.6' 'pytorch-lightning<2.6'"
    assert command_alone in text.splitlines()
    long = [line for line in text.splitlines() if len(line) > 60]
    assert all(line == command_alone or " " not in line.strip() for line in long), "commands and addresses"


def test_a_message_that_looks_like_a_path_is_a_message() -> None:
    assert command("/no/such/file: version `GLIBC_2.38' not found")[1] == 0


def test_reading_ends_on_what_has_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cudnn_heal.knowledge.MOST_BLOCKS", 8)
    words, code = command("/dev/zero")
    assert code == 1
    assert "left out" in words
