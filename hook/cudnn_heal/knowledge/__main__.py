"""``python -m cudnn_heal.knowledge`` prints docs/messages.md."""

from __future__ import annotations

from cudnn_heal.knowledge.document import document

print(document(), end="")
