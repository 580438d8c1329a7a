"""Lays ``cudnn_heal.pth`` down after what it imports, so that no interpreter that starts meanwhile finds it alone."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface):  # type: ignore[type-arg]
    """Installers spread a wheel's ``.data`` folder last (the binary distribution format, "The .data directory")."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        folder = f"cudnn_heal-{self.metadata.version}.data/purelib"
        build_data["force_include"]["hook/cudnn_heal.pth"] = f"{folder}/cudnn_heal.pth"
