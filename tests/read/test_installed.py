"""What is installed: names, versions and requirements of distributions, however their metadata is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from cudnn_heal import reconcile
from cudnn_heal.knowledge import fixing
from cudnn_heal.read.installed import Distribution, Installed, installed
from support.wheels import QUIET, demo

METADATA = "Metadata-Version: 2.1\nName: pyannote.audio\nVersion: 3.4.0\nAuthor: Herv\u00e9\nRequires-Dist: torch>=2\n"


def info(site_packages: Path, content: bytes, name: str = "pyannote_audio-3.4.0.dist-info") -> Path:
    folder = site_packages / name
    folder.mkdir(parents=True)
    (folder / "METADATA").write_bytes(content)
    return folder


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16-le"])
def test_metadata_in_any_encoding_ends_nothing(tmp_path: Path, encoding: str) -> None:
    folder = info(tmp_path, METADATA.encode(encoding))
    (folder / "top_level.txt").write_text("pyannote\n")
    found = installed(str(tmp_path))
    assert found == (
        {"pyannote-audio": Distribution("pyannote.audio", "3.4.0", ("torch>=2",), ("pyannote",), str(folder))}
        if encoding != "utf-16-le"
        else {}
    )


def test_what_metadata_in_another_encoding_says_is_known(tmp_path: Path) -> None:
    site = demo(tmp_path)
    info(site.path, METADATA.encode("latin-1"))
    assert fixing.here(reconcile.status(site.target, QUIET)).version("pyannote.audio") == "3.4.0"


def test_a_folder_without_metadata_or_name_is_no_distribution(tmp_path: Path) -> None:
    info(tmp_path, b"", "half-1.0.dist-info")
    info(tmp_path, b"Metadata-Version: 2.1\n", "nameless-1.0.dist-info")
    (tmp_path / "empty-1.0.dist-info").mkdir()
    assert installed(str(tmp_path)) == {}
    assert installed(str(tmp_path / "absent")) == {}


def test_eggs_count_too_as_a_folder_and_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "eggs-1.0.egg-info").mkdir()
    (tmp_path / "eggs-1.0.egg-info/PKG-INFO").write_text("Name: eggs\nVersion: 1.0\n")
    (tmp_path / "eggs-1.0.egg-info/requires.txt").write_text("bacon\n")
    (tmp_path / "spam-2.0.egg-info").write_text("Name: spam\nVersion: 2.0\n")
    found = installed(str(tmp_path))
    assert [(one.name, one.version, one.requires) for one in found.values()] == [
        ("eggs", "1.0", ("bacon",)),
        ("spam", "2.0", ()),
    ]


def test_the_files_of_a_distribution_are_its_records_rows(tmp_path: Path) -> None:
    folder = info(tmp_path, METADATA.encode())
    (folder / "RECORD").write_text("pyannote/a.so,sha256=abc,3\n../../../bin/tool,,\n")
    files = installed(str(tmp_path))["pyannote-audio"].files()
    assert files[f"{tmp_path}/pyannote/a.so"] == ("abc", 3)
    assert len(files) == 2 and not any(".." in path for path in files)
    (folder / "RECORD").unlink()
    assert installed(str(tmp_path))["pyannote-audio"].files() == {}


def test_requirements_hold_for_the_environments_python(tmp_path: Path) -> None:
    requires = (
        "Requires-Dist: CTranslate2<5\nRequires-Dist: old; python_version < '3.10'\n"
        "Requires-Dist: more; extra == 'x'\nRequires-Dist: not a requirement\n"
    )
    content = f"Metadata-Version: 2.1\nName: Faster_Whisper\nVersion: 1.2.1\n{requires}"
    info(tmp_path, content.encode(), "Faster_Whisper-1.2.1.dist-info")
    found = Installed.of(str(tmp_path), "3.9.18")
    assert found.version("faster.whisper") == "1.2.1"
    assert [one.name for one in found.requires("faster-whisper")] == ["CTranslate2", "old"]
    assert [one.name for one in found.requires("faster-whisper", "x")] == ["CTranslate2", "old", "more"]
    assert [(owner, str(one.specifier)) for owner, one in found.requirers("ctranslate2")] == [("faster-whisper", "<5")]
    assert not list(Installed.of(str(tmp_path), "3.11.4").requirers("old"))


@pytest.mark.parametrize(("python", "wanted"), [("3.11.2", ["backport"]), ("3.11.9", [])])
def test_a_requirement_may_be_for_a_python_of_one_release_alone(tmp_path: Path, python: str, wanted: list[str]) -> None:
    content = "Metadata-Version: 2.1\nName: x\nVersion: 1\nRequires-Dist: backport; python_full_version < '3.11.3'\n"
    info(tmp_path, content.encode(), "x-1.dist-info")
    assert [one.name for one in Installed.of(str(tmp_path), python).requires("x")] == wanted
