"""Does what ``site`` of Python 3.15 does with a folder's start-up files (PEP 829): ``FOLDER [CODE]``.

For a Python that does not; to be run with ``-S``.  The folder is put on ``sys.path``; then come the path lines of all ``.pth``
files, in the order of their names; then the entry points of the ``.start`` files, each strictly ``module:callable``, resolved
by ``pkgutil.resolve_name`` and called without arguments; then the import lines of those ``.pth`` files beside which no
``.start`` file of the same name lies.  What an entry point raises is shown, and does not end the interpreter.
"""

# mypy: ignore-errors

import os
import pkgutil
import sys
import traceback


def main(folder):
    sys.path.append(folder)
    names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    imports = []
    for name in names:
        if name.endswith(".pth"):
            with open(os.path.join(folder, name), encoding="utf-8-sig") as file:
                lines = [line.rstrip() for line in file if line.strip() and not line.startswith("#")]
            for line in lines:
                if line.startswith(("import ", "import\t")):
                    if name[:-4] + ".start" not in names:
                        imports.append(line)
                elif os.path.exists(os.path.join(folder, line)):
                    sys.path.append(os.path.join(folder, line))
    for name in names:
        if name.endswith(".start"):
            with open(os.path.join(folder, name), encoding="utf-8-sig") as file:
                entries = [line.strip() for line in file if line.strip() and not line.startswith("#")]
            for entry in entries:
                module, colon, function = entry.partition(":")
                try:
                    if not (module and colon and function):
                        raise ValueError("not module:callable: " + entry)
                    pkgutil.resolve_name(entry)()
                except Exception:
                    traceback.print_exc()
    for line in imports:
        exec(line)


if __name__ == "__main__":
    main(sys.argv[1])
    exec(sys.argv[2] if len(sys.argv) > 2 else "pass")
