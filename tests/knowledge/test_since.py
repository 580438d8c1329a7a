"""Which releases have a name: the table is whole, is asked by path, and says nothing where several packages are meant."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement

from cudnn_heal.knowledge import fixing, matching, since

KINDS = {"name", "module", "attribute", "argument", "model"}


def test_every_line_of_the_table_is_a_requirement_that_can_be_typed() -> None:
    assert {kind for kind, _ in since.table()} == KINDS
    for (kind, path), found in since.table().items():
        assert path
        assert found
        for having in found:
            specifier = Requirement(having.requirement).specifier
            assert 0 < len(specifier) <= 2, (kind, path)
            assert since.words(having.requirement)


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
    monkeypatch.setattr(since, "table", lambda: {("argument", "Trainer.fit.gpus"): both})
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
