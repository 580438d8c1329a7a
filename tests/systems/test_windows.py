"""What is said and done on Windows, as far as that can be seen elsewhere."""

from __future__ import annotations

import inspect
import os
import re
from pathlib import Path

import pytest

from cudnn_heal.knowledge.rows import ROWS
from cudnn_heal.systems import linux, windows


def public(module: object) -> dict[str, object]:
    """Return what a system's module offers: its constants, and the parameters of its functions."""
    found: dict[str, object] = {}
    for name, value in vars(module).items():
        own = getattr(value, "__module__", "") == module.__name__ or name in ("has_gpu", "library_folders")  # type: ignore[attr-defined]
        if inspect.isfunction(value) and own and not name.startswith("_"):
            found[name] = list(inspect.signature(value).parameters)
        elif name.isupper() and not name.startswith("_"):
            found[name] = type(value)
    return {name: one for name, one in found.items() if name not in ("TYPE_CHECKING", "ENVIRON")}


def test_both_systems_have_the_same_names() -> None:
    assert public(windows) == public(linux)


@pytest.fixture(params=["PowerShell", "cmd"])
def shell(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("PROMPT", raising=False)
    if request.param == "cmd":
        monkeypatch.setenv("PROMPT", "$P$G")
    return str(request.param)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["uv", "add", "nvidia-cublas-cu12==12.*"], "uv add nvidia-cublas-cu12==12.*"),
        (["uv", "add", "ctranslate2>=4.6.3"], 'uv add "ctranslate2>=4.6.3"'),
        (["uv", "add", "onnxruntime-gpu[cuda,cudnn]"], 'uv add "onnxruntime-gpu[cuda,cudnn]"'),
        ([r"C:\venv\Scripts\python.exe", "-m", "pip"], r"C:\venv\Scripts\python.exe -m pip"),
        (["cudnn-heal", "--python", r"C:\My Project\.venv"], r'cudnn-heal --python "C:\My Project\.venv"'),
        (["cudnn-heal", "--python", "C:\\My Project\\"], r'cudnn-heal --python "C:\My Project\\"'),
        (["cudnn-heal", "--python", r"C:\Users\Zoë\.venv"], r'cudnn-heal --python "C:\Users\Zoë\.venv"'),
        (["pip", ""], 'pip ""'),
    ],
)
def test_a_command_is_quoted_for_both_shells(words: list[str], line: str, shell: str) -> None:
    assert windows.quoted(words) == line


def test_a_program_with_a_blank_in_its_path_is_called_as_the_shell_wants_it(shell: str) -> None:
    line = windows.quoted([r"C:\Program Files\Python\python.exe", "-m", "pip"])
    assert line == ("& " if shell == "PowerShell" else "") + r'"C:\Program Files\Python\python.exe" -m pip'


def test_a_command_that_depends_on_another_is_told_to_the_shell(shell: str) -> None:
    assert windows.chained(["one"]) == "one"
    both = "one; if ($?) { two; if ($?) { three } }" if shell == "PowerShell" else "one && two && three"
    assert windows.chained(["one", "two", "three"]) == both


def test_a_variable_is_set_and_taken_away_as_the_shell_does_it(shell: str) -> None:
    taken, given = windows.assigned("CUDNN_HEAL", ""), windows.assigned("PATH", r"C:\one;C:\two")
    if shell == "PowerShell":
        assert (taken, given) == ("Remove-Item Env:CUDNN_HEAL", r'$env:PATH = "C:\one;C:\two"')
    else:
        assert (taken, given) == ('set "CUDNN_HEAL="', r'set "PATH=C:\one;C:\two"')


def test_what_is_written_for_linux_is_typed_as_the_shell_does_it_or_left_out(shell: str) -> None:
    given, taken = windows.typed("export KMP_DUPLICATE_LIB_OK=TRUE"), windows.typed("unset CUDA_VISIBLE_DEVICES")
    if shell == "PowerShell":
        assert (given, taken) == ('$env:KMP_DUPLICATE_LIB_OK = "TRUE"', "Remove-Item Env:CUDA_VISIBLE_DEVICES")
    else:
        assert (given, taken) == ('set "KMP_DUPLICATE_LIB_OK=TRUE"', 'set "CUDA_VISIBLE_DEVICES="')
    for there in ("nvidia-smi", "docker logout ghcr.io", 'python -c "import x; print(x)"', "python -X faulthandler P 2>&1 | x"):
        assert windows.typed(there) == there
    for lacking in ("df -h ~", "export A=$(x)", "nvidia-smi -q | grep -i 'compute mode'", 'echo "[$A]"; nvidia-smi -L'):
        assert (windows.typed(lacking), linux.typed(lacking)) == ("", lacking)


def test_no_command_of_a_row_is_in_the_quotes_that_cmd_does_not_know() -> None:
    typed = [
        windows.typed(fix.command) for row in ROWS for fix in row.fixes if fix.command and not fix.command.startswith("sudo ")
    ]
    assert len([one for one in typed if "{python} -c" in one]) > 8
    assert not [one for one in typed if re.search(r"(^| )'|'( |$)", one)]


def test_a_launcher_starts_the_interpreter_whose_path_it_holds(tmp_path: Path) -> None:
    launcher = tmp_path / "cudnn-heal.exe"
    launcher.write_bytes(b"MZ" + bytes(4096) + b"#!C:\\Venv\\Scripts\\python.exe\nPK\3\4")
    assert windows.starts(str(launcher), r"c:\venv\Scripts\python.exe")
    assert not windows.starts(str(launcher), r"C:\other\Scripts\python.exe")
    assert not windows.starts(str(tmp_path / "none.exe"), r"C:\venv\Scripts\python.exe")


def test_there_is_a_gpu_where_the_drivers_library_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    assert not windows.has_gpu()
    (tmp_path / "System32").mkdir()
    (tmp_path / "System32" / "nvcuda.dll").touch()
    assert windows.has_gpu()


def test_the_systems_copies_are_those_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("cublas64_12.dll", "cudnn_ops64_9.dll", "kernel32.dll", "cublas.txt"):
        (tmp_path / name).touch()
    monkeypatch.setenv("PATH", os.pathsep.join(["", str(tmp_path / "none"), str(tmp_path), str(tmp_path)]))
    assert windows.system_copies() == (f"{tmp_path}/cublas64_12.dll",)
