"""Installing packages: what pip, uv, conda, Poetry and PDM say, and what a build from source lacks."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import fixes

ROWS = (
    Row(
        id="build-header",
        seen=("install",),
        shape="header",
        pattern=r"fatal error:?(?:C1083: Cannot open include file:)?['\"]?(?P<header>(?!Python\.h|cuda\.h)[\w./+-]{2,60}\.(?:h|hpp|hh))['\"]?(?: file not found|:No such file or directory)",
        cause="A package is compiled here, and the header {header} is not there: the system's package of that library, for developers, is missing.",
        fixes=fixes(
            "Debian: `apt-file search HEADER` names the package that has it; Fedora: `dnf provides '*/HEADER'`",
        ),
        reference=("https://packaging.python.org/en/latest/guides/installing-using-linux-tools/",),
        example="src/pyaudio/device_api.c:9:10: fatal error: portaudio.h: No such file or directory",
        follows=("build-isolation",),
    ),
    Row(
        id="build-isolation",
        seen=("install",),
        pattern=r"(?:did not run successfully|subprocess-exited-with-error|get_requires_for_build|build_meta).{0,6000}?No module named '(?P<module>torch|numpy|Cython|wheel|packaging|setuptools|pybind11|psutil|scipy|ninja|cffi)'"
        r"|No module named '(?P<before>torch|numpy|Cython|wheel|packaging|setuptools|pybind11|psutil|scipy|ninja|cffi)'(?=.{0,1200}?(?:subprocess-exited-with-error|did not run successfully|metadata-generation-failed|Failed to build))|depends on `(?P<undeclared>[\w.-]{2,30})`, but doesn't declare it as a build dependency",
        beside=(
            "didnotrunsuccessfully",
            "subprocess-exited-with-error",
            "get_requires_for_build",
            "build_meta",
            "builddependency",
        ),
        cause="A package is built from source, and its build asks for a module that it does not declare. pip and uv build in a fresh environment of its own, where what is"
        " installed here does not count.",
        fixes=fixes(
            "Best: a release of it that has a wheel for this Python (and this torch), so that nothing is built",
            "Otherwise install what it asks for, and setuptools and wheel, first, and then the package with `--no-build-isolation`",
        ),
        reference=(
            "https://docs.astral.sh/uv/concepts/projects/config/#build-isolation",
            "https://pip.pypa.io/en/stable/reference/build-system/",
        ),
        example="error: subprocess-exited-with-error\n  × Getting requirements to build wheel did not run successfully.\n      ModuleNotFoundError: No module named 'torch'",
    ),
    Row(
        id="pkg-resources-build",
        seen=("install",),
        pattern=r"No module named '?pkg_resources'?",
        beside=(
            "buildwheel",
            "build_wheel",
            "subprocess-exited-with-error",
            "metadata-generation-failed",
            "get_requires_for_build",
            "egg_info",
        ),
        cause="A package is built from source, and its setup.py imports pkg_resources, which setuptools 82 dropped. pip and uv build in a fresh environment with the newest setuptools: the one"
        " installed here does not count.",
        fixes=fixes(
            "Best: a newer release of the package, which has a wheel",
            "pip 25.3 and later: write `setuptools<82` into a file, and give it with `--build-constraint FILE`; uv: `--build-constraints FILE`; an older pip: PIP_CONSTRAINT=FILE",
            "Or install `setuptools<82` and wheel first, and then the package with `--no-build-isolation`",
        ),
        reference=("https://setuptools.pypa.io/en/latest/history.html", "https://pip.pypa.io/en/stable/user_guide/"),
        example="      ModuleNotFoundError: No module named 'pkg_resources'\nERROR: Failed to build 'openai-whisper' when getting requirements to build wheel",
    ),
    Row(
        id="build-cython",
        seen=("install",),
        pattern=r"fatal error:'?longintrepr\.h'?(?: file not found|: No such file)|PyCodeObject\w{0,12}'? has no member named '?co_|'_PyInterpreterState_GetConfig'|too (?:few|many) arguments to function '?_PyLong_AsByteArray|struct _frame'? has no member|PyThreadState'?.{0,40} has no member named '?(?:use_tracing|curexc_type|exc_type)",
        cause="A package is compiled whose C code was made for an older Python than this one: it knows nothing of what that changed inside.",
        fixes=fixes(
            "A newer release of the package, if there is one that has a wheel for this Python",
            "Otherwise an older Python, 3.10 for what is that old, in a new environment",
        ),
        reference=("https://docs.python.org/3/whatsnew/3.11.html",),
        example="src/spam.c:196:12: fatal error: longintrepr.h: No such file or directory",
    ),
    Row(
        id="build-rust",
        seen=("install",),
        pattern=r"can't find Rust compiler|Cargo, the Rust package manager, is not installed|rustc(?:\.exe)? (?:is not installed|not found)|requires Rust (?:and Cargo )?to compile|error: linker `(?:cc|link\.exe)` not found|feature `edition\d{4}` is required|casting `&T` to `&mut T` is undefined behavior",
        cause="A package that is written in Rust (tokenizers, safetensors, tiktoken, pydantic-core and the like) is compiled here, because that release has no wheel for this Python or this machine, and"
        " Rust, or what it needs, is missing or does not fit.",
        fixes=fixes(
            "A newer release of the package, or an older Python (3.11 or 3.12), for which it has a wheel: then no Rust is needed",
            Advice(
                "run",
                "Bring pip up to date; an old one does not know newer wheels",
                command="{python} -m pip install --upgrade pip",
            ),
            "Otherwise Rust, from https://rustup.rs, and a C compiler (Debian: build-essential; Windows: Microsoft's Build Tools; Mac: `xcode-select --install`)",
        ),
        reference=("https://huggingface.co/docs/tokenizers/installation", "https://www.rust-lang.org/tools/install"),
        example="error: can't find Rust compiler",
    ),
    Row(
        id="build-cmake",
        seen=("install",),
        pattern=r"CMake must be installed to build|(?:cmake|ninja): (?:command )?not found|No such file or directory: '(?:cmake|ninja)'|Problem with the CMake installation|CMake \d[\d.]{0,6} or higher is required\.You are running version|Ninja is required to load C\+\+ extensions|unable to find (?:cmake|ninja)|CMake was unable to find a build program corresponding to",
        cause="A package is compiled here, and CMake or Ninja, with which it is built, is missing or too old.",
        fixes=fixes(
            "A release of the package that has a wheel for this Python needs neither",
            Advice("run", "Otherwise", command="{python} -m pip install cmake ninja"),
            "And a compiler: Debian: build-essential; Windows: Microsoft's Build Tools with C++; Mac: `xcode-select --install`",
        ),
        reference=("https://cmake.org/download/",),
        example="RuntimeError: CMake must be installed to build the following extensions: _sentencepiece",
    ),
    Row(
        id="build-cmake-policy",
        seen=("install",),
        pattern=r"Compatibility with CMake <3\.\d{1,2} has been removed from CMake",
        cause="A package is compiled here whose CMake file is written for a release that CMake 4 no longer keeps to.",
        fixes=fixes(
            "Best: a newer release of the package, or one with a wheel for this Python",
            Advice(
                "run",
                "Otherwise, before it is installed (Windows: `set` instead of `export`)",
                command="export CMAKE_POLICY_VERSION_MINIMUM=3.5",
            ),
        ),
        reference=("https://cmake.org/cmake/help/latest/variable/CMAKE_POLICY_VERSION_MINIMUM.html",),
        example="CMake Error at CMakeLists.txt:1 (cmake_minimum_required):\n  Compatibility with CMake < 3.5 has been removed from CMake.",
    ),
    Row(
        id="build-compiler",
        seen=("install",),
        pattern=r"error: command '[\w./+-]{0,60}(?:gcc|g\+\+|clang|cc|c\+\+)(?:-\d{1,2})?' failed: No such file or directory|unable to execute '[\w./+-]{0,60}(?:gcc|g\+\+|clang|cc|c\+\+)': No such file|(?:gcc|g\+\+|clang|cc|make): (?:command )?not found|Unknown compiler\(s\):\[|No CMAKE_C(?:XX)?_COMPILER could be found|C compiler cannot create executables|no acceptable C compiler found"
        r"|Microsoft Visual C\+\+ 14\.\d or (?:greater|later) is required|Unable to find (?:a compatible )?(?:vcvarsall\.bat|Visual Studio)|command 'cl\.exe' failed: (?:No such file|None)|(?:Could not|could not) find any instance of Visual Studio|error: Unable to find a compatible Visual Studio",
        cause="A package is compiled here, because it has no wheel for this Python or this machine, and there is no compiler.",
        fixes=fixes(
            "A release of the package, or a Python (3.11 or 3.12 for most of the speech stack), for which there is a wheel: then nothing is compiled",
            Advice("run", "Otherwise a compiler: Debian, Ubuntu", command="sudo apt-get install build-essential python3-dev"),
            "Fedora: gcc, gcc-c++ and python3-devel; Alpine: build-base and python3-dev; Mac: `xcode-select --install`; Windows: Microsoft's Build Tools, `Desktop development with C++`",
        ),
        reference=(
            "https://packaging.python.org/en/latest/guides/installing-using-linux-tools/",
            "https://wiki.python.org/moin/WindowsCompilers",
        ),
        example="error: command 'gcc' failed: No such file or directory",
    ),
    Row(
        id="build-program",
        seen=("install",),
        pattern=r"(?:swig|pkg-config|gfortran|llvm-config|protoc|meson|patchelf|autoconf|libtool|nasm|yasm): (?:command )?not found|command 'swig(?:\.exe)?' failed|No such file or directory: '(?:swig|pkg-config|protoc|gfortran)'|(?:Did not find|Could NOT find|could not find) (?:pkg-config|PkgConfig)|The pkg-config script could not be found|Could not find a `llvm-config` binary|pkg-config is required for building|Dependency lookup for \w{2,30} with method 'pkgconfig' failed",
        cause="A package is compiled here, and a program that its build calls, which the message names, is missing.",
        fixes=fixes(
            "A release of the package, or a Python, for which there is a wheel needs none of it (`llvm-config`: llvmlite has wheels for each Python from some release on)",
            Advice(
                "run",
                "Otherwise, Debian, Ubuntu: the program's package has its name",
                command="sudo apt-get install pkg-config swig gfortran",
            ),
            "Mac: `brew install`, with its name",
        ),
        reference=("https://packaging.python.org/en/latest/guides/installing-using-linux-tools/",),
        example="error: command 'swig' failed: No such file or directory",
        follows=("av-build",),
    ),
    Row(
        id="build-cxx-headers",
        seen=("install",),
        pattern=r"fatal error: '(?:ios|iostream|cstdint|cstddef|string|vector|algorithm|cstdlib|cmath|memory|utility|stdio\.h|stdlib\.h|math\.h|limits\.h)' file not found|xcrun: error: invalid active developer path|xcode-select: (?:error|note): (?:tool|no developer tools)|cannot open (?:include )?file:?'?(?:io\.h|basetsd\.h|stddef\.h|kernel32\.lib|python3\d{1,2}\.lib)'?|command '(?:\S{0,160}[\\/])?rc\.exe' failed|LINK : fatal error LNK1158: cannot run 'rc\.exe'",
        cause="A package is compiled here, and the compiler lacks its own headers or tools: on a Mac Xcode's command line tools are missing, or broke with an update of macOS; on Windows the Windows SDK is missing.",
        fixes=fixes(
            Advice("run", "Mac", command="xcode-select --install"),
            "Mac, where they are there already: `sudo rm -rf /Library/Developer/CommandLineTools`, then the same again",
            "Windows: Microsoft's Build Tools with `Desktop development with C++` and a Windows SDK",
            "A release of the package that has a wheel for this Python needs none of it",
        ),
        reference=(
            "https://developer.apple.com/library/archive/technotes/tn2339/_index.html",
            "https://wiki.python.org/moin/WindowsCompilers",
        ),
        example="curated_tokenizers/_spp.cpp:1199:10: fatal error: 'ios' file not found",
    ),
    Row(
        id="build-version-exec",
        seen=("install",),
        pattern=r"KeyError: '__version__'",
        beside=("setup.py", "get_version", "read_version", "build_wheel", "buildwheel", "subprocess-exited-with-error"),
        cause="setup.py reads its version with exec() and locals(), which Python 3.13 changed; so that release can't be built on 3.13 and later.",
        fixes=fixes(
            "A newer release of the package (openai-whisper: 20250625 and later)",
            "Or Python 3.12, in a new environment",
        ),
        reference=("https://docs.python.org/3/whatsnew/3.13.html", "https://peps.python.org/pep-0667/"),
        example="      File \"<string>\", line 9, in read_version\n      KeyError: '__version__'\n      error: subprocess-exited-with-error",
    ),
    Row(
        id="build-setuptools",
        seen=("install",),
        pattern=r"error in [\w.-]{2,60} setup command: (?:use_2to3 is invalid|'?\w{3,30}'? must be|tests_require)|use_2to3 is invalid|AttributeError: install_layout|AttributeError: cython_sources|error: invalid command 'bdist_wheel'|module 'setuptools\.dep_util'|No module named 'distutils\.msvccompiler'|(?:setuptools|distutils)\.errors\.\w{4,40}: .{0,40}(?:license|version)|packaging\.version\.InvalidVersion: Invalid version: |'build_ext' object has no attribute|cannot import name 'setuptools_version'",
        cause="A package is built from source whose setup.py is written for an older setuptools (or Cython, or wheel) than the one that builds it.",
        fixes=fixes(
            "A newer release of the package, or one that has a wheel for this Python",
            "`bdist_wheel`: install wheel; `cython_sources` (PyYAML up to 6.0.0): PyYAML 6.0.1 or later; `install_layout`: upgrade pip, setuptools and wheel, in an environment of its own instead of Debian's Python",
            "`use_2to3`: setuptools 57 is the last that has it (`setuptools<58`, with `--no-build-isolation`)",
        ),
        reference=("https://setuptools.pypa.io/en/latest/history.html",),
        example="error in anyjson setup command: use_2to3 is invalid.",
    ),
    Row(
        id="build-setup-requires",
        seen=("install",),
        pattern=r"Command '\[.{3,300}?'-m', 'pip', '--disable-pip-version-check', 'wheel', '--no-deps', '-w', .{3,300}? returned non-zero exit status",
        cause="setup.py fetches what it needs for itself (named at the end of that command) with a pip of its own, and that failed: no network or proxy for it, or no such package for this Python.",
        fixes=fixes(
            "Install what the command names at its end, and setuptools and wheel, first; then the package with `--no-build-isolation`",
            "Or a release of the package that has a wheel for this Python",
        ),
        reference=("MahmoudAshraf97/whisper-diarization#221",),
        follows=("git-fetch",),
        example="distutils.errors.DistutilsError: Command '['C:\\venv\\Scripts\\python.exe', '-m', 'pip', '--disable-pip-version-check', 'wheel', '--no-deps', '-w', 'C:\\Temp\\tmp1', '--quiet', 'pybind11']' returned non-zero exit status 1.",
    ),
    Row(
        id="pipx-spec",
        seen=("install",),
        pattern=r"Cannot determine package name from (?:package )?spec '(?P<spec>[^']{1,160})'",
        cause="pipx could not install `{spec}` far enough to learn its name: pip failed below it, for want of git, a network, or a compiler.",
        fixes=fixes(
            Advice("run", "What pip says of it", command="python3 -m venv /tmp/try && /tmp/try/bin/pip install {spec}")
        ),
        reference=("https://pipx.pypa.io/stable/",),
        example="Cannot determine package name from spec 'git+https://github.com/m-bain/whisperX'. Check package spec for errors.",
    ),
    Row(
        id="tkinter",
        seen=("module",),
        pattern=r"No module named '_?[Tt]kinter'|your Python may not be configured for Tk|Can't find a usable init\.tcl|no display name and no \$DISPLAY environment variable",
        cause="Windows and buttons of Python (tkinter) are a part of their own, which this Python lacks; or there is no screen (`DISPLAY`), as on a server or in a container.",
        fixes=fixes(
            Advice("run", "Debian, Ubuntu, for the system's Python", command="sudo apt install python3-tk"),
            "Mac with Homebrew: `brew install python-tk`; pyenv: tk-dev before Python is built; uv's Pythons have it",
            "Without a screen: the program's command line or web interface",
        ),
        reference=("https://docs.python.org/3/library/tkinter.html",),
        example="ModuleNotFoundError: No module named 'tkinter'",
    ),
    Row(
        id="fitz",
        seen=("module",),
        pattern=r"No module named 'frontend'",
        beside=("fitz",),
        cause="Another package is called fitz; the module fitz that is meant comes with PyMuPDF.",
        fixes=(Advice("replace", "Take the right one", distributions=("fitz",), requirements=("pymupdf",)),),
        reference=("nazdridoy/kokoro-tts#39", "https://pymupdf.readthedocs.io/en/latest/installation.html"),
        example="  File \"C:\\venv\\lib\\site-packages\\fitz\\__init__.py\", line 1, in <module>\n    from frontend import *\nModuleNotFoundError: No module named 'frontend'",
    ),
    Row(
        id="python-range",
        seen=("install",),
        pattern=r"Cannot install on Python version [\d.]{3,8}; only versions [<>=!\d., ]{3,30} are supported|(?:is|are) incompatible with the project(?:'s Python requirement|.s `requires-python`)|[Cc]urrent Python version \([\d.]{3,10}\) (?:does not satisfy|is not allowed by the project)|[Cc]urrently activated Python version [\d.]{3,10} is not supported by the project|supported Python range \([^)]{3,30}\) is not compatible with some of the required packages"
        r"|[Rr]equires Python (?:version )?(?:>=|<|~=|==)?3\.\d{1,2}(?:\+| or (?:higher|later|newer|greater)|,| but)|Python (?:version )?(?:>=)?3\.\d{1,2} or (?:higher|later|newer|above|greater) is (?:required|needed)|(?:This|this) (?:package|version|program|version of \w{2,30}) (?:requires|needs) Python|No interpreter found for Python|Unsupported Python version|Python (?:version )?3\.\d{1,2}(?:\.\d{1,2})? is (?:not (?:yet )?supported|too (?:new|old)|no longer supported)",
        cause="The package, or the project, does not take this Python: it is older, or newer, than the message allows.",
        fixes=fixes(
            Advice("run", "A Python that it takes, in a new environment (uv fetches it)", command="uv venv --python 3.11"),
            "Or a release of the package that takes this Python: the newest for a new Python, an older one for an old Python",
        ),
        reference=(
            "https://docs.astral.sh/uv/concepts/python-versions/",
            "https://numba.readthedocs.io/en/stable/user/installing.html",
        ),
        example="RuntimeError: Cannot install on Python version 3.12.1; only versions >=3.8,<3.12 are supported.",
    ),
    Row(
        id="python-older-than-code",
        seen=("module",),
        pattern=r"TypeError: unsupported operand type\(s\) for \|: '(?:type|ABCMeta|NoneType|_GenericAlias|_SpecialForm|types\.GenericAlias|function|builtin_function_or_method|EnumMeta|ModelMetaclass|str)' and '(?:type|NoneType|str|ABCMeta|_GenericAlias|_SpecialForm)'|TypeError: '(?:type|ABCMeta|_SpecialForm|function)' object is not subscriptable|dataclass\(\) got an unexpected keyword argument '(?:kw_only|slots|match_args)'|zip\(\) takes no keyword arguments|'str' object has no attribute 'remove(?:suffix|prefix)'",
        cause="The code is written for a newer Python than this one: `X | None` and `kw_only` came with 3.10, `list[int]` and removesuffix with 3.9.",
        fixes=fixes(
            "A newer Python (3.10 or later; 3.11 for most of the speech stack), in a new environment",
            "Or an older release of the package that says so, which still takes this Python",
        ),
        reference=("https://docs.python.org/3/whatsnew/3.10.html", "NVIDIA-NeMo/Speech#8800"),
        example="TypeError: unsupported operand type(s) for |: 'type' and 'NoneType'",
    ),
    Row(
        id="python-newer-than-code",
        seen=("module",),
        pattern=r"ValueError: mutable default <?class '?(?P<class>[\w.]{3,160})'?>? for field (?P<field>\w{1,60}) is not allowed: use default_factory",
        cause="From 3.11 on Python refuses such a default in a dataclass. The package of {class} is older than that.",
        fixes=fixes(
            "Upgrade that package (hydra-core: 1.3 and later are written for 3.11)",
            "fairseq has no newer release: Python 3.10, in a new environment",
        ),
        reference=("https://docs.python.org/3/whatsnew/3.11.html", "MahmoudAshraf97/whisper-diarization#54"),
        example="ValueError: mutable default <class 'fairseq.dataclass.configs.CommonConfig'> for field common is not allowed: use default_factory",
    ),
    Row(
        id="hash-mismatch",
        seen=("install",),
        pattern=r"THESE PACKAGES DO NOT MATCH THE HASHES|[Hh]ash mismatch for|Expected sha256 [0-9a-f]{64}",
        cause="What was downloaded is not the file that was asked for: the download broke off or a proxy changed it, a file in the cache is damaged, or the index has another file by now than the lock or the list of requirements names.",
        fixes=fixes(
            "Download it anew: pip: `--no-cache-dir`; uv: `uv cache clean PACKAGE`",
            "If it stays so and the hash is in a file of yours: make that anew (`uv lock`, `poetry lock`, `pip-compile --generate-hashes`)",
        ),
        reference=("https://pip.pypa.io/en/stable/topics/secure-installs/",),
        example="ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, please update the hashes.",
    ),
    Row(
        id="pip-permission",
        seen=("install",),
        pattern=r"Could not install packages due to an (?:OSError|EnvironmentError|PermissionError): \[(?:Errno 13|Errno 1|WinError 5)\]|Consider using the `--user` option or check the permissions|failed to remove (?:file|directory) `[^`]{3,200}`: (?:Access is denied|Permission denied)",
        cause="pip or uv may not write where this Python keeps its packages: it is the system's, or another user's; on Windows a program may have a file of the package open.",
        fixes=fixes(
            Advice(
                "run",
                "An environment of your own, instead of sudo",
                command="python3 -m venv ~/whisper && . ~/whisper/bin/activate",
            ),
            "Windows: end every Python and notebook of that environment, then repeat it",
        ),
        reference=("https://packaging.python.org/en/latest/tutorials/installing-packages/",),
        example="ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/usr/local/lib/python3.10/dist-packages/torch'",
    ),
    Row(
        id="install-network",
        seen=("install",),
        pattern=r"There was a problem confirming the ssl certificate|Could not fetch URL https?://\S{3,120}?: |pip\._vendor\.urllib3\.exceptions\.\w{5,40}: |Retrying \(Retry\(total=\d{1,2}, connect=None|(?:error|Error): Request failed after \d retries|Failed to (?:fetch|download):`https?://|error sending request for url \(https?://|Try increasing UV_HTTP_TIMEOUT|invalid peer certificate: \w{5,30}|CondaHTTPError|CondaSSLError|HTTP 000 CONNECTION FAILED|pip\._vendor\.requests\.exceptions\.\w{5,40}|client error \(Connect\)",
        cause="The package index, or the file, could not be reached: no network, a proxy that is not set or lets it not through, a certificate that is not trusted here, or a download that was too slow or broke off.",
        fixes=fixes(
            Advice("run", "See what is set", command='env | grep -i -E "proxy|SSL_CERT|PIP_|UV_"'),
            "Behind a company's proxy: HTTPS_PROXY; its certificate: pip: `--cert FILE`; uv: SSL_CERT_FILE, or `--system-certs` (before 0.11 `--native-tls`)",
            "Too slow: pip: `--timeout 120`; uv: UV_HTTP_TIMEOUT=300; then the same again",
        ),
        reference=(
            "https://pip.pypa.io/en/stable/topics/https-certificates/",
            "https://docs.astral.sh/uv/reference/environment/",
        ),
        example="error: Request failed after 3 retries\n  Caused by: Failed to fetch: `https://index.example/simple/torch/`",
    ),
    Row(
        id="invalid-metadata",
        seen=("install",),
        pattern=r"Please use pip<24\.1 if you need to use this version|since it has invalid metadata|\.\* suffix can only be used with `?==`? or `?!=`? operators|has inconsistent (?:version|name): (?:filename has|expected)",
        cause="The package's own description of what it requires is not valid (`>=5.1.*`), which pip 24.1 and later refuse; omegaconf up to 2.0.6, which fairseq asks for, and pytorch-lightning up to 1.8 are such packages.",
        fixes=fixes(
            "A newer release of the package",
            Advice(
                "run",
                "Or an older pip, where something asks for exactly that release",
                command='{python} -m pip install "pip<24.1"',
            ),
        ),
        reference=("https://pip.pypa.io/en/stable/news/",),
        example="WARNING: Ignoring version 2.0.6 of omegaconf since it has invalid metadata:\nPlease use pip<24.1 if you need to use this version.",
    ),
    Row(
        id="git-missing",
        seen=("install",),
        pattern=r"Cannot find command 'git'|Git executable not found|No such file or directory: 'git'|git: (?:command )?not found|'git' is not recognized|Bad git executable",
        cause="Something is to be taken from a Git repository (`git+https://…`), or a program asks its own for its version, and git is not installed, or not on PATH.",
        fixes=fixes(
            Advice("run", "Debian, Ubuntu (slim images lack it)", command="apt-get update && apt-get install -y git"),
            "Windows: https://git-scm.com/download/win, then a new terminal; Mac: `xcode-select --install`",
        ),
        reference=("https://git-scm.com/downloads",),
        example="ERROR: Cannot find command 'git' - do you have 'git' installed and in your PATH?",
    ),
    Row(
        id="git-fetch",
        seen=("install",),
        pattern=r"fatal: unable to access 'https?://[^']{3,160}'|fatal: could not read Username for|RPC failed; (?:curl|HTTP)|git (?:clone|fetch|submodule update)[^\n]{0,200}? did not run successfully|Git operation failed|fatal: (?:early EOF|the remote end hung up)|process didn't exit successfully: `[^`]{0,60}git fetch|error: pathspec '[^']{1,80}' did not match any file|fatal: couldn't find remote ref|remote: (?:Repository|Write access) not",
        cause="A package is taken from a Git repository, and git could not fetch it: no network, a proxy, a broken download, or a repository, branch or commit that is not there (any more), or is private.",
        fixes=fixes(
            "Open the repository's address in a browser; a branch or commit after `@` must exist there",
            "Where git asks for a user name, there is no public repository of that name",
            Advice("run", "A slow or broken connection", command="git config --global http.version HTTP/1.1"),
            "A release from PyPI, where there is one, needs no git",
        ),
        reference=("https://pip.pypa.io/en/stable/topics/vcs-support/",),
        example="fatal: unable to access 'https://github.com/m-bain/whisperX.git/': Could not resolve host: github.com",
    ),
    Row(
        id="venv-missing",
        seen=("install",),
        pattern=r"ensurepip is not available|No module named (?:'?ensurepip'?|'?venv'?)(?![\w.])|The virtual environment was not created successfully",
        cause="Debian and Ubuntu keep what makes environments in a package of its own, which is not installed.",
        fixes=fixes(
            Advice("run", "Debian, Ubuntu (python3.11-venv for that Python)", command="sudo apt install python3-venv"),
            "Or `uv venv`, which needs none of it",
        ),
        reference=("https://packaging.python.org/en/latest/guides/installing-using-linux-tools/",),
        example="The virtual environment was not created successfully because ensurepip is not available.",
    ),
    Row(
        id="pip-missing",
        seen=("install",),
        pattern=r"No module named '?pip'?(?![\w.])|(?:pip3?|python3?): (?:command )?not found|'(?:pip3?|python3?)' is not recognized|Python was not found; run without arguments to install|the term 'pip3?' is not recognized|bash: pip3?: (?:command not found|No such)",
        cause="There is no Python, or it has no pip, in this environment or on PATH. uv makes environments without pip.",
        fixes=fixes(
            Advice("run", "An environment that uv made", command="uv pip install PACKAGE"),
            Advice("run", "Otherwise pip of the Python that is meant", command="{python} -m ensurepip --upgrade"),
            "Debian, Ubuntu: `sudo apt install python3-pip python3-venv`; Windows: Python from https://www.python.org, with `Add to PATH`; where Windows opens the Store, turn off its aliases (Settings, Apps, App execution aliases)",
        ),
        reference=(
            "https://packaging.python.org/en/latest/tutorials/installing-packages/",
            "https://docs.astral.sh/uv/pip/compatibility/",
        ),
        example="/srv/app/.venv/bin/python: No module named pip",
    ),
    Row(
        id="program-not-installed",
        seen=("install",),
        pattern=r"(?:^|[: ])(?P<program>whisper|whisperx|whisper-ctranslate2|faster-whisper|stable-ts|insanely-fast-whisper|tts|demucs|spleeter|edge-tts|huggingface-cli|hf|uvicorn|gradio|streamlit|yt-dlp|ct2-transformers-converter|uv|pipx|conda|poetry|nemo|accelerate|f5-tts_infer-cli|audio-separator|gunicorn|jupyter|torchrun): (?:command not found|not found)|command not found: (?P<zsh>whisper|whisperx|whisper-ctranslate2|stable-ts|insanely-fast-whisper|tts|demucs|edge-tts|huggingface-cli|hf|uvicorn|yt-dlp|ct2-transformers-converter|uv|pipx|conda|poetry)(?![\w-])"
        r"|'(?P<windows>whisper|whisperx|whisper-ctranslate2|stable-ts|insanely-fast-whisper|tts|demucs|edge-tts|huggingface-cli|hf|uvicorn|yt-dlp|ct2-transformers-converter|uv|pipx|conda|poetry|gradio|streamlit)' is not recognized|Failed to spawn: `(?P<uv>[\w.-]{2,40})`|executable file not found in \$PATH:\"?(?P<docker>whisper\w{0,20}|uvicorn|gunicorn)",
        cause="The shell does not find that program: its package is not installed in the environment that is active, or the folder of its programs is not on PATH.",
        fixes=fixes(
            "Activate the environment in which it was installed; a package's programs lie in its `bin` (Windows: `Scripts`)",
            "Without PATH: `python -m whisperx`, `python -m whisper`; with uv: `uv run` in the project, or `uv tool install` and `uv tool update-shell`",
            "`huggingface-cli` is called `hf` from huggingface_hub 1.0 on",
        ),
        reference=(
            "https://packaging.python.org/en/latest/tutorials/installing-packages/",
            "https://huggingface.co/docs/huggingface_hub/guides/cli",
        ),
        example="bash: whisperx: command not found",
    ),
    Row(
        id="shell-brackets",
        seen=("install",),
        pattern=r"zsh: no matches found: (?P<what>[\w.+:/-]{0,120}\[[\w,-]{1,60}\]\S{0,60})",
        cause="zsh, a Mac's shell, takes the brackets for a pattern of file names.",
        fixes=fixes("Write it in quotes: `pip install '{what}'`"),
        reference=("https://zsh.sourceforge.io/Doc/Release/Expansion.html",),
        example="zsh: no matches found: nemo_toolkit[asr]",
    ),
    Row(
        id="not-a-project",
        seen=("install",),
        pattern=r"Neither 'setup\.py' nor 'pyproject\.toml' found|does not appear to be a Python project|Could not open requirements file: \[Errno 2\]|No `pyproject\.toml` found in current directory|Poetry could not find a pyproject\.toml file|File not found: `requirements[\w.-]{0,20}\.txt`",
        cause="The command looks for the project's files in the current folder, and they are not there: it was started elsewhere, or the repository was not cloned, or only a part of it.",
        fixes=fixes(
            "Change to the folder that holds pyproject.toml (or setup.py, requirements.txt) first; in a Dockerfile: COPY them before",
            "For a package of an index leave out `-e`, `-r` and `.`",
        ),
        reference=("https://pip.pypa.io/en/stable/cli/pip_install/",),
        example="ERROR: file:///content/whisper-diarization does not appear to be a Python project: neither 'setup.py' nor 'pyproject.toml' found.",
    ),
    Row(
        id="torch-index",
        seen=("install",),
        pattern=r"(?:for|requirement) (?P<requirement>torch\w{0,6}==[\d.]{3,10}\+(?P<build>cu\d{2,3}|cpu|rocm[\d.]{1,5}))|there is no version of (?P<uv>torch\w{0,6}==[\d.]{3,10}\+(?P<of>cu\d{2,3}|cpu))",
        beside=("Nomatchingdistribution", "Couldnotfindaversion", "thereisnoversionof"),
        cause="A build with `+` in its version lies only on PyTorch's own index, each CUDA on one of its own, and only for the releases and Pythons that it was built for; the index that was asked has it not.",
        fixes=fixes(
            "`--index-url https://download.pytorch.org/whl/{build}` for torch, torchvision and torchaudio alone; with other packages `--extra-index-url`",
            "`--extra-index-url https://download.pytorch.org/whl/{of}`; in pyproject.toml: tool.uv.index and tool.uv.sources",
            "If it is not there either, that release has no build for this CUDA or this Python: take a newer torch, or an older Python",
        ),
        reference=(
            "https://pytorch.org/get-started/previous-versions/",
            "https://docs.astral.sh/uv/guides/integration/pytorch/",
        ),
        example="ERROR: Could not find a version that satisfies the requirement torch==2.0.1+cu118 (from versions: 2.2.0, 2.3.0)",
    ),
    Row(
        id="conda",
        seen=("install",),
        pattern=r"PackagesNotFoundError|ResolvePackageNotFound|LibMambaUnsatisfiableError|UnsatisfiableError: |Run 'conda init' before 'conda activate'|CondaError: |EnvironmentNameNotFound|CondaVerificationError|CondaToSNonInteractiveError|Terms of Service have not been accepted|InvalidArchiveError|CondaValueError|EnvironmentLocationNotFound|Your shell has not been properly configured to use 'conda activate'|nothing provides requested|Pins seem to be involved in the conflict",
        cause="conda could not do it, and names why in the line: a package or release that its channels do not have for this system, packages that exclude each other, or a step before it that is missing.",
        fixes=fixes(
            "Not found, or excluding each other: `-c conda-forge`, another Python (3.11), or only Python and ffmpeg with conda, and the Python packages with pip; the channel `pytorch` has nothing newer than torch 2.5",
            Advice("run", "`conda init` was not run: once, and then a new terminal", command="conda init"),
            "Terms of Service: `conda tos accept`, or conda-forge alone (Miniforge)",
        ),
        reference=("https://docs.conda.io/projects/conda/en/stable/user-guide/troubleshooting.html",),
        example="PackagesNotFoundError: The following packages are not available from current channels:",
    ),
    Row(
        id="lock-outdated",
        seen=("install",),
        pattern=r"pyproject\.toml changed significantly since poetry\.lock was last generated|poetry\.lock is not up to date with pyproject\.toml|The lockfile at `uv\.lock` needs to be updated|Lock file (?:does not match|hash doesn't match) pyproject\.toml|Unable to find lockfile at `uv\.lock`|poetry\.lock (?:file )?is not compatible|The lock file is not up to date with the latest changes",
        cause="The lock was made for other requirements than pyproject.toml has now, or by another version of the tool.",
        fixes=fixes(
            "Make it anew: `uv lock`, `poetry lock`, `pdm lock`; then the same again",
            "In somebody else's project: the tool's version that its documentation names, or the commit of a release",
        ),
        reference=("https://docs.astral.sh/uv/concepts/projects/sync/", "https://python-poetry.org/docs/cli/#lock"),
        example="pyproject.toml changed significantly since poetry.lock was last generated. Run `poetry lock` to fix the lock file.",
    ),
    Row(
        id="package-renamed",
        seen=("install",),
        pattern=r"The 'sklearn' PyPI package is deprecated|(?:uninstall|remove) coqpit|you still have the original package installed|This package (?:has been )?(?:renamed|moved) to|is a (?:placeholder|dummy) package|please install the (?P<new>[\w.-]{2,40}) package instead",
        cause="The package has another name by now, or two that belong to each other's place are installed; the message says which is meant.",
        fixes=fixes(
            "Uninstall the one that it names, and install the other: `sklearn` is scikit-learn; coqui-tts takes coqpit-config and coqui-tts-trainer in place of coqpit and trainer (uninstall those, then install coqui-tts anew, since they share a folder)",
        ),
        reference=("idiap/coqui-ai-TTS#449", "https://github.com/scikit-learn/sklearn-pypi-package"),
        example="ImportError: coqui-tts switched to a forked version of Coqpit, but you still have the original package installed. Run the following to avoid conflicts:",
    ),
    Row(
        id="powershell-policy",
        seen=("windows",),
        pattern=r"running scripts is disabled on this system|cannot be loaded because running scripts",
        cause="PowerShell does not run scripts here, not even the one that activates an environment.",
        fixes=fixes(
            Advice("run", "Allow it for your user", command="Set-ExecutionPolicy -Scope CurrentUser RemoteSigned"),
            "Or use cmd, with `Scripts\\activate.bat`",
        ),
        reference=("https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_execution_policies",),
        example="C:\\venv\\Scripts\\Activate.ps1 cannot be loaded because running scripts is disabled on this system.",
    ),
)
