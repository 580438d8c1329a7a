"""What rows of several chapters advise."""

from __future__ import annotations

from cudnn_heal.advice import Advice

TORCHCODEC = "The torchcodec made for this torch: 0.7 for 2.8, 0.9 for 2.9, 0.10 for 2.10, 0.12 and later for 2.11 and later"
PATH = Advice("unset", "Where an entry of LD_LIBRARY_PATH leads to another release, take it out", variable="LD_LIBRARY_PATH")
GPU_BUILD = (
    "onnxruntime-gpu alone, with onnxruntime uninstalled: 1.20 to 1.26 (`onnxruntime-gpu<1.27`) for CUDA 12's wheels, 1.28 and"
    " later for CUDA 13's"
)


def fixes(*wanted: Advice | str) -> tuple[Advice, ...]:
    """Return what to do; what is but said stands as its text."""
    return tuple(Advice("say", one) if isinstance(one, str) else one for one in wanted)
