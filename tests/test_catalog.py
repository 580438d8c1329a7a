"""The catalog: data that holds together, the only place that knows names, and that a further package is a further row."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import cudnn_heal
from cudnn_heal import catalog, reconcile
from cudnn_heal.catalog import CONSUMERS, CUDA, FAMILIES, FURTHER, Consumer, Family, Wheel
from cudnn_heal.decide.plan import plan
from cudnn_heal.names import belongs
from cudnn_heal.report import sentences, text
from cudnn_heal.report.fixes import Advisor
from cudnn_heal.report.schema import Status
from support.elf_files import shared_object
from support.environments import clean_environ, run
from support.observations import process
from support.printing import printed
from support.wheels import QUIET, Site, library, plain_wheel
from support.wheels import Wheel as MadeUpWheel

PACKAGE = Path(cudnn_heal.__file__).parent
HOOK = PACKAGE.parent
CORE = sorted(path for path in [*PACKAGE.glob("*.py"), *PACKAGE.glob("report/*.py")] if path.name not in ("catalog.py",))
NAMES = re.compile(
    r"ctranslate2|onnxruntime|\btorch\b|\.libs\b|libcu|nvidia[/-](cudnn|cublas)"
    r"|(?<![a-z._-])cudnn(?![_-]heal|_heal)|(?<![a-z])cublas|cuDNN|cuBLAS"
)


SYSTEMS = {"linux": (FAMILIES, CONSUMERS), "windows": catalog.on_windows()}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_holds_together(name: str, system: str) -> None:
    family = SYSTEMS[system][0][name]
    assert family.name == name
    assert all(belongs(family, name) for name in (*family.opened, *family.order))
    assert all(prefix.startswith(family.prefix) for prefix in family.on_gpu)
    assert family.shim in ("", family.opened[0])
    assert all(wheel.majors and wheel.cuda in (11, 12, 13) for wheel in family.wheels)
    assert len({wheel.name for wheel in family.wheels}) == len(family.wheels)
    assert all(not folder.startswith("/") and ".." not in folder for folder in family.folders)


@pytest.mark.parametrize("one", FAMILIES.values(), ids=lambda family: family.name)
def test_no_library_belongs_to_two_families(one: Family) -> None:
    for other in (*FAMILIES.values(), *FURTHER):
        if other is not one:
            assert not any(belongs(other, stem) for stem in (*one.opened, *one.order))


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("name", CONSUMERS)
def test_a_consumer_holds_together(name: str, system: str) -> None:
    consumer = SYSTEMS[system][1][name]
    assert consumer.name == name
    assert not set(consumer.families) - FAMILIES.keys(), "each needs a row of FAMILIES"
    assert not {*consumer.optional, *consumer.by_cuda, *consumer.by_major} - {*consumer.families}, "they belong to `families`"
    assert consumer.stub in ("", *consumer.families)
    assert bool(consumer.stub) is bool(consumer.without_stub)
    assert bool(consumer.folder) is (consumer.way == "links"), "links need a folder, and nothing else does"
    assert consumer.library or consumer.way != "links", "without `library` nothing leads to the folder: no link is ever made"
    assert not [path for path in consumer.binaries if not path.startswith(name + "/")], "they lie in the package"
    for family, versions in consumer.by_major.items():
        assert versions.keys() <= {major for wheel in FAMILIES[family].wheels for major in wheel.majors}


def test_a_family_whose_wheels_share_folders_lists_each_once() -> None:
    assert FAMILIES["cublas"].folders == ("nvidia/cublas/lib", "nvidia/cu13/lib")
    assert FAMILIES["cublas"].owners("nvidia/cublas/lib") == ("nvidia-cublas-cu12", "nvidia-cublas-cu11")


def test_on_windows_the_copy_that_torch_brings_comes_before_the_wheels() -> None:
    cublas = SYSTEMS["windows"][0]["cublas"]
    assert cublas.folders == ("torch/lib", "nvidia/cublas/bin", "nvidia/cu13/bin/x86_64")
    assert (cublas.owners("torch/lib"), cublas.owners("nvidia/cu13/bin/x86_64")) == (("torch",), ("nvidia-cublas",))


def test_on_windows_nothing_is_linked() -> None:
    assert all(consumer.way != "links" and not consumer.stub for consumer in SYSTEMS["windows"][1].values())


def test_where_the_major_version_is_cudas_it_is_the_wheels() -> None:
    for name in CUDA:
        assert all(wheel.majors == (wheel.cuda,) for wheel in FAMILIES[name].wheels)


# The only place that knows names.


def code_without_docstrings(path: Path) -> str:
    """Return the module's code: comments and docstrings give examples."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not _is_string(one)] or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.unparse(tree)


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_name_of_the_catalogs_stands_elsewhere(path: Path) -> None:
    assert not NAMES.findall(code_without_docstrings(path)), "it belongs into catalog.py"


def test_in_the_start_up_module_only_its_two_constants_know_names() -> None:
    code = code_without_docstrings(HOOK / "cudnn_heal_start.py")
    lines = [line for line in code.splitlines() if NAMES.search(line)]
    assert [line.partition(" = ")[0] for line in lines] == ["WATCHED", "FOLDERS"]


@pytest.mark.parametrize(
    "line",
    [
        "x = 'ctranslate2.libs'",
        "name = 'cudnn'",
        "if part == 'cublas':\n    pass",
        "path = 'nvidia/cudnn/lib'",
        "a = 'libcudnn'",
    ],
)
def test_control_a_name_is_found(line: str) -> None:
    assert NAMES.search(ast.unparse(ast.parse(line)))
    assert not NAMES.search("import cudnn_heal_start; x = 'cudnn-heal'; y = '.cudnn-heal'; from cudnn_heal.catalog import X")


# A further package is a further row: a third with a folder for links and a stub, and a fourth without.

SPAM = Family(
    name="spam",
    title="cuSpam",
    opened=("libspam",),
    prefix="libspam_",
    order=("libspam_core", "libspam"),
    on_gpu=(),
    wheels=(Wheel("nvidia-spam-cu12", 12, (3,), "nvidia/spam/lib"),),
)
EGGS = Consumer(
    name="eggs",
    distributions=("eggs",),
    binaries=("eggs/_core*.so",),
    library="libeggs",
    families=("spam",),
    optional=(),
    by_cuda=(),
    way="links",
    folder="eggs.libs",
    stub="spam",
    without_stub="2",
    by_major={},
)
BACON = EGGS._replace(
    name="bacon",
    distributions=("bacon",),
    binaries=("bacon/libbacon.so",),
    library="",
    way="shadowed",
    folder="",
    stub="",
    without_stub="",
)
EGGS_STUB = "libspam-0123abcd.so.3.1.0"
SPAM_WHEEL = MadeUpWheel(
    "nvidia-spam-cu12",
    "3.2.0",
    {
        f"nvidia/spam/lib/{name}": library("libspam", "3.2.0", name, soname=name, needed=needed)
        for name, needed in {"libspam.so.3": [], "libspam_core.so.3": [], "libspam_more.so.3": ["libspam_core.so.3"]}.items()
    },
)
IMPORTED = """
import ctypes, glob, os
(extension,) = glob.glob(os.path.join(os.path.dirname(__file__), "{pattern}"))
ctypes.CDLL(extension)
"""
EGGS_WHEEL = MadeUpWheel(
    "eggs",
    "1.0",
    {
        "eggs/__init__.py": IMPORTED.format(pattern="_core*.so").encode(),
        "eggs/_core.so": shared_object(needed=["libeggs-1.so.1"], rpath="$ORIGIN/../eggs.libs"),
        "eggs.libs/libeggs-1.so.1": shared_object(soname="libeggs-1.so.1", needed=[EGGS_STUB]),
        f"eggs.libs/{EGGS_STUB}": library("stub of", "eggs", soname=EGGS_STUB),
    },
)
BACON_WHEEL = MadeUpWheel(
    "bacon",
    "1.0",
    {
        "bacon/__init__.py": IMPORTED.format(pattern="libbacon.so").encode(),
        "bacon/libbacon.so": shared_object(needed=["libspam.so.3", "libspam_more.so.3"], runpath="$ORIGIN/../nvidia/spam/lib"),
    },
)
SHIM = "../nvidia/spam/lib/libspam.so.3"


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalog.FAMILIES, "spam", SPAM)
    for row in (EGGS, BACON):
        monkeypatch.setitem(catalog.CONSUMERS, row.name, row)


@pytest.fixture
def site(tmp_path: Path, rows: None) -> Site:
    return Site(tmp_path / "site").install(EGGS_WHEEL).install(BACON_WHEEL).install(SPAM_WHEEL)


def test_a_third_package_with_links_is_a_row(site: Site) -> None:
    libs = site.path / "eggs.libs"
    before = {path.name: path.read_bytes() for path in libs.iterdir()}
    assert [(one.needs, one.verdict) for one in site.status().services("eggs")] == [("libspam.so.3", "pending")]
    outcome = site.heal()
    assert [(one.verdict, one.served, one.provider) for one in outcome.services("eggs")] == [
        ("healthy", "links", "nvidia-spam-cu12 3.2.0")
    ]
    assert not (libs / EGGS_STUB).is_symlink() and (libs / EGGS_STUB).read_bytes() == (libs / SHIM).read_bytes()
    assert {name for name in os.listdir(libs) if name.startswith("libspam_")} == {
        f"libspam_{stem}.so.3" for stem in ("core", "more")
    }
    assert reconcile.at_start(str(site.path), "eggs.libs") == "healthy"
    site.restore()
    assert {path.name: path.read_bytes() for path in libs.iterdir() if path.is_file()} == before
    assert [one.verdict for one in site.status().services("eggs")] == ["paused"]


def test_a_fourth_package_without_a_folder_is_a_row(site: Site) -> None:
    bacon = site.observe("bacon")
    assert [(one.verdict, one.served) for one in plan(bacon, QUIET).services] == [("healthy", "itself")]
    gpu = bacon._replace(consumer=BACON._replace(way="gpu"))
    (service,) = plan(gpu, process()).services
    assert service.served == "in-process"
    assert [path.rpartition("/")[2] for path in service.paths] == ["libspam_core.so.3", "libspam.so.3", "libspam_more.so.3"]


ROWS = """
import json, sys
import cudnn_heal_start
from cudnn_heal import catalog
from cudnn_heal.catalog import Consumer, Family, Wheel
catalog.FAMILIES["spam"] = {spam!r}
catalog.CONSUMERS.update(eggs={eggs!r}, bacon={bacon!r})
cudnn_heal_start.WATCHED.update(eggs="links libspam", bacon="shadowed libspam")
if {watch}:
    cudnn_heal_start.watch()
import {package}
with open("/proc/self/maps") as maps:
    print(json.dumps(sorted({{line.split()[-1] for line in maps if "libspam" in line}})))
"""


@pytest.mark.parametrize("package", ["eggs", "bacon"])
def test_what_links_cannot_do_for_it_is_loaded_when_it_is_imported(site: Site, tmp_path: Path, package: str) -> None:
    """Under an ``LD_LIBRARY_PATH`` that leads to another release, by the real loader."""
    if package == "eggs":
        site.heal()
    stale = Site(tmp_path / "stale").install(
        plain_wheel("nvidia-spam-cu12", "3.0.0", "nvidia/spam/lib", "libspam.so.3", "libspam_core.so.3", "libspam_more.so.3")
    )
    folder = str(stale.path / "nvidia/spam/lib")
    environ = clean_environ(PYTHONPATH=os.pathsep.join([str(site.path), str(HOOK)]), LD_LIBRARY_PATH=folder, CUDNN_HEAL="off")

    def mapped(watch: bool) -> list[str]:
        code = ROWS.format(spam=SPAM, eggs=EGGS, bacon=BACON, package=package, watch=watch)
        return list(
            json.loads(run(sys.executable, "-c", code, env={**environ, **({"CUDNN_HEAL": ""} if watch else {})}).stdout)
        )

    if package == "bacon":
        assert all(path.startswith(folder) for path in mapped(False)), "the control: the stale one is found first"
    loaded = mapped(True)
    assert sum(path.startswith(str(site.path / "nvidia/spam/lib")) for path in loaded) == 3
    assert [path for path in loaded if not path.startswith(str(site.path / "nvidia/spam/lib"))] == (
        [str(site.path / "eggs.libs" / EGGS_STUB)] if package == "eggs" else []
    ), "the copy of the same shim"


def test_what_is_missing_for_a_further_package_is_told_with_its_own_words(tmp_path: Path, rows: None) -> None:
    site = Site(tmp_path / "site").install(EGGS_WHEEL)
    outcome = site.status()
    (service,) = outcome.services("eggs")
    assert sentences.why(service) == "eggs opens libspam.so.3, and no installed wheel has it"
    advice = " ".join(map(str, Advisor(outcome).fix(service)))
    assert "nvidia-spam-cu12" in advice
    assert "eggs 2 and later need no cuSpam" in advice


def test_a_package_without_a_form_for_windows_is_not_served_there(rows: None) -> None:
    families, consumers = catalog.on_windows()
    assert (consumers["eggs"].binaries, consumers["eggs"].folder) == ((), "")
    assert families["spam"].wheels == ()


def test_a_restore_that_one_package_refuses_changes_neither(tmp_path: Path, rows: None) -> None:
    site = Site(tmp_path / "site").ctranslate2("4.6.1").cudnn().cublas().install(EGGS_WHEEL).install(SPAM_WHEEL)
    site.heal()
    kept = site.path / "eggs.libs" / f"{EGGS_STUB}.ORIGINAL"
    content = kept.read_bytes()
    kept.unlink()

    def there() -> dict[str, bytes]:
        folders = (site.path / name for name in ("ctranslate2.libs", "eggs.libs"))
        return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}

    before = there()
    outcome = site.restore()
    assert outcome.refused and outcome.refused.code == "stub-missing" and outcome.done == ()
    assert there() == before
    assert [one.verdict for one in site.status().services("ctranslate2") if one.part == "cudnn"] == ["healthy"]
    kept.write_bytes(content)
    assert site.restore().done, "the control: with the original there, both are taken back"
    assert there() != before


def test_two_packages_with_links_go_through_every_report(tmp_path: Path, rows: None) -> None:
    site = Site(tmp_path / "site").ctranslate2("4.6.1").cudnn().cublas()
    site.install(EGGS_WHEEL).install(BACON_WHEEL).install(SPAM_WHEEL)

    def said(function: Any, outcome: Any, **options: bool) -> str:
        json.dumps(Status(outcome))
        return printed(function(outcome, **options))

    def preview(mode: Any) -> str:
        return said(text.planned, reconcile.preview(site.target, QUIET, mode))

    assert "eggs 1.0           pending  cuSpam in-process\n    The links are not made yet.\n    Heal it: " in said(
        text.status, site.status()
    )
    assert f"copy {SHIM} to {EGGS_STUB}" in preview("heal")
    healed = site.heal()
    assert said(text.healed, healed).startswith("Healed ")
    assert "2 copies, the original backed up" in said(text.healed, healed)
    assert "eggs 1.0           healthy  cuSpam by links" in said(text.status, site.status(), verbose=True)
    assert f"put {EGGS_STUB}.ORIGINAL back as {EGGS_STUB}" in preview("restore")
    kept = site.path / "eggs.libs" / f"{EGGS_STUB}.ORIGINAL"
    content = kept.read_bytes()
    kept.unlink()
    refused = said(text.restored, site.restore())
    assert f"the original {EGGS_STUB} is neither in its place" in refused
    assert "eggs==1.0" in refused and "ctranslate2==" not in refused, "of whose stub it is"
    kept.write_bytes(content)
    stays = "until another version of ctranslate2 or eggs is installed"
    assert stays in said(text.restored, site.restore())
    assert "eggs 1.0           paused  cuSpam taken back" in said(text.status, site.status())
