"""RECORD: whole, cut, without hashes, doubled, or nonsense: what can be read is read, and nothing raises."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cudnn_heal.names import normalized
from cudnn_heal.read import files, records
from cudnn_heal.read.records import Row
from support.wheels import RECORD_FORMS, STUB, RecordForm, Site

STUB_PATH = f"ctranslate2.libs/{STUB}"


@pytest.mark.parametrize(
    ("line", "row"),
    [
        pytest.param("a/b.so,sha256=abc,12", Row("abc", 12), id="whole"),
        pytest.param("a/b.so,,", Row("", -1), id="without hash"),
        pytest.param("a/b.so,sha256=,12", Row("", 12), id="PDM with its cache"),
        pytest.param("a/b.so,md5=abc,12", Row("", 12), id="another hash"),
        pytest.param("a/b.so,sha256=abc,", Row("abc", -1), id="without size"),
        pytest.param("a/b.so,sha256=abc,twelve", Row("abc", -1), id="size in words"),
        pytest.param("a/b.so,sha256=abc,-3", Row("abc", -1), id="negative size"),
        pytest.param("a/b.so,sha256=abc," + "9" * 5000, Row("abc", -1), id="gigantic size"),
        pytest.param('"a/b.so",sha256=abc,12', Row("abc", 12), id="quoted"),
    ],
)
def test_a_row_is_read_as_the_specification_has_it(line: str, row: Row) -> None:
    assert records.parse(line + "\n") == {"a/b.so": row}


def test_a_path_with_a_comma_is_quoted() -> None:
    assert list(records.parse('"a,b.so",sha256=x,1\n')) == ["a,b.so"]


@pytest.mark.parametrize("line", ["", "a", "a,b", "a,b,c,d"])
def test_a_line_that_is_no_row_is_passed_over(line: str) -> None:
    assert list(records.parse(f"{line}\nfile,,\n")) == ["file"]


@pytest.mark.parametrize("text", ["\0,,\n", "x" * 200_000 + ",,\n", '"unclosed,,\n', "\r,,\r\n", "\ufffd,\ufffd,\ufffd"])
def test_nonsense_raises_nothing(text: str) -> None:
    assert isinstance(records.parse(text), dict)


def test_rows_before_one_that_cannot_be_read_count() -> None:
    text = "first,,\n" + "x" * 200_000 + ",,\n"  # longer than the csv module takes a field
    assert list(records.parse(text)) == ["first"]


@pytest.mark.parametrize("name", ["ctranslate2", "CTranslate2", "ctranslate2_reborn", "Ctranslate2.Reborn", "ctranslate2__x"])
def test_names_are_compared_as_pep_503_has_it(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}-1.0.dist-info").mkdir()
    (found,) = records.records_of(str(tmp_path), ("*ctranslate2*",), records.dist_infos(os.listdir(tmp_path)))
    assert found.distribution == normalized(name)
    assert found.version == "1.0"


@pytest.mark.parametrize("name", ["ctranslate2-1.0", "ctranslate2-1.0.egg-info", "onnx-1.0.dist-info", ".dist-info"])
def test_another_folder_is_none_of_them(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert records.records_of(str(tmp_path), ("ctranslate2", "*ctranslate2*"), records.dist_infos(os.listdir(tmp_path))) == []


@pytest.mark.parametrize("form", RECORD_FORMS)
def test_each_form_of_a_record_tells_what_it_has(tmp_path: Path, form: RecordForm) -> None:
    site = Site(tmp_path / "site").ctranslate2(record=form)
    (found,) = records.records_of(str(site.path), ("ctranslate2",), records.dist_infos(os.listdir(site.path)))
    assert found.path == "ctranslate2-4.6.1.dist-info/RECORD"
    row = found.rows.get(STUB_PATH)
    if form == "whole":
        assert row and len(row.sha256) == 43 and row.size > 0
    elif form == "hashless":
        assert row == Row("", -1)
    elif form == "empty hashes":
        assert row and row.sha256 == "" and row.size > 0
    elif form in ("no stub", "missing"):
        assert row is None


def test_two_records_of_one_distribution_are_both_found(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").ctranslate2("4.5.0")
    site.ctranslate2("4.6.1", way="ignore-installed")
    found = records.records_of(str(site.path), ("ctranslate2",), records.dist_infos(sorted(os.listdir(site.path))))
    assert [one.version for one in found] == ["4.5.0", "4.6.1"]


def test_without_rows_no_record_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(tmp_path / "site").ctranslate2()
    monkeypatch.setattr(files, "read_text", lambda path: pytest.fail(path))
    (found,) = records.records_of(str(site.path), ("ctranslate2",), records.dist_infos(os.listdir(site.path)), rows=False)
    assert (found.version, found.rows) == ("4.6.1", {})
