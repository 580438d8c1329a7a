"""The table itself: that it is complete, that nothing in it is a guess, and that its document is current."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import get_args

import pytest
from packaging.requirements import Requirement

from cudnn_heal.knowledge.conditions import all_hold
from cudnn_heal.knowledge.document import SYMPTOMS, document
from cudnn_heal.knowledge.fixing import FIELD
from cudnn_heal.knowledge.matching import search
from cudnn_heal.knowledge.model import TRACKERS, Facts, Row, Seen
from cudnn_heal.knowledge.modules import DISTRIBUTIONS, wheel, wheels
from cudnn_heal.knowledge.rows import ROWS
from cudnn_heal.read.installed import Installed

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def test_the_document_is_current() -> None:
    with open(os.path.join(ROOT, "docs", "messages.md"), encoding="utf-8") as file:
        assert file.read() == document(), "python -m cudnn_heal.knowledge > docs/messages.md"


@pytest.mark.seconds
def test_the_document_is_what_the_module_prints() -> None:
    environment = {**os.environ, "PYTHONPATH": os.path.join(ROOT, "hook")}
    printed = subprocess.run([sys.executable, "-m", "cudnn_heal.knowledge"], env=environment, capture_output=True, check=True)
    assert printed.stdout.decode() == document()


def test_fields_have_names_that_are_filled_in() -> None:
    for row in ROWS:
        for text in (row.cause, *(part for fix in row.fixes for part in (fix.text, fix.command or "", *fix.requirements))):
            for name in re.findall(r"(?<!\$)\{([a-z]\w*)\}", text):
                assert FIELD.fullmatch(f"{{{name}}}"), f"{row.id}: {{{name}}} would be printed as it stands"


def test_ids_are_unique() -> None:
    assert len({message.id for message in ROWS}) == len(ROWS)


@pytest.mark.parametrize("message", ROWS, ids=[message.id for message in ROWS])
def test_a_row_is_complete(message: Row) -> None:
    ids = {other.id for other in ROWS}
    assert re.fullmatch(r"[a-z0-9-]+", message.id)
    assert message.cause.endswith(".")
    assert message.fixes
    assert message.reference
    assert message.example or not message.pattern, "give it an `example`, as a program prints it: what proves the pattern"
    assert not message.example or [one.row.id for one in search(message.example)[0]] == [message.id]
    assert set(message.follows) <= ids - {message.id}
    for reference in message.reference:
        assert reference == "measured" or reference.startswith("https://") or re.fullmatch(r"[\w./-]+#\d+", reference), (
            reference
        )
        short = reference.partition("#")[0]
        assert "/" in short or short in TRACKERS or reference == "measured", reference
    for fix in message.fixes:
        assert fix.text or fix.command or fix.requirements or fix.do
        assert not fix.text.endswith((".", ":")), fix.text
        for condition in (*fix.only, *fix.unless, *message.applies):
            all_hold(re.sub(r"\{\w+\}", "1", condition), Facts(Installed({}, {})))
        for requirement in fix.requirements:
            filled = re.sub(r"(?<=\w)\{(?:torchcodec|torchvision|onnxruntime|wanted)\}", ">=1", requirement)
            Requirement(re.sub(r"\{\w+\}", "1", filled))


def test_what_is_laid_down_anew_is_what_is_installed() -> None:
    again = {one for row in ROWS for fix in row.fixes if fix.do == "reinstall" for one in fix.requirements}
    assert all(re.fullmatch(r"[\w-]+==\{\w+\}", one) for one in again), again


def test_nothing_advises_a_distribution_that_is_somebody_elses() -> None:
    advised = {requirement for message in ROWS for fix in message.fixes for requirement in fix.requirements}
    names = {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in advised if not requirement.startswith("{")}
    assert not names & {"pkg-resources", "pkg_resources", "yaml", "google", "sklearn", "cv2"}
    assert not {"yaml", "google", "pkg-resources", "sklearn", "cv2", "pil"} & set(DISTRIBUTIONS.values())


def test_a_follow_up_never_follows_itself_in_a_circle() -> None:
    follows = {message.id: message.follows for message in ROWS}

    def causes(id: str, seen: tuple[str, ...] = ()) -> None:
        assert id not in seen, seen
        for cause in follows[id]:
            causes(cause, (*seen, id))

    for id in follows:
        causes(id)


@pytest.mark.parametrize(
    ("library", "cuda", "named"),
    [
        ("libcublas.so.12", 0, "nvidia-cublas-cu12"),
        ("libcublasLt.so.13", 0, "nvidia-cublas"),
        ("libcublas.so.11", 0, "nvidia-cublas-cu11"),
        ("libcudnn.so.9", 12, "nvidia-cudnn-cu12"),
        ("libcudnn_adv.so.9", 13, "nvidia-cudnn-cu13"),
        ("libcudnn.so.9", 0, ""),
        ("libcudnn_ops_infer.so.8", 12, "nvidia-cudnn-cu12==8.*"),
        ("libcurand.so.10", 13, "nvidia-curand"),
        ("libcufft.so.11", 0, "nvidia-cufft-cu12"),
        ("libnppicc.so.12", 0, "nvidia-npp-cu12"),
        ("libcusparseLt.so.0", 13, "nvidia-cusparselt-cu13"),
        ("cublas64_12.dll", 0, "nvidia-cublas-cu12"),
        ("cudnn_ops64_9.dll", 12, "nvidia-cudnn-cu12"),
        ("libavutil.so.59", 12, ""),
    ],
)
def test_the_catalog_tells_the_wheel_of_a_library(library: str, cuda: int, named: str) -> None:
    assert wheel(library, cuda) == named
    assert not named or named.partition("=")[0] in wheels(library)


def test_every_row_is_under_what_one_sees_and_every_case_leads_there() -> None:
    for row in ROWS:
        assert row.seen, f"{row.id} is in no list of docs/messages.md: give its row `seen`, of the words in model.Seen"
    assert set(SYMPTOMS) == set(get_args(Seen)) == {seen for row in ROWS for seen in row.seen}
    text = document()
    anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in re.findall(r"(?m)^#{2,3} (.+)$", text)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors
