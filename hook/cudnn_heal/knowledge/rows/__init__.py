"""The problems that people meet: data, a chapter a file.

A new problem is a new row in the chapter that it belongs to, and a text in ``tests/knowledge/corpus/known.txt``;
``python -m cudnn_heal.knowledge`` writes docs/messages.md anew.  What nobody has established is said to be unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cudnn_heal.knowledge.rows import (
    container,
    ctranslate2,
    distributed,
    driver,
    environments,
    files,
    general,
    harmless,
    install,
    loader,
    memory,
    models,
    nvidia,
    onnxruntime,
    programs,
    python,
    running,
    sound,
    speech,
    torch,
    vendors,
    windows,
)

if TYPE_CHECKING:
    from cudnn_heal.knowledge.model import Row

CONSEQUENCES = (
    "local-unset",
    "name-undefined",
    "worker-boot",
    "torchrun-failed",
    "triton-server",
    "ollama-runner",
    "ort-provider-load",
    "docker-build-step",
    "container-unhealthy",
    "systemd-failed",
    "subprocess-failed",
    "file-not-there",
    "download-failed",
    "transformers-import",
)
"""Rows that only say that something else failed: beside any other error they are but what followed from it."""

_CHAPTERS: tuple[tuple[str, tuple[Row, ...]], ...] = (
    ("Containers", container.ROWS),
    ("The driver and the GPU", driver.ROWS),
    ("CUDA's libraries", nvidia.ROWS),
    ("How libraries and programs are loaded", loader.ROWS),
    ("ctranslate2", ctranslate2.ROWS),
    ("Memory, disk and threads", memory.ROWS),
    ("Windows", windows.ROWS),
    ("Files, rights and the network", files.ROWS),
    ("ONNX Runtime", onnxruntime.ROWS),
    ("torch", torch.ROWS),
    ("Several GPUs, servers of models, JAX and TensorFlow", distributed.ROWS),
    ("Programs that are no Python", programs.ROWS),
    ("AMD, Intel, Apple, Vulkan and DirectML", vendors.ROWS),
    ("Reading and playing sound", sound.ROWS),
    ("Installing packages", install.ROWS),
    ("Environments and projects", environments.ROWS),
    ("Python packages", python.ROWS),
    ("Speech and AI packages", speech.ROWS),
    ("Running Python", running.ROWS),
    ("Models", models.ROWS),
    ("Messages of any program", general.ROWS),
    ("Warnings that mean nothing", harmless.ROWS),
)
_CAUSES = tuple(row.id for _, rows in _CHAPTERS for row in rows if row.id not in CONSEQUENCES and row.kind == "error")
CHAPTERS = tuple(
    (title, tuple(row._replace(follows=_CAUSES) if row.id in CONSEQUENCES else row for row in rows))
    for title, rows in _CHAPTERS
)
"""Titles and rows: root causes come before what follows from them."""

ROWS: tuple[Row, ...] = tuple(row for _, rows in CHAPTERS for row in rows)
