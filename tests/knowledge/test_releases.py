"""`releases.py` makes the lines of a package from its releases, here made-up ones, and leaves those of others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import releases
from packaging.version import Version

from cudnn_heal.knowledge import since
from support import release_reader

SPAM = {
    "1.0.0": {
        "__init__": "from .fry import *\n",
        "fry": "__all__ = ['Pan', 'fry']\nclass Pan:\n    oil = 1\ndef fry(pan, eggs=1): ...\n"
        "def hidden(): ...\ndef back(): ...\n",
        "old": "def boil(water): ...\ndef early(): ...\n",
    },
    "1.0.1": {"__init__": "raise SystemExit('neither the first nor the newest patch: it is not read')\n"},
    "1.0.2": {
        "__init__": "from .fry import *\n",
        "fry": "__all__ = ['Pan', 'fry']\nclass Pan:\n    oil = 1\ndef fry(pan, eggs=1, salt=0): ...\ndef hidden(): ...\n",
        "old": "def boil(water): ...\n",
    },
    "1.1.0": {
        "__init__": "try:\n    from .fry import fry\nexcept ImportError: ...\ndef cut(*, into, **more): ...\n",
        "fry": "class Base:\n    oil = 1\nclass Pan(Base):\n    def heat(self): self.hot = True\ndef fry(pan, salt=0): ...\n"
        "def back(): ...\n",
        "tests.old": "def test(): ...\n",
        "lid": "@dataclass\nclass Lid:\n    wide: int\n",
    },
    "2.0.0": {
        "__init__": "from .fry import fry\ndef cut(*, into, sharp, **more): ...\n",
        "fry": "def fry(pan, salt=0): ...\n",
        "pan": "class Base:\n    oil = 1\nclass Pan(Base):\n    def heat(self): self.hot = True\n",
        "lid": "@dataclass\nclass Lid:\n    wide: int\n    deep: int\n",
    },
    "2.1.0rc1": {"__init__": "raise SystemExit('a pre-release: it is not read')\n"},
}
BACON = {"1.0": {"__init__": ""}, "2.0": {"__init__": "def crisp(): ...\n"}}
MADE = [
    "spam\targument\tLid.__init__\t>=2\tdeep",
    "spam\targument\tfry\t<1.1\teggs",
    "spam\targument\tfry\t>=1.0.2\tsalt",
    "spam\tattribute\tLid\t>=2\tdeep",
    "spam\tattribute\tPan\t>=1.1\theat hot",
    "spam\tmodule\tspam\t<1.1\told",
    "spam\tmodule\tspam\t>=1.1\tlid",
    "spam\tmodule\tspam\t>=2\tpan",
    "spam\tname\tspam\t<1.1\tPan@spam.pan",
    "spam\tname\tspam\t>=1.1\tcut",
    "spam\tname\tspam.fry\t<1.1\thidden",
    "spam\tname\tspam.fry\t<2\tPan@spam.pan",
    "spam\tname\tspam.fry\t>=1.1,<2\tBase@spam.pan",
    "spam\tname\tspam.old\t<=1.0.0\tearly",
]
OTHERS = ["bacon\tname\tbacon\t<1\tstale", "wine\tname\twine\t<1\tred"]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a table with lines of three packages, and folders with the releases of two."""
    for package, made in (("spam", SPAM), ("bacon", BACON)):
        for version, files in made.items():
            for module, text in files.items():
                path = tmp_path / f"{package}-{version}" / package / f"{module.replace('.', '/')}.py"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
    known = {"spam": SPAM, "bacon": BACON, "wine": {}}

    def fetch(package: str, version: Version, folder: Path) -> bool:
        return bool(shutil.copytree(tmp_path / f"{package}-{version}", folder, dirs_exist_ok=True))

    monkeypatch.setattr(releases, "fetch", fetch)
    monkeypatch.setattr(releases, "versions_of", lambda package: [Version(one) for one in known[package]])
    monkeypatch.setattr(releases, "TABLE", tmp_path / "since.tsv")
    data = {"packages": {"spam": "0", "bacon": "0", "wine": "0"}, "unread": {}, "left_out": [], "by_hand": []}
    data |= {"every_patch": [], "newest_patch": []}
    monkeypatch.setattr(releases, "DATA", data)
    releases.TABLE.write_text("\n".join([*OTHERS[:1], "spam\tname\tspam\t<1\tstale", *OTHERS[1:], ""]), "utf-8")
    return releases.TABLE


def test_the_lines_of_a_package_are_made_from_its_releases_and_others_stay(table: Path) -> None:
    releases.update("spam")
    assert table.read_text("utf-8").splitlines() == [OTHERS[0], *MADE, OTHERS[1]]


def test_made_anew_it_is_the_same(table: Path) -> None:
    releases.update("spam")
    before = table.read_bytes()
    releases.update("spam")
    assert table.read_bytes() == before
    releases.update("bacon")
    assert table.read_text("utf-8").splitlines() == ["bacon\tname\tbacon\t>=2\tcrisp", *MADE, OTHERS[1]]


@pytest.mark.usefixtures("table")
def test_of_some_packages_the_newest_patches_are_enough_of_others_each_is_read() -> None:
    def read() -> list[str]:
        return [str(one) for one in releases.sampled("spam", map(Version, SPAM))]

    assert read() == ["1.0.0", "1.0.2", "1.1.0", "2.0.0"]
    releases.DATA["newest_patch"] = ["spam"]
    assert read() == ["1.0.2", "1.1.0", "2.0.0"]
    releases.DATA["every_patch"] = ["spam"]
    assert read() == ["1.0.0", "1.0.1", "1.0.2", "1.1.0", "2.0.0"]


def test_what_is_left_unread_has_no_lines(table: Path) -> None:
    releases.DATA["unread"] = {"spam": r"spam\.(old|pan)$"}
    releases.update("spam")
    assert not [line for line in table.read_text("utf-8").splitlines() if "spam.old" in line or "spam.pan" in line]


def test_of_a_compiled_module_the_stub_tells_and_not_what_only_its_source_sees(tmp_path: Path) -> None:
    written = {"a.py": "import cython\nclass A:\n    hidden = 1\n", "a.pyi": "class A:\n    seen: int\n", "a.abi3.so": ""}
    written |= {"b.py": "# cython\nclass B:\n    hidden = 1\n", "c.py": "class C:\n    seen = 1\n", "c.cpython-311-x.so": ""}
    (tmp_path / "spam").mkdir()
    for name, text in written.items():
        (tmp_path / "spam" / name).write_text(text, "utf-8")
    read = release_reader.read(tmp_path)
    assert read.attributes == {"spam.a.A": {"seen"}, "spam.b.B": {"hidden"}, "spam.c.C": {"seen"}}
    assert set(read.modules) == {"spam.a", "spam.b", "spam.c"}


def test_a_rule_leaves_out_what_fits_all_its_keys_and_lines_are_put_in_by_hand(table: Path) -> None:
    rule = {"why": "", "packages": ["spam"], "kinds": ["name"], "of": r"\.fry$", "name": "^[A-Z]", "new": False}
    line = {"why": "", "package": "spam", "kind": "name", "of": "spam", "releases": "<1.1", "names": ["Wok"]}
    releases.DATA.update(left_out=[rule], by_hand=[line, {**line, "package": "wine"}])
    releases.update("spam")
    left = [line.replace("Pan@spam.pan", "Pan@spam.pan Wok") for line in MADE if ".fry\t<2" not in line and "Base" not in line]
    assert table.read_text("utf-8").splitlines() == [OTHERS[0], *left, OTHERS[1]]


def test_a_package_that_is_unknown_or_has_no_wheels_changes_nothing(table: Path) -> None:
    before = table.read_bytes()
    for package in ("vinegar", "wine"):
        with pytest.raises(SystemExit, match=package):
            releases.update(package)
    assert table.read_bytes() == before


def test_every_package_of_the_table_can_be_made_anew_and_every_rule_is_one_of_it() -> None:
    with open(since.FILE, encoding="utf-8") as file:
        assert {line.partition("\t")[0] for line in file} == set(releases.DATA["packages"])
    for rule in releases.DATA["left_out"]:
        assert rule["why"]
        assert set(rule) <= set(releases.CHECKS)
        assert {*rule.get("packages", ()), *rule.get("other_packages", ())} <= {*releases.DATA["packages"], "nothing"}


def test_what_was_put_in_by_hand_is_in_the_table() -> None:
    for line in releases.DATA["by_hand"]:
        for name in line["names"]:
            found = since.known(line["kind"], line["of"])[name]
            assert f"{line['package']}{line['releases']}" in {one.requirement for one in found}
