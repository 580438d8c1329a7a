"""Which releases have a name: the table is whole, is asked by path, and says nothing where several packages are meant."""

from __future__ import annotations

import os

import pytest
import releases
from packaging.requirements import Requirement

from cudnn_heal.knowledge import fixing, matching, since
from support import corpus as corpus_files
from support.release_changes import Fact

KINDS = {"name", "module", "attribute", "argument", "model"}


LIMIT_BYTES = 1_500_000


def read() -> list[list[str]]:
    """Return the fields of each line of the table."""
    with open(since.FILE, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def test_every_line_of_the_table_is_a_requirement_that_can_be_typed() -> None:
    lines = read()
    assert {kind for _, kind, *_ in lines} == KINDS
    assert lines == sorted(lines)
    for package, _, _, span, names in lines:
        specifier = Requirement(package + span).specifier
        assert 0 < len(specifier) <= 2, (package, span)
        assert since.words(package + span)
        assert names.split()


def test_every_name_of_the_table_is_found_by_its_path() -> None:
    for package, kind, of, span, names in read()[::7]:
        for one in names.split():
            name, _, moved = one.partition("@")
            assert since.Having(package + span, moved) in since.known(kind, of)[name]


def test_the_table_stays_small_since_it_is_installed_everywhere() -> None:
    assert os.path.getsize(since.FILE) < LIMIT_BYTES


@pytest.mark.parametrize(
    ("kind", "path", "package", "having", "lacking"),
    [
        ("name", "scipy.integrate.simps", "scipy", "1.13.1", "1.14.0"),
        ("name", "transformers.top_k_top_p_filtering", "transformers", "4.38.2", "4.39.3"),
        ("name", "transformers.WhisperForConditionalGeneration", "transformers", "4.23.1", "4.22.2"),
        ("name", "transformers.XLNET_PRETRAINED_MODEL_ARCHIVE_LIST", "transformers", "4.40.2", "4.41.2"),
        ("name", "typing_extensions.TypeIs", "typing-extensions", "4.10.0", "4.9.0"),
        ("module", "torchaudio.sox_effects", "torchaudio", "2.8.0", "2.9.0"),
        ("argument", "WhisperModel.transcribe.repetition_penalty", "faster-whisper", "0.8.0", "0.7.1"),
        ("argument", "SpeakerDiarization.__init__.plda", "pyannote-audio", "4.0.0", "3.4.0"),
        ("argument", "TrainingArguments.__init__.eval_strategy", "transformers", "4.41.2", "4.40.2"),
        ("attribute", "DynamicCache.seen_tokens", "transformers", "4.53.3", "4.54.1"),
        ("model", "whisper", "transformers", "4.23.1", "4.22.2"),
    ],
)
def test_the_releases_that_have_it_are_told(kind: str, path: str, package: str, having: str, lacking: str) -> None:
    found = since.having(kind, path)
    assert found
    assert found.package == package
    specifier = Requirement(found.requirement).specifier
    assert specifier.contains(having)
    assert not specifier.contains(lacking)


def test_what_every_release_has_or_none_is_not_in_it() -> None:
    assert not since.having("name", "transformers.AutoModel")
    assert not since.having("name", "transformers.NoSuchName")
    assert not since.having("name", "mypackage.anything")
    assert not since.having("argument", "load.path_of_mine")


def test_where_several_packages_have_it_the_caller_decides_or_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    both = (since.Having("spam-eggs<2"), since.Having("bacon>=1"))
    monkeypatch.setattr(since, "known", lambda kind, of: {"gpus": both} if (kind, of) == ("argument", "Trainer.fit") else {})
    assert not since.having("argument", "Trainer.fit.gpus")
    assert not since.having("argument", "Trainer.fit.gpus", "sausage")
    assert since.having("argument", "Trainer.fit.gpus", "spam_eggs") == both[0]
    assert since.having("argument", "Trainer.fit.gpus", "bacon") == both[1]


@pytest.mark.parametrize(
    ("requirement", "words"),
    [("a<2", "before 2"), ("a>=1.1", "since 1.1"), ("a>=4.42,<5", "from 4.42 on and before 5"), ("a<=1.3", "up to 1.3")],
)
def test_the_releases_stand_in_words(requirement: str, words: str) -> None:
    assert since.words(requirement) == words


def test_a_key_that_is_missing_is_a_kind_of_model_only_where_transformers_is_asked() -> None:
    def said(text: str) -> list[str]:
        return [fixing.explain(one).cause for one in matching.search(text)[0]]

    frame = '  File "/e/site-packages/transformers/models/auto/configuration_auto.py", line 1, in __getitem__\n'
    assert "only since" in said(f"{frame}KeyError: 'moonshine'")[0]
    assert not said("KeyError: 'moonshine'")
    assert not said(f"{frame}KeyError: 'mykey'")


def test_no_rule_leaves_arguments_out_of_the_packages_of_which_the_table_is_said_to_be_whole() -> None:
    assert set(releases.DATA["packages"]) >= since.WHOLE
    assert "nothing" not in since.WHOLE
    for package in since.WHOLE:
        for span in ("<2", ">=2"):
            assert not releases.is_left_out(Fact(package, "argument", "Something.method", span, "argument"))
    assert releases.is_left_out(Fact("pandas", "argument", "Something.method", ">=2", "argument"))


def test_an_argument_that_the_table_lacks_is_no_mistake_where_it_leaves_some_out() -> None:
    assert since.owner("WhisperModel.transcribe") == "faster-whisper"
    assert since.known("argument", "Trainer.__init__")
    assert not since.owner("GenerationConfig.__init__")
    assert since.known("argument", "OneHotEncoder.__init__")
    assert not since.owner("OneHotEncoder.__init__")


@pytest.mark.parametrize("pasted", corpus_files.known("releases.txt"), ids=lambda one: one.comment.split(" ")[0])
def test_of_what_people_miss_the_releases_are_told(pasted: corpus_files.Pasted) -> None:
    (found,) = matching.search(pasted.text)[0]
    told = fixing.explain(found)
    assert [found.row.id] == pasted.messages
    assert pasted.said in " ".join([told.cause, *(f"{line.text} {line.command}" for line in told.fix)])


@pytest.mark.parametrize(
    "text",
    [
        "AttributeError: 'MyRecognizer' object has no attribute 'recognize_whisper'",
        "AttributeError: 'Recogniser' object has no attribute 'recognize_whisper'",
        "AttributeError: type object 'Frame' has no attribute 'append'",
        "AttributeError: 'DataFrames' object has no attribute 'append'",
    ],
)
def test_a_class_of_a_programs_own_is_nobodys(text: str) -> None:
    assert not matching.search(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "ImportError: cannot import name 'url_quote' from 'mywerkzeug.urls'",
        "ImportError: cannot import name 'url_quoted' from 'werkzeug.urls'",
        "AttributeError: module 'torch' has no attribute 'compiler_of_mine'",
        "TypeError: MyCommunicate.__init__() got an unexpected keyword argument 'boundary'",
        "TypeError: Communicate.__init__() got an unexpected keyword argument 'boundaries'",
        "ModuleNotFoundError: No module named 'funasr.bins.asr_inference_launch'",
    ],
)
def test_what_but_resembles_a_known_name_has_no_release(text: str) -> None:
    assert not any(" only " in fixing.explain(found).cause for found in matching.search(text)[0])
