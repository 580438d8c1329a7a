"""The report: Markdown that a tracker folds, and nothing in it that its writer would not have published."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
from pathlib import Path

import pytest

from cudnn_heal.advice import Line
from cudnn_heal.doctor import child, facts, redact
from cudnn_heal.doctor.redact import redacted
from cudnn_heal.doctor.result import Problem, absent, failed, ok
from cudnn_heal.doctor.stack import Stack
from support.doctor_results import PROBLEM, at, planted, shown

ROOTS = os.path.join(os.sep, "root")
"""Root's home, on every Linux."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")


@pytest.fixture(autouse=True)
def _somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/data/all_people/jane.roe")
    monkeypatch.setattr(redact, "_user", lambda: "jane.roe")  # pytest asks for it too
    monkeypatch.setattr(socket, "gethostname", lambda: "thinker.example.org")
    monkeypatch.setenv("HF_TOKEN", "hf_QwErTyUiOpAsDfGhJkLzXcVbNm")
    monkeypatch.setenv("MY_SERVICE_SECRET", "correct-horse-battery")


def test_the_cause_stands_on_top(tmp_path: Path) -> None:
    text = shown(tmp_path, planted("a", ok("fine")), planted("b", failed("bad", PROBLEM)), report=True)
    assert text.startswith(
        "## cudnn-heal --doctor\n\n**b**: bad\n\n```text\nsaw this\nand this\n```\n\nCause (nonsense): Because.\n\n```text\npip"
    )


def test_threads_about_it_are_named(tmp_path: Path) -> None:
    problem = PROBLEM._replace(reference=("https://example.org/1", "https://example.org/2", "https://example.org/3"))
    check = planted("b", failed("bad", problem))
    assert "\nSee https://example.org/1, https://example.org/2, https://example.org/3\n" in shown(tmp_path, check, report=True)
    assert "  see    https://example.org/1\n         https://example.org/2\n\n1 problem" in shown(tmp_path, check)


def test_all_well_is_said_on_top(tmp_path: Path) -> None:
    text = shown(tmp_path, planted("a", ok("fine")), planted("b", absent("torch")), report=True)
    assert text.startswith("## cudnn-heal --doctor\n\n**No problems found on the CPU. The GPU was not tested: ")
    assert text.endswith("\nNot installed: torch.\n")


def test_a_secret_that_is_cut_by_shortening_is_hidden_all_the_same(tmp_path: Path) -> None:
    words = "w" * (child.LINE_CHARACTERS - 12)
    problem = Problem((f"{words} hf_QwErTyUiOpAsDfGhJkLzXcVbNm",), "Because.", (), "x")
    assert "hf_" not in shown(tmp_path, planted("a", failed("bad", problem)), report=True)
    assert "…" in shown(tmp_path, planted("a", failed("bad", problem))), "the control: it is cut for people"


@pytest.mark.parametrize(
    "name", ["WHISPER_LICENSE_KEY", "HF_PAT", "HF_TOKEN", "WHISPER_DB_DSN", "CUDA_AUTH", "HF_DB_PASS", "HF_CRED", "HF_CREDS"]
)
@pytest.mark.seconds
def test_a_variable_that_is_secret_by_its_name_is_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "plain-1")
    assert "plain-1" not in shown(tmp_path, planted("a", ok("fine")), report=True)
    assert redact.is_secret(name)
    assert not any(map(redact.is_secret, ("PATH", "LD_LIBRARY_PATH", "PWD", "CUDA_PATH", "TORCH_KEYBOARD", "HF_HOME")))


def test_each_failure_is_told_once_with_the_day_and_what_reads_audio(tmp_path: Path) -> None:
    text = shown(tmp_path, planted("a", ok("fine")), planted("b", failed("bad", PROBLEM)), report=True)
    assert text.count("saw this") == 1
    assert re.search(r"^- 20\d\d-\d\d-\d\d$", text, re.MULTILINE)
    found = facts.media(Stack(at(tmp_path)))
    assert ("ffmpeg" in found) == bool(shutil.which("ffmpeg"))
    assert all(f"\n{name} {version}\n" in text for name, version in found.items())


def test_each_check_is_folded_to_a_line(tmp_path: Path) -> None:
    text = shown(tmp_path, planted("a", ok("fine")), planted("b & c", failed("<bad>", PROBLEM)), report=True)
    assert "\n✅ a: fine\n" in text
    assert "\n❌ b &amp; c: &lt;bad&gt;\n" in text, "the rest stands on top"
    assert text.count("<details>") == text.count("</details>")


def test_machine_environment_variables_and_versions_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "torch-2.8.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.8.0\n")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/cuda/lib64")
    monkeypatch.setenv("NVIDIA_REQUIRE_CUDA", "cuda>=13.0 brand=unknown,driver>=535,driver<536")
    monkeypatch.setenv("EDITOR", "ed")
    text = shown(tmp_path, planted("a", ok("fine")), report=True)
    assert re.search(r"^- cudnn-heal [\d.]+; Python 3\.", text, re.MULTILINE)
    assert re.search(r"^- .*, (managed with (uv|pip)|a uv project at .*)$", text, re.MULTILINE)
    assert "\nLD_LIBRARY_PATH=/opt/cuda/lib64\n" in text
    assert "NVIDIA_REQUIRE" not in text
    assert "\ntorch 2.8.0\n" in text
    assert "EDITOR" not in text


def test_what_helps_about_a_note_is_no_note(tmp_path: Path) -> None:
    noted = ok("fine", "by the way", Line("It helps", "sense"))
    assert "Note: by the way\nIt helps: sense\n" in shown(tmp_path, planted("a", noted), report=True)


def test_what_the_children_said_cannot_break_out_of_its_block(tmp_path: Path) -> None:
    problem = Problem(("```", "</details><script>", "````"), "It <b>is</b> `so` [here](http://x).", (), "x")
    text = shown(tmp_path, planted("a", failed("bad", problem)), report=True)
    assert "`````text\n```\n</details><script>\n````\n`````" in text
    assert r"It \<b\>is\</b\> \`so\` \[here\]" in text


def test_no_secret_of_the_writer_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://jane.roe:sesame99@mirror.example.org/hub?token=abcdef123456&x=1")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/data/all_people/jane.roe/lib:/home/john/lib:/mnt/jane.roe/cuda")
    said = ("/home/john/venv/x.py: thinker: login as jane.roe with hf_QwErTyUiOpAsDfGhJkLzXcVbNm, correct-horse-battery",)
    problem = Problem(
        said, "It is /data/all_people/jane.roe/my_venv.", (Line("", "/data/all_people/jane.roe/my_venv/bin/python"),), ""
    )
    result = failed("bad on thinker.example.org in /data/all_people/jane.roe/my_venv", problem, notes=said)
    text = shown(tmp_path, planted("a", result), report=True)
    for secret in ("jane", "roe", "people", "john", "thinker", "hf_Qw", "correct-horse", "sesame", "abcdef123456"):
        assert secret not in text, secret
    assert "LD_LIBRARY_PATH=~/lib:~/lib:/mnt/USER/cuda" in text
    assert "HF_ENDPOINT=https://[hidden]@mirror.example.org/hub?token=[hidden]&x=1" in text
    assert "HF_TOKEN=[hidden]" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/ann/x", "~/x"),
        ("/home/ann", "~"),
        (f"cd {ROOTS}/x; ls {ROOTS}", "cd ~/x; ls ~"),
        ("/Users/ann/x", "~/x"),
        ("/mnt/c/Users/Ann Roe/x", "~/x"),
        ("/mnt/d/Users/ann", "~"),
        (r"C:\Users\Ann Roe\x", r"~\x"),
        ("in /Users/ann and /tmp/x", "in ~ and /tmp/x"),
        ("/data/all_people/jane.roe/x", "~/x"),
        ("/data/all_people/jane.roe2/x", "/data/all_people/jane.roe2/x"),
        ("/srv/home/ann/x", "/srv/home/ann/x"),
        ("/home", "/home"),
        ("user jane.roe@thinker", "user USER@HOST"),
        ("hf_abcdefghijklmnop", "[hidden]"),
        ("ghp_abcdefghijklmnop1234", "[hidden]"),
        ("sk-proj-abcdefghijklmnop", "[hidden]"),
        ("AKIAIOSFODNN7EXAMPLE", "[hidden]"),
        ("ASIAIOSFODNN7EXAMPLE", "[hidden]"),
        ("nvapi-AbCdEfGhIjKlMnOp-QrSt_UvWx", "[hidden]"),
        ("AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "[hidden]"),
        ("npm_abcdefghijklmnopqrstuvwxyz0123456789", "[hidden]"),
        ("dckr_pat_abcdefghijklmnop", "[hidden]"),
        ("ghr_abcdefghijklmnop1234", "[hidden]"),
        ("xoxe-123456789012-abcdef", "[hidden]"),
        ("xoxe.xoxp-1-abcdefghijklmnop", "[hidden]"),
        ("glpat-abcdefghijklmnop1234", "[hidden]"),
        ("tool --token X9", "tool --token [hidden]"),
        ("tool --hf-token=X9 --model m", "tool --hf-token=[hidden] --model m"),
        ("tool --password 'two words' -v", "tool --password [hidden] -v"),
        ("curl -u ann:pw https://host/x", "curl -u [hidden] https://host/x"),
        ("curl -sL --user=ann:pw https://host/x", "curl -sL --user=[hidden] https://host/x"),
        ("WHISPER_LICENSE_KEY=ABCD-1234", "WHISPER_LICENSE_KEY=[hidden]"),
        ("export HF_PAT=abcd1234", "export HF_PAT=[hidden]"),
        ("https://u:p@ss@host/x", "https://[hidden]@host/x"),
        ("https://u:p/ss@host/x", "https://[hidden]@host/x"),
        ("https://ghs1234567@host/x", "https://[hidden]@host/x"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nafter", "[hidden]\nafter"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\ncut", "[hidden]"),
        ("Authorization: Bearer abcdef.ghi", "Authorization: Bearer [hidden]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig", "[hidden]"),
        ("https://u:p@host/x", "https://[hidden]@host/x"),
        ("https://host/x?a=1&api_key=abc&b=2", "https://host/x?a=1&api_key=[hidden]&b=2"),
        ("password = 'hunter22'", "password = '[hidden]'"),
        ("mail ann@example.org", "mail [hidden]"),
        ("mail bob@localhost now", "mail [hidden] now"),
        ("/export/home/alice/x", "~/x"),
        ("/net/home/carol/x", "~/x"),
        ("/data/users/dave/x", "~/x"),
        ("https://host/x?code=a1b2", "https://host/x?code=[hidden]"),
        ("https://host/x?a=1&sas=a1b2&sig=c3", "https://host/x?a=1&sas=[hidden]&sig=[hidden]"),
        ("user=ann pw=hunter22", "user=ann pw=[hidden]"),
        ("pass: hunter22", "pass: [hidden]"),
        ("pwd=hunter22;x", "pwd=[hidden];x"),
        ("DB_PASS=hunter22", "DB_PASS=[hidden]"),
        ("AWS_CREDS='hunter22'", "AWS_CREDS='[hidden]'"),
    ],
)
def test_what_tells_of_people_is_hidden(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "torch.nn.functional.conv1d",
        "uv pip install --python .venv/bin/python 'torch<2.9'",
        "libcudnn_ops.so.9.10.2 from nvidia-cudnn-cu12 9.10.2.21",
        "Cannot load symbol cudnnCreateTensorDescriptor",
        "use_auth_token is no argument",
        "tokenizer.json: 50258 tokens",
        "https://github.com/SYSTRAN/faster-whisper/issues/1080",
        "a 512x512 MatMul at 0x7f00deadbeef",
        "sk_BUFF",
        "NVIDIA H100 80GB HBM3, sm_90",
        "http://127.0.0.1:8080/simple/@scope/x",
        "pip --python .venv/bin/python install x",
        "the key is not in the file",
        "PATH=/usr/bin:/bin",
        "pwd=/usr/lib and PWD=/usr/lib",
        "FAIL 1 pass 2, bypass: none of these",
        "/data/models/users.json in /net/share",
        "KeyError: 'cudnn'",
    ],
)
def test_what_helps_to_find_the_cause_stays(text: str) -> None:
    assert redacted(text) == text


def test_a_user_whose_name_is_a_word_of_the_stack_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact, "_user", lambda: "torch")
    assert redacted("torch 2.8.0") == "torch 2.8.0"


def test_a_path_that_is_no_text_is_written_as_text(tmp_path: Path) -> None:
    text = shown(tmp_path / os.fsdecode(b"caf\xe9/lib/python3/site-packages"), planted("a", ok("fine")), report=True)
    assert "/caf\\xe9/lib/python3/site-packages, " in text
    assert text.encode()


def test_a_secret_that_begins_as_a_path_does_is_hidden_and_a_path_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHISPER_DB_PASS", "/9j4AAQSkZJRg==")
    monkeypatch.setenv("HF_TOKEN_PATH", "/usr/bin")
    assert redacted("with /9j4AAQSkZJRg== in /usr/bin") == "with [hidden] in /usr/bin"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root runs what is another user's")
@pytest.mark.parametrize(
    ("owner", "group", "mode", "told"),
    [(0, 0, 0o755, False), (0, 0, 0o775, False), (0, 7, 0o775, True), (0, 0, 0o777, True), (65534, 65534, 0o755, True)],
)
@pytest.mark.parametrize("folder", ["", "ctranslate2.libs"])
@pytest.mark.seconds
def test_root_is_told_that_what_others_may_write_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, owner: int, group: int, mode: int, told: bool
) -> None:
    place = tmp_path / folder
    place.mkdir(exist_ok=True)
    os.chown(place, owner, group)
    place.chmod(mode)
    line = f"You are root, and others may write in {place}: what they put there runs as root"
    assert (line in facts.header(Stack(at(tmp_path))).lines()) is told
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert len(facts.header(Stack(at(tmp_path))).lines()) == 3
