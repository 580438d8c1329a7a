"""``python -m cudnn_heal``."""

from __future__ import annotations

import sys

from cudnn_heal.cli import main

sys.exit(main())
