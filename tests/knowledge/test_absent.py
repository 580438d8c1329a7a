"""Programs that are not found, in the words of shells and of what starts programs, and systems in other languages."""

from __future__ import annotations

import pytest

from cudnn_heal.knowledge import absent, matching, translations
from cudnn_heal.knowledge.fixing import explain
from cudnn_heal.knowledge.rows import ROWS


def _ids(text: str) -> list[str]:
    return [finding.row.id for finding in matching.search(text)[0]]


def _said(text: str) -> str:
    (finding,) = matching.search(text)[0]
    told = explain(finding)
    return " ".join((told.cause, *map(str, told.fix)))


WORDINGS = (
    "bash: {}: command not found",
    "-bash: line 12: {}: command not found",
    "/bin/sh: 1: {}: not found",
    "/bin/sh: {}: not found",
    "sudo: {}: command not found",
    "zsh: command not found: {}",
    "fish: Unknown command: {}",
    "'{}' is not recognized as an internal or external command,\noperable program or batch file.",
    "{0} : The term '{0}' is not recognized as the name of a cmdlet, function, script file, or operable program.",
    "/usr/bin/env: ‘{}’: No such file or directory",
    'exec: "{}": executable file not found in $PATH',
    "make: {}: No such file or directory",
    "Error: spawn {} ENOENT",
    "error: Failed to spawn: `{}`",
    "which: no {} in (/usr/local/bin:/usr/bin:/bin)",
    "Command '{}' not found, but can be installed with:",
    'java.io.IOException: Cannot run program "{}": error=2, No such file or directory',
    "An error occurred trying to start process '{}' with working directory '/app'. No such file or directory",
    "FileNotFoundError: [Errno 2] No such file or directory: '{}'",
)


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize(("program", "id"), [("nvcc", "cuda-home"), ("git", "git-missing"), ("unzip", "program-not-installed")])
def test_a_program_is_known_in_every_wording(wording: str, program: str, id: str) -> None:
    assert _ids(wording.format(program)) == [id]


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("whisperx", "comes with the Python package whisperx"),
        ("faster-whisper", "whisper-ctranslate2"),
        ("uv", "https://docs.astral.sh/uv/"),
        ("wget", "apt-get install -y wget"),
        ("docker-compose", "docker compose"),
        ("nvidia-ctk", "nvidia-ctk runtime configure"),
        ("python3.10", "uv python install 3.11"),
        ("frobnicate", "apt-file search bin/frobnicate"),
    ],
)
def test_what_brings_a_program_is_told(program: str, said: str) -> None:
    assert said in _said(f"bash: {program}: command not found")


TRACED = """Traceback (most recent call last):
  File "/srv/app/prepare.py", line 7, in convert
    subprocess.run(["{}", "-i", path], check=True)
  File "/usr/lib/python3.11/subprocess.py", line 1955, in _execute_child
    raise child_exception_type(errno_num, err_msg, err_filename)
"""


def test_pythons_words_are_a_programs_only_where_one_was_started() -> None:
    last = "FileNotFoundError: [Errno 2] No such file or directory: 'frobnicate'"
    assert _ids(TRACED.format("frobnicate") + last) == ["program-not-installed"]
    assert _ids(last) == []
    assert _ids(TRACED.format("frobnicate").replace("subprocess", "reader").replace("_execute_child", "read") + last) == []
    windows = "FileNotFoundError: [WinError 2] The system cannot find the file specified"
    assert "The program mediainfo was not found" in _said(TRACED.format("mediainfo") + windows)
    assert "which the message does not name" in _said(TRACED.format("-").replace('"-"', "tool") + windows)
    assert _ids(windows) == ["windows-error"]


@pytest.mark.parametrize(
    "line",
    [
        "checking for nvcc... not found",
        "libfoo.so => not found",
        "Package cudnn was not found in the pkg-config search path.",
        "404: Not Found",
        "No such file or directory: 'talk.wav'",
    ],
)
def test_what_else_is_not_found_is_no_program(line: str) -> None:
    assert not [id for id in _ids(line) if id == "program-not-installed"]


def test_each_program_is_told_of_once() -> None:
    every = [program for row in ROWS for program in row.programs]
    assert len(every) == len(set(every))
    assert not set(every) & absent.KNOWN


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (
            "ImportError: libcudnn.so.9: Kann die Shared-Object-Datei nicht öffnen: Datei oder Verzeichnis nicht gefunden",
            "library-missing",
        ),
        ("ImportError: libcublas.so.12: 无法打开共享对象文件: 没有那个文件或目录", "library-missing"),
        ("bash: nvidia-smi : commande introuvable", "driver-not-running"),
        ("bash: nvcc: команда не найдена", "cuda-home"),
        ("bash: ffmpeg: コマンドが見つかりません", "ffmpeg-program"),
        ("Speicherzugriffsfehler (Speicherabzug geschrieben)", "process-ended"),
        ("段错误 (核心已转储)", "process-ended"),
        ("OSError: [Errno 28] Auf dem Gerät ist kein Speicherplatz mehr verfügbar", "disk-full"),
        ('Der Befehl "ffmpeg" ist entweder falsch geschrieben oder', "ffmpeg-program"),
        ("'nvcc' 不是内部或外部命令，也不是可运行的程序", "cuda-home"),
        ("无法将“git”项识别为 cmdlet、函数、脚本文件或可运行程序的名称。", "git-missing"),
        ("socket.gaierror: [Errno -3] Temporärer Fehler bei der Namensauflösung", "network"),
    ],
)
def test_systems_in_other_languages_are_understood(text: str, id: str) -> None:
    assert _ids(text) == [id]


IN_ONE_LINE = (
    '"trace": "Traceback (most recent call last):\\n  File \\"/app/x.py\\", line 3\\n'
    'ImportError: libcublas.so.12: cannot open shared object file"'
)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("ModuleNotFoundError: No module named &#39;torch&#39;", "module-missing"),
        (IN_ONE_LINE, "library-missing"),
        ("ModuleNotFoundError: No module named ’torch’", "module-missing"),
    ],
)
def test_what_was_escaped_is_read_as_it_was(text: str, id: str) -> None:
    assert _ids(text) == [id]


def test_words_of_other_sentences_stay() -> None:
    for text in ("Der Vorgang wurde Abgebrochen, weil", "Morto di fame", "all is well"):
        assert translations.english(text) == text


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("open /models/config.json: permission denied", "cache-permission"),
        ("Error: EACCES: permission denied, mkdir '/app/data'", "cache-permission"),
        ("mkdir: cannot create directory ‘/models’: Permission denied", "cache-permission"),
        ("System.UnauthorizedAccessException: Access to the path '/config/models' is denied.", "cache-permission"),
        ("what():  filesystem error: cannot create directories: Permission denied [/models]", "cache-permission"),
        ("Error: EROFS: read-only file system, open '/app/x'", "read-only"),
        ("mkdir: cannot create directory '/config/models': Read-only file system", "read-only"),
        ("Error: ENOSPC: no space left on device, write", "disk-full"),
        ("listen tcp 0.0.0.0:8000: bind: address already in use", "port-taken"),
        ("Error: listen EADDRINUSE: address already in use :::9000", "port-taken"),
        ("dial tcp: lookup huggingface.co: no such host", "network"),
        ("curl: (6) Could not resolve host: github.com", "network"),
        ("Error: getaddrinfo ENOTFOUND huggingface.co", "network"),
        ("tls: failed to verify certificate: x509: certificate signed by unknown authority", "network"),
        ("Error: connect ECONNREFUSED 127.0.0.1:8000", "connection-refused"),
        ("python: can't open file '/app/main.py': [Errno 2] No such file or directory", "file-missing"),
        ("Error: ENOENT: no such file or directory, open '/app/config.json'", "file-missing"),
        ("bash: fork: retry: Resource temporarily unavailable", "threads"),
    ],
)
def test_what_the_system_says_is_known_in_every_languages_words(text: str, id: str) -> None:
    assert _ids(text) == [id]
