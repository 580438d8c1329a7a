"""Python packages: what does not install, and releases that do not fit each other."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import PATH, fixes

BUILD_CAUSES: tuple[str, ...] = (
    "build-conda-tools",
    "build-pyo3",
    "build-pyqt",
    "build-files-missing",
    "av-build", "triton-compiler", "no-wheel", "pkg-resources", "pkg-resources-build", "build-isolation",
    "build-accelerator", "build-header", "build-cython", "build-rust", "build-cmake", "build-cmake-policy", "build-compiler",
    "build-program", "build-cxx-headers", "build-version-exec", "deepspeed-install", "build-setuptools", "python-range",
    "cuda-home", "cuda-compile", "cuda-compile-source", "nvcc-host-compiler", "cuda-toolkit-mismatch", "nvrtc-architecture", "git-fetch", "git-missing", "install-network", "disk-full", "python-newer-than-code", "build-backend",
    "threads", "host-memory", "build-numpy", "build-distutils", "build-pynini",
    "build-backend-embedded", "build-backend-missing", "build-processor", "build-link", "windows-sdk", "windows-python-lib",
    "windows-link-library",
)  # fmt: skip
"""Rows that tell why a build failed."""

ROWS = (
    Row(
        id="name-undefined",
        seen=("module",),
        pattern=r"NameError: name '(?P<name>\w{1,60})' is not defined",
        cause="`{name}` is used where nothing has made it. In an installed package that is a fault of its release, often after an import that was tried and failed without a word; in a notebook, a cell that was not run since the restart; in a program of your own, a missing import or another spelling.",
        fixes=fixes(
            "In a package (the last file of the traceback lies in site-packages): a newer release of it, or the one before; its tracker has these words",
            "See whether an import above failed quietly: the first lines that the program prints",
        ),
        reference=("https://docs.python.org/3/library/exceptions.html#NameError",),
        example="NameError: name 'init_empty_weights' is not defined",
        follows=("cuda-home",),
    ),
    Row(
        id="local-unset",
        seen=("model",),
        pattern=r"local variable '(?P<name>\w{1,60})' (?:referenced before assignment|where it is not associated with a value)",
        cause="The program uses `{name}` on a way on which it never set it: mostly an earlier step failed, or found nothing, and the program went on. That is a fault of the program; what failed stands above.",
        fixes=fixes(
            "Read the lines above the traceback: a warning or an error there is the cause (no sound, no segments, a model that was not loaded)",
            "A newer release of the program",
        ),
        reference=("https://docs.python.org/3/library/exceptions.html#UnboundLocalError",),
        example="UnboundLocalError: cannot access local variable 'segments' where it is not associated with a value",
    ),
    Row(
        id="python-without-ctypes",
        seen=("module",),
        pattern=r"No module named '(?P<module>_ctypes|_lzma|_bz2|_sqlite3|_ssl|_hashlib|_curses|_uuid|_dbm)'",
        cause="This Python was built where a library's headers were missing (libffi's for _ctypes, which ctranslate2 and torch import), so it has no {module}.",
        fixes=fixes(
            Advice(
                "run",
                "Install the headers (Debian, Ubuntu)",
                command="sudo apt-get install libffi-dev liblzma-dev libbz2-dev libsqlite3-dev libssl-dev libncurses-dev uuid-dev",
            ),
            "and build that Python again (pyenv: `pyenv install --force` with its version), or take another, such as uv's or the system's",
        ),
        reference=("pyenv/pyenv#1933", "pdm-project/pdm#248", "measured"),
        example="ModuleNotFoundError: No module named '_ctypes'",
    ),
    Row(
        id="pyannote-token",
        seen=("module",),
        pattern=r"(?<![\w.])Pipeline\.from_pretrained\(\) got an unexpected keyword argument 'token'",
        cause="pyannote.audio has had the argument `token` since 4.0; the program is written for that, and an earlier one runs, where it is `use_auth_token`.",
        fixes=fixes(
            Advice(
                "add", "The one that the program is written for", requirements=("pyannote-audio>=4",), unless=("whisperx<3.8",)
            ),
            "A program of your own, with pyannote.audio 3: write `use_auth_token=`",
        ),
        reference=("sim186/AmicoScript#24", "https://github.com/pyannote/pyannote-audio/blob/main/CHANGELOG.md"),
        applies=("pyannote-audio<4",),
        example="TypeError: Pipeline.from_pretrained() got an unexpected keyword argument 'token'",
    ),
    Row(
        id="use-auth-token",
        seen=("module",),
        pattern=r"got an unexpected keyword argument 'use_auth_token'",
        cause="The name of the argument changed to `token`: huggingface_hub 1.0 dropped the old one, as did pyannote.audio 4 and the pipelines of transformers.",
        when=("pyannote-audio<4 & huggingface-hub>=1",),
        fixes=fixes(
            Advice(
                "add",
                "pyannote.audio 3 with huggingface_hub 1: the one before",
                requirements=("huggingface-hub<1",),
                only=("huggingface-hub>=1", "pyannote-audio<4"),
                unless=("transformers>=5",),
            ),
            Advice(
                "add",
                "pyannote.audio 3 with huggingface_hub 1 and transformers 5, which asks for it: those before",
                requirements=("huggingface-hub<1", "transformers<5"),
                only=("huggingface-hub>=1", "pyannote-audio<4", "transformers>=5"),
            ),
            Advice(
                "add",
                "WhisperX up to 3.7 with pyannote.audio 4: WhisperX 3.8 and later",
                requirements=("whisperx>=3.8",),
                only=("whisperx<3.8",),
            ),
            "A program of your own: write `token=` instead of `use_auth_token=`; another package that writes it: a newer release of that",
            Advice(
                "add",
                "WhisperX with an old faster-whisper",
                requirements=("faster-whisper>=1.2.0",),
                only=("faster-whisper<1.2",),
            ),
        ),
        reference=("wx#1322", "wx#1388", "speechbrain/speechbrain#2991", "measured"),
        example="TypeError: hf_hub_download() got an unexpected keyword argument 'use_auth_token'",
    ),
    Row(
        id="numpy-nan",
        seen=("module",),
        pattern=r"`?np\.NaN`? was removed in the NumPy 2\.0 release",
        cause="pyannote.audio up to 3.3.0 writes np.NaN, which NumPy 2 dropped.",
        when=("pyannote-audio<3.3.1 & numpy>=2",),
        fixes=(
            Advice(
                "add",
                "Upgrade",
                requirements=("pyannote-audio>=3.3.1,<4",),
                only=("pyannote-audio<3.3.1",),
                unless=("whisperx>=3.1,<3.3",),
            ),
            Advice(
                "add",
                "WhisperX up to 3.1.6 holds pyannote.audio at 3.1.1: upgrade it",
                requirements=("whisperx>=3.3.1",),
                only=("whisperx<3.3",),
            ),
            Advice("add", "Or the NumPy before that", requirements=("numpy<2",)),
        ),
        reference=("wx#826", "measured"),
        example="AttributeError: `np.NaN` was removed in the NumPy 2.0 release. Use `np.nan` instead.",
        applies=("pyannote-audio<3.3.1", "numpy>=2"),
    ),
    Row(
        id="numpy-older",
        seen=("install",),
        pattern=r"module compiled against API version (?P<asked>0x[0-9a-f]{1,3}) but this version of numpy is (?P<has>0x[0-9a-f]{1,3})"
        r"|numpy\.(?:dtype|ndarray) size changed, may indicate binary incompatibility\. Expected (?:88 from C header, got (?:96|80)|96 from C header, got 80)",
        cause="A package here was compiled for a newer NumPy than the installed one; the traceback names it.",
        fixes=fixes(
            "Upgrade NumPy as far as the other packages allow (`numpy<2` where one is compiled for NumPy 1)",
            "Otherwise an older release of the package that the traceback names",
        ),
        reference=("https://numpy.org/doc/stable/user/troubleshooting-importerror.html", "coqui-ai/TTS#2951"),
        example="RuntimeError: module compiled against API version 0x10 but this version of numpy is 0xf",
    ),
    Row(
        id="size-warning",
        seen=("harmless",),
        pattern=r"(?:Runtime)?Warning: [A-Za-z_][\w.]{1,120}\.\w{1,60} size changed, may indicate binary incompatibility\. Expected \d{1,5} from C header, got \d{1,5} from PyObject",
        cause="A package was compiled with an older release of another one than the installed one, in which that type has grown. Cython, which says so, goes on: only the other way round is it an error.",
        fixes=fixes("Nothing; a newer release of the package that is imported there, compiled anew, keeps it quiet"),
        reference=("https://cython.readthedocs.io/en/latest/src/userguide/extension_types.html",),
        example="RuntimeWarning: scipy._lib.messagestream.MessageStream size changed, may indicate binary incompatibility. Expected 56 from C header, got 64 from PyObject",
        kind="harmless",
    ),
    Row(
        id="size-changed",
        seen=("install",),
        shape="size",
        pattern=r"(?<!Warning:)(?<![\w.])(?P<kind>[A-Za-z_][\w.]{1,120}\.\w{1,60}) size changed, may indicate binary incompatibility\. Expected (?P<expected>\d{1,5}) from C header, got (?P<size>\d{1,5}) from PyObject",
        beside=("sizechanged",),
        cause="A compiled module was built with another release of the package whose type the message names than the installed one. It tells the direction: a type mostly grows, so where more was expected than is there, the installed one is the older.",
        fixes=fixes(
            "More expected than there: upgrade the package whose type it is; less: upgrade the package that is imported there (the traceback's last file)",
        ),
        reference=("https://cython.readthedocs.io/en/latest/src/userguide/extension_types.html",),
        example="ValueError: thinc.backends.cblas.CBlas size changed, may indicate binary incompatibility. Expected 24 from C header, got 16 from PyObject",
        follows=("numpy-older", "numpy-1-binary"),
    ),
    Row(
        id="pandas-older",
        seen=("install",),
        pattern=r"Cannot interpret '<attribute 'dtype' of 'numpy\.generic' objects>' as a data type|type object 'object' has no attribute 'dtype'",
        cause="An old pandas (before 1.0.5 or so) meets a NumPy of 1.20 or later.",
        fixes=fixes(
            Advice("run", "Upgrade it", command="{python} -m pip install --upgrade pandas"),
            "In an environment that old programs need: 'numpy<1.20', with the Python that they were made for",
        ),
        reference=("numpy/numpy#18355",),
        example="TypeError: Cannot interpret '<attribute 'dtype' of 'numpy.generic' objects>' as a data type",
    ),
    Row(
        id="numpy-fromstring",
        seen=("install",),
        pattern=r"The binary mode of fromstring is removed, use frombuffer instead",
        cause="NumPy 2.3 dropped the reading of bytes by `numpy.fromstring`; what calls it (the last file of the whole traceback) is made for an older one.",
        fixes=fixes(
            "Upgrade the package that calls it",
            Advice("add", "Or the NumPy before that", requirements=("numpy<2.3",)),
            "In a program of your own: `numpy.frombuffer(data, dtype=…)`, with `.copy()` where the array is changed",
        ),
        reference=("numpy/numpy#28254", "tuxu/gwyfile#7"),
        applies=("numpy>=2.3",),
        example="ValueError: The binary mode of fromstring is removed, use frombuffer instead",
    ),
    Row(
        id="gradio-pydantic",
        seen=("module",),
        pattern=r"Unable to generate pydantic-core schema for <class 'starlette\.requests\.Request'>|AttributeError: __pydantic_core_schema__",
        cause="FastAPI 0.113 and later do not go together with the gradio 4 that is installed (4.43 and later can do with it).",
        fixes=fixes(
            Advice("add", "The FastAPI before that", requirements=("fastapi<0.113",)),
            "Or upgrade gradio (4.44 and later), where the program takes a newer one",
            "It stays: `pydantic==2.8.2` beside it",
        ),
        reference=("gradio-app/gradio#9278", "fastapi/fastapi#12133", "BoltzmannEntropy/xtts2-ui#45"),
        example="pydantic.errors.PydanticSchemaGenerationError: Unable to generate pydantic-core schema for <class 'starlette.requests.Request'>. Set `arbitrary_types_allowed=True` in the model_config to ignore this error",
    ),
    Row(
        id="numpy-1-binary",
        seen=("install",),
        pattern=r"A module that was compiled using NumPy 1\.x cannot be run in NumPy (?P<numpy>2[\d.]{1,8})"
        r"|(?<!NumPy:)_ARRAY_API not found|module compiled against ABI version 0x10\w{5} but this version of numpy is 0x2\w{6}|numpy\.core\.multiarray failed to import|numpy\.dtype size changed, may indicate binary incompatibility\. Expected 96 from C header, got 88",
        cause="A package here was compiled for NumPy 1, and NumPy 2 is installed; the traceback names it.",
        fixes=fixes(
            "Upgrade the package that the traceback names",
            Advice("add", "Or the NumPy before that", requirements=("numpy<2",)),
        ),
        reference=("wx#927",),
        example="A module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.0.2 as it may crash. To support both 1.x and"
        " 2.x\nversions of NumPy, modules must be compiled with NumPy 2.0.",
        applies=("numpy>=2",),
        follows=("numpy-older",),
    ),
    Row(
        id="numpy-twice",
        seen=("install",),
        pattern=r"All ufuncs must have type `numpy\.ufunc`|CPU dispatcher tracer already ini?ti?alized|cannot import name '_\w{3,30}' from 'numpy\._?core|cannot load module more than once per process"
        r"|[Ii]mporting the numpy C-extensions failed|Error importing numpy: you should not try to import numpy from its source directory",
        cause="Files of two releases of NumPy (or SciPy) met in one process. In a notebook: NumPy was installed anew after it had been imported. Otherwise an installer"
        " left files of the former release, or a second copy of it lies earlier on sys.path.",
        fixes=fixes(
            "In a notebook (Colab, Kaggle, Jupyter): restart the session after installing, before anything is imported",
            Advice("reinstall", "Otherwise install its files again", requirements=("numpy=={numpy}",)),
            Advice(
                "run",
                "See which copy is imported",
                command='{python} -c "import numpy; print(numpy.__file__, numpy.__version__)"',
            ),
        ),
        reference=("wx#1267", "https://numpy.org/doc/stable/user/troubleshooting-importerror.html"),
        example="ValueError: All ufuncs must have type `numpy.ufunc`. Received (<ufunc 'sph_legendre_p'>, <ufunc 'sph_legendre_p'>)",
    ),
    Row(
        id="numpy-not-available",
        seen=("install",),
        pattern=r"RuntimeError: Numpy is not available|Failed to initialize NumPy: _ARRAY_API not found",
        cause="torch was compiled for NumPy 1 (up to 2.2 it was) and NumPy 2 is installed; or NumPy is not installed.",
        when=("torch<2.3 & numpy>=2",),
        fixes=(
            Advice("add", "The NumPy that it was compiled for", requirements=("numpy<2",), only=("numpy>=2",)),
            Advice(
                "add",
                "Or a newer torch, where what else is installed allows it",
                requirements=("torch>=2.3",),
                only=("torch<2.3",),
            ),
            Advice("add", "Add it", requirements=("numpy",), only=("!numpy",)),
        ),
        reference=("pawansharmaaaa/Lip_Wise#20", "Huanshere/VideoLingo#91"),
        example="RuntimeError: Numpy is not available",
        follows=("numpy-1-binary",),
    ),
    Row(
        id="glibc",
        seen=("install",),
        pattern=r"version `?(?P<version>(?:GLIBC|GLIBCXX|CXXABI)_[\d.]{1,10})'? not found",
        cause="The system's C or C++ library, or one that LD_LIBRARY_PATH or conda puts first, is older than a wheel needs"
        " ({version}).",
        fixes=fixes(
            PATH,
            Advice("run", "In a conda environment (GLIBCXX, CXXABI)", command="conda install -c conda-forge libstdcxx-ng"),
            "Otherwise this wheel needs a newer Linux, or an older release of it must do",
        ),
        reference=("https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/",),
        example="ImportError: /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by"
        " /venv/lib/python3.12/site-packages/…)",
    ),
    Row(
        id="library-release",
        seen=("install",),
        pattern=r"(?P<library>lib[\w+-]{1,40}?\.so[\d.]{0,12}): version [`']?(?P<version>(?!GLIBC|CXXABI)[A-Z][A-Za-z]{0,24}_?[\d._]{1,12})'? not found",
        cause="The {library} that was found is older than what asks for {version} of it (named after `required by`): two copies met, as when a program brings an old"
        " one (AppImage, conda, PyInstaller) and then a library of the system's is loaded, or LD_LIBRARY_PATH puts one first.",
        fixes=fixes(
            PATH,
            "Where the path in the message is the program's own folder (AppImage: /tmp/.mount_…): another package of it, or a newer release",
            "Where it is the system's or conda's: update that library there; or an older release of what asks",
        ),
        reference=("block/buzz#2951", "https://docs.appimage.org/reference/best-practices.html"),
        example="/tmp/.mount_app/usr/lib/libsystemd.so.0: version `LIBSYSTEMD_251' not found (required by /usr/lib/libmount.so.1)",
    ),
    Row(
        id="pkg-resources",
        seen=("module",),
        pattern=r"No module named '?pkg_resources'?",
        cause="setuptools 82 dropped pkg_resources, and newer Pythons install no setuptools of their own. A distribution"
        " called pkg-resources is somebody else's: do not install it.",
        fixes=(Advice("add", "setuptools before that", requirements=("setuptools<82",)),),
        follows=("pkg-resources-build",),
        reference=("https://setuptools.pypa.io/en/latest/history.html", "measured"),
        example="ModuleNotFoundError: No module named 'pkg_resources'",
    ),
    Row(
        id="transcription-options",
        seen=("module",),
        pattern=r"TranscriptionOptions\.__new__\(\) (?:missing \d{1,2} required positional arguments?|got an unexpected keyword argument)",
        cause="WhisperX makes faster-whisper's options itself, and this WhisperX is older (or newer) than this faster-whisper, which has other ones.",
        fixes=(
            Advice(
                "add",
                "Upgrade WhisperX, which brings the faster-whisper that it is made for",
                requirements=("whisperx>=3.3.1",),
                only=("whisperx<3.3.1",),
            ),
            Advice("say", "Upgrade WhisperX (3.3.1 and later fit faster-whisper 1.1)", unless=("whisperx",)),
        ),
        reference=("wx#721", "wx#708"),
        example="TypeError: TranscriptionOptions.__new__() missing 3 required positional arguments: 'max_new_tokens', 'clip_timestamps', and 'hallucination_silence_threshold'",
    ),
    Row(
        id="diarize-output",
        seen=("module",),
        pattern=r"'DiarizeOutput' object has no attribute '(?P<attribute>\w{2,40})'",
        cause="The program is written for pyannote.audio 3; from 4 on a pipeline returns a DiarizeOutput, which holds the annotation.",
        fixes=fixes(
            "A program of your own: `output.speaker_diarization` is what `itertracks` belongs to",
            Advice("add", "Or the pyannote.audio before that", requirements=("pyannote-audio<4",), only=("pyannote-audio>=4",)),
            Advice("say", "Or pyannote.audio before 4 (`pyannote-audio<4`)", unless=("pyannote-audio",)),
        ),
        reference=("Drakonis96/whispad#214",),
        example="AttributeError: 'DiarizeOutput' object has no attribute 'itertracks'",
    ),
    Row(
        id="wheel-platform",
        seen=("install",),
        shape="platform",
        pattern=r"You're (?:on|using) [\w .]{3,30}? \(`(?P<mine>\w{2,40})`\), but `(?P<package>[\w.-]{2,40})` \(v(?P<release>[\w.+]{1,24})\) only has wheels (?:for|with) the following (?:platform|Python|ABI|Python ABI|Python implementation) ?(?:tags?)?s?: (?P<offered>`[\w`,]{2,600}`)"
        r"|You require [\w .]{3,30}? \(`(?P<required>\w{2,40})`\), but we only found wheels for `(?P<found>[\w.-]{2,40})` \(v(?P<found_release>[\w.+]{1,24})\) with the following (?:platform|Python|ABI|Python ABI|Python implementation)(?:tags?)?s?: (?P<found_for>`[\w`,]{2,600}`)"
        r"|(?:^|[Bb]ecause|and|of|that)(?P<lacks_wheel>[a-zA-Z][\w.-]{1,40}?)(?:==(?P<lacks_release>[\w.+]{1,24}?)|[<>!~][\w.,<>=!~+]{1,40}?)?(?:has|have) no wheels with a matching platform tag \(e\.g\., `(?P<tag>\w{2,40})`\)",
        beside=("onlyhaswheels", "matchingplatformtag", "onlyfoundwheels"),
        cause="The files of {package} {release} are for the machines, or the Pythons, that the message names, and this is `{mine}`. `cp` and a number is a Python;"
        " `manylinux_2_28` asks for a C library (glibc) of 2.28 or later.",
        fixes=fixes(
            Advice("say", "onnxruntime on Python 3.10: `onnxruntime<1.24`", only=("@python<3.11",)),
            "A Python that is among them; for `manylinux`, a newer Linux; or a release of {package} that has a file for this machine",
            Advice("run", "`manylinux`: the system's glibc", command="ldd --version"),
            "The system's is new enough, and uv says otherwise: it remembers what it found before an update: the same with `--refresh`, or `uv cache clean`",
            "From an index of PyTorch's: not every index has every platform, so name it for the platforms that it has (tool.uv.sources, with a `marker`)",
            "A lock that was made elsewhere: `uv lock --upgrade-package {package}`; tool.uv.required-environments has uv look for what runs there too",
        ),
        reference=("astral-sh/uv#14268", "https://docs.astral.sh/uv/guides/integration/pytorch/"),
        example="hint: You're on Linux (`manylinux_2_27_x86_64`), but `torch` (v2.7.0) only has wheels for the following platforms: `manylinux_2_28_aarch64`, `manylinux_2_28_x86_64`",
        follows=("torch-mac-intel",),
    ),
    Row(
        id="piper-phonemize",
        seen=("install",),
        pattern=r"requirement piper-phonemize|No matching distribution found for piper-phonemize|piper-phonemize.{0,40}? (?:has|have) no wheels|depends on piper-phonemize",
        cause="piper-phonemize, which old releases of Piper ask for, has files only for Linux and Python up to 3.11, and is no longer kept up.",
        fixes=fixes(
            Advice("add", "Piper from 1.3 on does without it", requirements=("piper-tts>=1.3",)),
            "A program that asks for piper-phonemize itself: its newer release; or Python 3.11 on Linux (on Windows in WSL)",
        ),
        reference=("rhasspy/piper#365", "rhasspy/piper#644", "measured"),
        example="ERROR: Could not find a version that satisfies the requirement piper-phonemize~=1.1.0 (from piper-tts) (from versions: none)",
    ),
    Row(
        id="wheel-tags",
        seen=("install",),
        pattern=r"(?P<wheel>[\w.+]{2,60}-[\w.+!]{1,40}(?:-\d\w{0,10})?-(?P<tag>(?:cp|py|pp)[\w.]{1,20})-(?P<abi>[\w.]{2,20})-(?P<system>[\w.]{3,60}))\.whl is not a supported wheel on this platform",
        cause="The file is made for the Python `{tag}` on `{system}`, as its name says (`cp310` is Python 3.10; `x86_64` and `amd64` are Intel's and AMD's processors, `aarch64` and `arm64` ARM's), and this Python, this system or this processor is another.",
        fixes=fixes(
            Advice("run", "What this Python takes (the list begins with the best)", command="{python} -m pip debug --verbose"),
            "The file of the same page whose name has this Python and this system; or a Python of that number, in a new environment",
            "A name that was changed after the download is read in the same way: give it back its own",
            "An optional package (CosyVoice's ttsfrd): leave it out; the program goes on without it",
        ),
        reference=(
            "QwenAudio/CosyVoice#23",
            "https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/",
        ),
        example="ERROR: ttsfrd-0.3.6-cp38-cp38-linux_x86_64.whl is not a supported wheel on this platform.",
    ),
    Row(
        id="requirement-unavailable",
        seen=("install",),
        pattern=r"(?:requirement|distribution found for) (?P<name>[A-Za-z][\w.-]{1,60}?) \(unavailable\)|has inconsistent name: expected '[\w.-]{1,60}'",
        cause="What a requirement fetches from a repository or an address is a package of another name than the requirement says (`whisper @ git+…`, while Whisper's package is openai-whisper), and pip refuses it.",
        fixes=fixes(
            "Another's program: its newer release, or its requirements.txt with the right name in that line",
            "Yours: the name that the repository's pyproject.toml or setup.py has (`openai-whisper @ git+https://github.com/openai/whisper.git`), or the package from PyPI",
        ),
        reference=("m1guelpf/auto-subtitle#26", "https://packaging.python.org/en/latest/specifications/dependency-specifiers/"),
        example="ERROR: Could not find a version that satisfies the requirement whisper (unavailable) (from auto-subtitle)",
    ),
    Row(
        id="onnxruntime-gpu-none",
        seen=("install",),
        pattern=r"(?:satisfies the requirement|distribution found for|installation candidates for) onnxruntime-gpu(?=[A-Z\W]|$)(?!-)(?:[^()]{0,60}\(from [^()v]{1,120}\))?[^()]{0,60}(?:\(from versions: none\)|\([\d.]{1,12}\))",
        cause="onnxruntime-gpu has files on PyPI only for Linux with Intel's or AMD's processor and for Windows, and for ARM's (aarch64: GH200, DGX Spark, Jetson) only from 1.29 on, with glibc 2.34 or later; none for Mac, Alpine or 32 bit. Each"
        " release has them for a few Pythons.",
        fixes=fixes(
            Advice(
                "run",
                "Which Python this is, on what machine",
                command='{python} -c "import platform, sys; print(sys.version, platform.platform())"',
            ),
            "Linux on ARM: `onnxruntime-gpu>=1.29`, with a Python that it has files for; a Jetson: a wheel that is made for its JetPack, since the CUDA there is JetPack's own",
            "Mac, Alpine, or where the CPU will do: `onnxruntime` in its place, wherever a requirement asks for onnxruntime-gpu",
            "Otherwise another Python (PyPI's page of onnxruntime-gpu, `Download files`, tells which), in a new environment",
        ),
        reference=("https://onnxruntime.ai/docs/install/", "measured"),
        example="ERROR: Could not find a version that satisfies the requirement onnxruntime-gpu (from versions: none)",
    ),
    Row(
        id="ctranslate2-none",
        seen=("install",),
        pattern=r"(?:satisfies the requirement|distribution found for|installation candidates for) ctranslate2(?=[A-Z\W]|$)(?!-)(?:[^()]{0,60}\(from [^()v]{1,120}\))?[^()]{0,60}(?:\(from versions: none\)|\([\d.]{1,12}\))",
        cause="ctranslate2 has files on PyPI for Linux with glibc (Intel's or AMD's processor; ARM's, aarch64, without CUDA), for Mac and for Windows with 64 bit: none for Alpine (musl), for 32 bit (armv7l, win32), or for Windows on ARM, and each release has"
        " them for a few Pythons. It has no source on PyPI.",
        fixes=fixes(
            Advice(
                "run",
                "Which Python this is, on what machine",
                command='{python} -c "import platform, sys; print(sys.version, platform.platform())"',
            ),
            "A Python that is too new, or too old: 3.11 or 3.12, in a new environment; Windows: the 64-bit Python",
            "Alpine: an image with glibc (`python:3.12-slim` in place of `python:3.12-alpine`); a Raspberry Pi: a 64-bit system",
            "With CUDA on aarch64 (Jetson, GH200, DGX Spark): built from its source with `-DWITH_CUDA=ON -DWITH_CUDNN=ON`, or an image that has that",
        ),
        reference=("https://opennmt.net/CTranslate2/installation.html", "measured"),
        example="ERROR: Could not find a version that satisfies the requirement ctranslate2<5,>=4.0 (from faster-whisper) (from versions: none)",
    ),
    Row(
        id="triton-none",
        seen=("install",),
        pattern=r"(?:satisfies the requirement|distribution found for|installation candidates for) triton(?=[A-Z\W]|$)(?!-)(?:[^()]{0,60}\(from [^()v]{1,120}\))?(?:[^()]{0,60}(?:\(from versions: none\)|\([\d.]{1,12}\))|[=<>~]{1,2}[\d.]{1,10}|(?=$|[A-Z]))",
        cause="triton has files on PyPI for Linux alone (for ARM's processor from 3.5 on). Only what is to be faster needs it: torch.compile, and some kernels.",
        fixes=fixes(
            "Windows: leave triton out of requirements.txt; where a program can't do without it, the package triton-windows, in the release for this torch",
            "Mac: leave it out; there is none",
            "Linux: install the torch that the program wants, which brings the triton that fits; a release named in requirements.txt may have no file for this Python",
        ),
        reference=("https://github.com/woct0rdho/triton-windows", "measured"),
        example="ERROR: Could not find a version that satisfies the requirement triton (from versions: none)",
    ),
    Row(
        id="no-release-at-all",
        seen=("install",),
        pattern=r"satisfies the requirement (?P<name>(?!TTS(?![\w-])|torch(?:vision|audio)?(?![\w-]))[A-Za-z][\w.-]{1,60}?)(?:\[[\w,-]{1,60}\])?(?:[<>=!~;][^()]{0,80})?(?:\(from [^()]{1,200}(?:\([^()]{1,100}\)[^()]{0,60})?\))? \(from versions: none\)",
        cause="pip found nothing of {name} that this Python on this machine could take (`from versions: none`): PyPI has no package of that name (misspelt, renamed, withdrawn, or kept elsewhere: on GitHub, or on an index of its own),"
        " or all of its files are for other Pythons or other machines, or another index was asked than PyPI.",
        fixes=fixes(
            "PyPI's page of {name} tells which: none there: the name; otherwise another Python, or another machine: `Requires: Python` and `Download files` tell for which there are files",
            Advice(
                "run",
                "Which Python this is, on what machine",
                command='{python} -c "import platform, sys; print(sys.version, platform.platform())"',
            ),
            "A name that is gone: a newer release of the program, whose requirements no longer have it, or the package's own documentation",
            "Asked was another index (`--index-url`, PIP_INDEX_URL, a pip.conf; a mirror that lags behind): without that setting PyPI is asked (`pip --isolated install …` leaves the variables and the pip.conf of the user out)",
        ),
        reference=("PierrunoYT/Kokoro-TTS-Local#30", "https://pip.pypa.io/en/stable/cli/pip_index/"),
        example="ERROR: Could not find a version that satisfies the requirement mishkal-hebrew>=0.3.2 (from versions: none)",
        follows=(
            "standard-asked",
            *("piper-phonemize", "torch-index", "torch-mac-intel", "python-range", "install-network", "network"),
            *("onnxruntime-gpu-none", "ctranslate2-none", "triton-none"),
        ),
    ),
    Row(
        id="no-release-for-python",
        seen=("install",),
        pattern=r"satisfies the requirement (?P<name>(?!torch(?:vision|audio)?(?![\w-]))[A-Za-z][\w.-]{1,60}?)(?:\[[\w,-]{1,60}\])?(?P<wanted>[<>=!~][\w.,<>=!~*+]{1,60})(?:;[^()]{0,80})?(?:\(from [^()]{1,200}(?:\([^()]{1,100}\)[^()]{0,60})?\))? \(from versions: (?:[^()]{1,6000},)?(?P<last>\d[\w.+]{0,30}?)\)",
        cause="What pip offers this Python of {name} ends with {last}, and {wanted} is asked for. The releases that are asked for want another Python (an old one is not offered new releases, a new one not old ones), have no file for this"
        " machine, were withdrawn, or do not exist.",
        fixes=fixes(
            Advice(
                "run",
                "Which Python this is, on what machine",
                command='{python} -c "import platform, sys; print(sys.version, platform.platform())"',
            ),
            "Another Python, in a new environment (3.11 or 3.12 for most of the speech stack): the release's page on PyPI tells which it wants ({name}, `Release history`)",
            "Or, where the requirement is yours, a release from the list in the message; where a program makes it, another release of that program",
        ),
        reference=("NVIDIA-NeMo/Speech#9397", "https://pip.pypa.io/en/stable/cli/pip_index/"),
        example="ERROR: Could not find a version that satisfies the requirement numpy>=1.22 (from versions: 1.3.0, 1.19.4, 1.19.5)",
        follows=("torch-index", "torch-index-release", "torch-mac-intel", "python-range", "tts-python", "wheel-platform"),
    ),
    Row(
        id="no-wheel",
        seen=("install",),
        pattern=r"can't be installed because it doesn't have a source distribution or wheel for the current platform|has no wheels with a matching (?:Python|ABI)"
        r"|No matching distribution found for |Unable to find installation candidates for |Could not find a version that satisfies the requirement|is not a supported wheel on this platform|Because there (?:is no version|are no versions) of|has Requires-Python [<>=!~\d., ]{2,30}",
        cause="No release of the package that is asked for has a file for this Python, or this machine: the Python is too new or too old for it"
        " (onnxruntime 1.24 has none for 3.10, WhisperX 3.8 none for 3.14), or the name or version does not exist.",
        fixes=fixes(
            Advice(
                "run",
                "See which Python this is, on what machine",
                command='{python} -c "import platform, sys; print(sys.version, platform.platform())"',
            ),
            Advice("say", "onnxruntime on Python 3.10: `onnxruntime<1.24`", only=("@python<3.11",)),
            "Another release of the package that has one, or another Python: the message, or the package's page on PyPI, tells for which there are files",
            "With `--index-url` pip looks there alone (PyTorch's index has little besides torch): `--extra-index-url` adds one",
        ),
        reference=("open-jarvis/OpenJarvis#917", "ort#27653"),
        example="error: Distribution `onnxruntime==1.24.2 @ registry+https://index.example/simple` can't be installed because it doesn't have a source"
        " distribution or wheel for the current platform",
        follows=(
            "standard-asked",
            *(
                "index-is-page",
                "uv-first-index",
                "wheel-platform",
                "torch-index",
                "torch-index-release",
                "torch-mac-intel",
                "python-range",
                "tts-python",
            ),
            *("no-release-at-all", "no-release-for-python", "piper-phonemize", "wheel-tags", "requirement-unavailable"),
            *("onnxruntime-gpu-none", "ctranslate2-none", "triton-none"),
        ),
    ),
    Row(
        id="externally-managed",
        seen=("install",),
        pattern=r"externally-managed-environment|The interpreter at \S{1,120} is externally managed",
        cause="This Python belongs to the system's packages, which keep pip from changing it.",
        fixes=fixes(
            Advice("run", "Use an environment of your own", command="python3 -m venv ~/whisper && . ~/whisper/bin/activate"),
            "Or pipx, or `uv tool install`, for a program",
        ),
        reference=("https://packaging.python.org/en/latest/specifications/externally-managed-environments/",),
        example="error: externally-managed-environment",
    ),
    Row(
        id="pip-uninstall",
        seen=("install",),
        pattern=r"Cannot uninstall '?(?P<package>[\w.-]{2,40})'? [\d.]{1,12},? ?\.?\s?(?:because no RECORD file was found|[Ii]t is a distutils installed project)|uninstall-no-record-file|uninstall-distutils-installed-package|[Cc]annot uninstall.{0,80}?(?:no )?RECORD file|no RECORD file was found for",
        cause="pip is to replace a package that it did not install itself (the system's, conda's, or one whose list of files is gone), and can't tell which files are that package's.",
        fixes=fixes(
            Advice(
                "run",
                "In an environment of your own, which does not see the system's packages",
                command="python3 -m venv ~/whisper && . ~/whisper/bin/activate",
            ),
            "In an image or a notebook: `pip install --ignore-installed PACKAGE`, which lays the new one beside or over it",
        ),
        reference=("https://pip.pypa.io/en/stable/cli/pip_install/",),
        example="ERROR: Cannot uninstall blinker 1.4, because no RECORD file was found. The package was installed by debian.",
    ),
    Row(
        id="torch-cuda-wheels",
        seen=("install",),
        pattern=r"(?<!\w)torch (?P<torch>\d[\w.+]{2,30}) requires (?P<part>nvidia-[a-z0-9-]{3,40})==(?P<wanted>[\d.]{3,20})(?:; ?[^,]{0,160})?, but you(?: |'ll )have (?P=part) (?P<has>[\d.]{3,20}) which is incompatible(?:.{0,3000}torch (?P=torch) requires nvidia-.{0,200}?which is incompatible)?",
        cause="torch {torch} is made for {part} {wanted} exactly, and {has} has been put in its place: another package, or a command of yours, asked for it. pip only warns; whether torch still works shows when it runs. A later"
        " release of the same major number mostly fits, an earlier one may lack functions.",
        fixes=fixes(
            Advice("add", "torch's own again, where nothing else needs the other", requirements=("{part}=={wanted}",)),
            "What asked for the other one (TensorFlow, JAX, a program's requirements) in an environment of its own; in a notebook restart the session",
            Advice("call", "Whether what is here works", flags=("--doctor",)),
        ),
        reference=("OHF-Voice/micro-wake-word#62",),
        example='torch 2.6.0+cu124 requires nvidia-cublas-cu12==12.4.5.8; platform_system == "Linux" and platform_machine == "x86_64", but you have nvidia-cublas-cu12 12.5.3.2 which is incompatible.',
    ),
    Row(
        id="torch-companions",
        seen=("install",),
        pattern=r"(?<!\w)(?P<part>[A-Za-z][\w-]{1,40}?) (?P<release>\d[\w.+]{2,30}) requires torch==(?P<wanted>\d[\w.+]{2,30}?), but you(?: |'ll )have torch (?P<torch>\d[\w.+]{2,30}?) which is incompatible",
        cause="{part} {release} is made for torch {wanted} alone, and torch {torch} is what is installed now; the two do not work together.",
        fixes=fixes(
            "torchaudio, torchvision: both again together with torch, in one command and from one index, so that all are of one release (previews, `dev`, from the index for previews)",
            "Another package: its release that is made for this torch, or the torch that it asks for, with the torchaudio and torchvision of that one",
            "{part}, where nothing needs it: uninstall it",
        ),
        reference=("ali-vilab/ACE_plus#138", "https://pytorch.org/get-started/previous-versions/"),
        example="torchaudio 2.6.0 requires torch==2.6.0, but you have torch 2.7.1 which is incompatible.",
    ),
    Row(
        id="conflict-with-yours",
        seen=("install",),
        pattern=r"The user requested (?:\(constraint\) )?(?P<mine>[A-Za-z][\w.\[\]-]{1,60}?[<>=!~][\w.,<>=!~*+-]{1,80}?) (?P<package>[A-Za-z][\w.-]{1,60}?) \d[\w.+]{0,24}? (?:\(\w{3,20}\) )?depends on ",
        cause="You ask for {mine} yourself (on the command line, in a requirements or constraints file), and no release of {package} that may be taken here agrees with it; the message has what each of them asks for.",
        fixes=fixes(
            "Leave {mine} out, or widen it, if it is yours: pip then takes what {package} asks for",
            "It is a program's, and old: the Python of that time (3.10, say), in a new environment, for which older releases of {package} have files",
            "Or a newer release of the program, whose requirements agree",
        ),
        reference=("rhasspy/piper-sample-generator#8", "https://pip.pypa.io/en/stable/topics/dependency-resolution/"),
        example="The conflict is caused by:\n    The user requested torch<2\n    torchaudio 2.2.1 depends on torch==2.2.1",
    ),
    Row(
        id="conflict-one-sided",
        seen=("install",),
        pattern=r"The conflict is caused by: [A-Za-z][\w.+-]{2,80}? depends on (?P<requirement>[A-Za-z][\w.\[\],<>=!~*+-]{2,80}?)(?: [A-Za-z][\w.+-]{2,80}? depends on (?P=requirement))(?: [A-Za-z][\w.+-]{2,80}? depends on (?P=requirement))?(?: [A-Za-z][\w.+-]{2,80}? depends on (?P=requirement))?(?: [A-Za-z][\w.+-]{2,80}? depends on (?P=requirement))?(?: [A-Za-z][\w.+-]{2,80}? depends on (?P=requirement))?.{0,80}?(?:To fix this|Additionally)|have no matching distributions available for your environment:",
        cause="It is no conflict between packages: everything that is named asks for the same, and pip has no release of it for this Python on this machine (or the index that was asked, or a constraint, leaves none).",
        fixes=fixes(
            "Another Python, in a new environment, for which that release has files (its page on PyPI tells; 3.11 or 3.12 for most of the speech stack)",
            "Or a newer release of what asks for it, whose requirement is another",
            Advice("run", "Which Python this is", command="{python} --version"),
        ),
        reference=("resemble-ai/chatterbox#104", "https://pip.pypa.io/en/stable/topics/dependency-resolution/"),
        example="The conflict is caused by:\n    chatterbox-tts 0.1.1 depends on numpy==1.26.0\n    chatterbox-tts 0.1.0 depends on numpy==1.26.0\n\nTo fix this you could try to:",
    ),
    Row(
        id="conflicting-requirements",
        seen=("install",),
        pattern=r"ResolutionImpossible|version solving failed|Unable to find a resolution|No solution found when resolving dependencies|because the(?:se)? package versions have conflicting dependencies|pip's dependency resolver does not currently take into account"
        r"|\d requires (?!torch==\d[\w.+]{2,30}, but)[\w.-]{2,40}[<>=!~][\w.,<>=!~*;' \"]{1,80}?, but you(?: |'ll )have [\w.-]{2,40} \d[\w.+]{0,30} which is incompatible",
        cause="Two packages ask for releases of a third that exclude each other, what is installed is not what another package asks for, or one of them has no"
        " release for this Python; the lines around this one name them.",
        fixes=fixes(
            "Loosen the requirement that is yours; or upgrade the package that holds the other one back",
            "Two programs that each name one exact release of a third: an environment of its own for each",
            "Where releases were left out for `Requires-Python`, or for a wheel: another Python (3.11 or 3.12 for most of the speech stack)",
            "Where pip only warns (`but you have`): it matters for what you use; an environment of its own keeps the notebook's packages out of it",
            Advice("call", "What is installed and does not fit shows", flags=("--doctor",)),
        ),
        reference=("https://pip.pypa.io/en/stable/topics/dependency-resolution/",),
        example="ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/#dealing-with-dependency-conflicts",
        follows=(
            "torch-index",
            "project-extras-conflict",
            "no-wheel",
            "wheel-platform",
            "no-release-at-all",
            "no-release-for-python",
            "torch-cuda-wheels",
            "conflict-with-yours",
            "conflict-one-sided",
            "project-python-range",
            "piper-phonemize",
        ),
    ),
    Row(
        id="build-numpy",
        seen=("install",),
        pattern=r"(?:Failed to build `|(?:Using cached|Downloading) )numpy(?:==|-)(?P<version>1\.2\d\.\d{1,2}|2\.0\.\d{1,2})(?:`|\.tar\.gz)",
        beside=("error", "Failed", "failed"),
        cause="NumPy {version} is built from source here, because it has no wheel for this Python: 1.21 and 1.22 have them up to Python 3.10, 1.23 to 1.25 up to 3.11, 1.26 and 2.0 up to 3.12.",
        fixes=fixes(
            "Such a Python, in a new environment (3.11 fits most of the speech stack); then nothing is built",
            "Or a release of the package that holds NumPy back (pip and uv name it) which takes a newer one",
        ),
        reference=("resemble-ai/chatterbox#427", "resemble-ai/chatterbox#323", "measured"),
        example="  × Failed to build `numpy==1.25.2`\n  ├─▶ The build backend returned an error",
    ),
    Row(
        id="build-named",
        seen=("install",),
        pattern=r"(?:Failed to build `|(?:Using cached|Downloading) )(?P<package>[A-Za-z][\w.-]{1,50}?)(?:==|-)(?P<version>\d[\w.]{0,24}?)(?:`|\.tar\.gz(?!.{0,900}?\.tar\.gz.{0,900}?subprocess-exited-with-error).{0,900}?subprocess-exited-with-error)",
        cause="{package} {version} is built from source here, and that failed. pip and uv build where they find no wheel of that release for this Python and this machine: mostly the Python is newer than the release, or the release has no wheels at all. Better than mending the build is not to build.",
        fixes=fixes(
            "See on PyPI, in the files of {package} {version}, for which Pythons and systems it has wheels (`cp311` is Python 3.11, `py3-none-any` any); then such a Python, in a new environment",
            "Or a release of what asks for it that takes a newer {package} (pip and uv say above, or below, who asks)",
            "No wheel of it for any Python (openai-whisper has none): the compiler, headers and modules that the build's own lines ask for; explain the first of them that says `error`",
        ),
        follows=BUILD_CAUSES,
        reference=("resemble-ai/chatterbox#427", "resemble-ai/chatterbox#323", "measured"),
        example="  × Failed to build `sentencepiece==0.1.99`\n  ├─▶ The build backend returned an error",
    ),
    Row(
        id="build-failed",
        seen=("install",),
        pattern=r"Getting requirements to build wheel did not run successfully|error: subprocess-exited-with-error|Building wheel for [\w.-]{2,60} \([\w.]{5,20}\)(?::? ?(?:\.\.\.|finished with status)) '?error'?|Failed to build (?:installable wheels|`[\w.-]{2,60})|error: command '[\w./+-]{2,80}' failed with exit|Failed building (?:wheel|editable) for [\w.-]{2,60}|metadata-generation-failed|Encountered error while generating package metadata|Could not build wheels for [\w.-]{2,60}|The build backend returned an error|Call to `[\w.:]{5,60}` failed|Preparing metadata \([\w. ]{3,20}\) did not run successfully|Backend subprocess exited when trying to invoke|Failed to download and build|This error originates from the build backend",
        cause="A package is built from source here, and that failed; the build's own lines tell what was missing. pip and uv build where they find no wheel of it for this Python and this"
        " machine; some packages have no wheel at all.",
        fixes=fixes(
            "Where the package has wheels: a Python for which it has them (3.11 or 3.12 for most of the speech stack), or a release that has one for this Python",
            "Where the build says that it can't import a package that is installed (torch, NumPy): `--no-build-isolation`, after setuptools and wheel",
            Advice(
                "run",
                "Where it lacks a compiler or headers (Debian, Ubuntu)",
                command="sudo apt-get install build-essential python3-dev",
            ),
        ),
        reference=("https://packaging.python.org/en/latest/guides/installing-using-linux-tools/",),
        example="ERROR: Failed building wheel for tokenizers",
        follows=(*BUILD_CAUSES, "requirement-unmet", "module-missing", "build-named", "wheel-tags"),
    ),
    Row(
        id="numpy-alias",
        seen=("module",),
        pattern=r"module 'numpy' has no attribute '(?P<attribute>float|int|bool|object|str|complex|long|unicode|typeDict)'|`?np\.(?P<gone>\w{2,20})`? was removed in the NumPy 2\.0 release",
        cause="NumPy dropped that name: 1.24 its own names for Python's types (np.float, np.int, np.bool), 2.0 many more. The package that asks for it ({above})"
        " is older.",
        fixes=fixes(
            "Upgrade the package that asks for it",
            Advice("add", "Or the NumPy before that", requirements=("numpy<2",), only=("numpy>=2",)),
            Advice(
                "add",
                "Or the NumPy before that, which most of today's packages no longer take",
                requirements=("numpy<1.24",),
                only=("numpy>=1.24,<2",),
            ),
            Advice("say", "Or the NumPy before that: below 2 or, for np.{attribute}, below 1.24", unless=("numpy",)),
        ),
        follows=("numpy-nan",),
        reference=(
            "https://numpy.org/doc/stable/release/1.24.0-notes.html",
            "https://numpy.org/doc/stable/numpy_2_0_migration_guide.html",
        ),
        example="AttributeError: module 'numpy' has no attribute 'float'.",
    ),
    Row(
        id="numpy-copy",
        seen=("module",),
        pattern=r"Unable to avoid copy while creating an array as requested",
        cause="NumPy 2 takes `copy=False` at its word, and refuses where it must copy; the code that asks ({above}) is written for NumPy 1.",
        fixes=fixes(
            "Upgrade the package that asks; a program of your own: `np.asarray(x)` instead of `np.array(x, copy=False)`",
            Advice("add", "Or the NumPy before that", requirements=("numpy<2",), only=("numpy>=2",)),
            Advice("say", "Or `numpy<2`, where what else is installed takes it", unless=("numpy",)),
        ),
        reference=("https://numpy.org/doc/stable/numpy_2_0_migration_guide.html",),
        example="ValueError: Unable to avoid copy while creating an array as requested.",
    ),
    Row(
        id="transformers-import",
        seen=("module",),
        pattern=r"Could not import module '(?P<name>\w{2,60})'\. Are this object's requirements defined correctly|Failed to import transformers\.[\w.]{3,100} because of the following error",
        cause="A part of transformers could not be imported: something that it needs (torch, torchvision, torchaudio, tokenizers, flash_attn) is missing, broken or of another time. The first"
        " exception of the traceback is the cause.",
        fixes=(
            Advice(
                "run",
                "Have the whole traceback explained",
                command='{python} -c "import transformers.generation" 2>&1 | {heal} --explain -',
            ),
            Advice("call", "What is installed and does not fit shows", flags=("--doctor",)),
        ),
        reference=("https://huggingface.co/docs/transformers/installation",),
        example="ModuleNotFoundError: Could not import module 'GenerationMixin'. Are this object's requirements defined correctly?",
    ),
    Row(
        id="speechbrain-lazy",
        seen=("module",),
        pattern=r"Lazy import of LazyModule\(package=\w{2,30}, target=(?P<target>[\w.]{5,80}), loaded=False\) failed",
        cause="speechbrain loads {target} only when somebody asks for it. Before 1.1.2 it takes Python's own looking around for such a question on Windows, and then fails for want of what that"
        " part needs (k2 has no wheel for Windows).",
        fixes=fixes(
            Advice("add", "Upgrade", requirements=("speechbrain>=1.1.2",)),
            "Where 1.1.2 is installed: the program asks for that part, so install what it needs, which the line above names",
        ),
        reference=("speechbrain/speechbrain#3065", "measured"),
        example="ImportError: Lazy import of LazyModule(package=None, target=speechbrain.integrations.k2_fsa, loaded=False) failed",
    ),
    Row(
        id="numba-numpy",
        seen=("module",),
        pattern=r"SystemError: initialization of _internal failed without raising an exception|Failed in nopython mode pipeline",
        cause="numba, which compiles parts of librosa and openai-whisper while they run, does not fit the installed NumPy or Python; or the program gives it what it can't compile.",
        fixes=fixes(
            Advice("add", "The newest numba", requirements=("numba>=0.60",)),
            "Otherwise the NumPy that this numba takes: its release notes, or `Numba needs NumPy … or less`, tell",
            Advice("run", "A way around, slower", command="export NUMBA_DISABLE_JIT=1"),
        ),
        reference=("diodiogod/TTS-Audio-Suite#293", "https://numba.readthedocs.io/en/stable/user/installing.html"),
        example="SystemError: initialization of _internal failed without raising an exception",
    ),
    Row(
        id="protobuf",
        seen=("install",),
        pattern=r"Descriptors (?:cannot (?:not )?|should not )be created directly|Detected (?:incompatible|mismatched) Protobuf Gencode/Runtime",
        cause="A package was made with another protobuf than the installed one: an older than this accepts or (`Gencode/Runtime`) a newer.",
        fixes=fixes(
            "Upgrade the package that the traceback names",
            "`Gencode/Runtime`: upgrade protobuf, to the release of the gencode that the message names or later",
            "`Descriptors`: or the protobuf before that, `protobuf<3.21`",
        ),
        reference=("https://developers.google.com/protocol-buffers/docs/news/2022-05-06",),
        example="TypeError: Descriptors cannot be created directly.",
    ),
)
