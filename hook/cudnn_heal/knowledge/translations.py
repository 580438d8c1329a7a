"""What systems in other languages say, in English: rows and shapes know the English.

``tests/translations.py`` makes ``translations.tsv`` from the catalogs of glibc and bash.  A line has a sentence, and what it is
in English; the longer come first.
"""

from __future__ import annotations

import functools
import os
import re

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "translations.tsv")
_NAME = r"[\"'«“](?P<name>[\w.+-]{1,60})[\"'»”]"
_WINDOWS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"Der Befehl {_NAME} ist entweder falsch geschrieben oder",
        rf"Die Benennung {_NAME} wurde nicht als Name eines Cmdlet",
        rf"Le terme {_NAME} n['’]est pas reconnu",
        rf"{_NAME} n['’]est pas reconnu en tant que commande",
        rf"(?:El término )?{_NAME} no se reconoce como",
        rf"(?:O termo )?{_NAME} não é reconhecido como",
        rf"(?:Il termine )?{_NAME} non (?:è|viene) riconosciuto come",
        rf"{_NAME} не является внутренней или внешней",
        rf"Имя {_NAME} не распознано как",
        rf"Nazwa {_NAME} nie jest rozpoznawana jako",
        rf"{_NAME} 不是(?:内部或外部命令|內部或外部命令)",
        rf"无法将{_NAME}项识别为",
        rf"無法辨識 ?{_NAME} ?詞彙是否為",
        rf"(?:用語 )?{_NAME} は、?(?:内部コマンドまたは外部コマンド|コマンドレット)",
        rf"{_NAME}(?:은\(는\)|은|는) 내부 또는 외부 명령",
        rf"{_NAME} iç ya da dış komut",
    )
)
"""How cmd and PowerShell say that a program is not found."""
_ALONE = ("Aborted", "Bus error", "Floating point exception", "Illegal instruction", "Killed", "Segmentation fault")
"""What other sentences have too, unless it is a line by itself, with or without a core that was dumped."""


@functools.cache
def _table() -> tuple[tuple[str, str], ...]:
    with open(FILE, encoding="utf-8") as file:
        return tuple((said, english) for said, _, english in (line.rstrip("\n").partition("\t") for line in file))


def english(text: str) -> str:
    """Return `text` with what a system in another language says in English; all else as it is."""
    text = text.replace("\u00a0", " ")
    for said, meant in _table():
        if said in text:
            text = _ended(text, said, meant) if meant in _ALONE else text.replace(said, meant)
    for pattern in _WINDOWS:
        text = pattern.sub(r"'\g<name>' is not recognized as an internal or external command", text)
    return text


def _ended(text: str, said: str, meant: str) -> str:
    """Return `text` with the lines that only say that a process ended, with `said`, in English."""
    text = re.sub(rf"(?m)^{re.escape(said)} ?[(（].{{2,60}}[)）]$", f"{meant} (core dumped)", text)
    return re.sub(rf"(?m)^{re.escape(said)}$", meant, text)
