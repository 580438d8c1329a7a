"""Running Python programs: processes and threads, ports, text, names that hide others, other systems."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import fixes

ROWS = (
    Row(
        id="spawn-main",
        seen=("crash",),
        pattern=r"An attempt has been made to start a new process before the current process has finished its bootstrapping phase",
        cause="On Windows and Macs (and on Linux from Python 3.14 on) a new process runs the program's file anew; what stands outside of functions starts further processes there.",
        fixes=fixes(
            'Put what the program does under `if __name__ == "__main__":`',
            "Or without further processes: `num_workers=0`",
        ),
        reference=("https://docs.python.org/3/library/multiprocessing.html",),
        example="RuntimeError:\n        An attempt has been made to start a new process before the\n        current process has finished its bootstrapping phase.",
    ),
    Row(
        id="pickle",
        seen=("crash",),
        pattern=r"Can't (?:pickle|get) local object '(?P<what>[^']{1,120})'|[Cc]an(?:not|'t) pickle '?(?P<object>[\w. ]{2,80}?)'? objects?(?![\w])|Can't get attribute '(?P<name>\w{1,80})' on <module '(?P<module>\w{1,60})'|Can't pickle <(?:function|class)",
        cause="What is handed to another process, or stored, can't be packed: a function within a function, a lambda, a lock, a model or an open file; or it is unpacked where its class is not.",
        fixes=fixes(
            "Workers: `num_workers=0` (datasets: `num_proc=1`), or make in each process what can't be handed over",
            "`Can't get attribute`: the class must stand in a module that the reading program imports under the same name",
        ),
        reference=("https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled",),
        example="AttributeError: Can't pickle local object 'EncDecCTCModel.setup.<locals>.<lambda>'",
    ),
    Row(
        id="start-method-set",
        seen=("crash",),
        pattern=r"RuntimeError: context has already been set|daemonic processes are not allowed to have children",
        cause="The program, or a library, sets how processes are started a second time; or a process of a pool (Celery's, multiprocessing's) wants processes of its own, which it may not have.",
        fixes=fixes(
            '`set_start_method` once, under `if __name__ == "__main__":` (or with `force=True`)',
            "In a worker: without further processes (`num_workers=0`); Celery: `--pool=solo` or `--pool=threads`",
        ),
        reference=("https://docs.python.org/3/library/multiprocessing.html",),
        example="AssertionError: daemonic processes are not allowed to have children",
    ),
    Row(
        id="no-standard-output",
        seen=("windows",),
        pattern=r"'NoneType' object has no attribute '(?:write|flush|isatty|fileno)'",
        beside=("script", "pythonw", ".exe", "tqdm", "sys.stdout", "sys.stderr", "isatty", "logging"),
        cause="The program writes to a console, and has none: without a window of its own (pythonw, a packed program, a service) sys.stdout and sys.stderr are None. A progress bar (tqdm), or a logger, does that.",
        fixes=fixes(
            "A newer release of the program; until then start it from a terminal, so that it has a console",
            'A program of one\'s own, at its beginning: `import os, sys; sys.stdout = sys.stdout or open(os.devnull, "w"); sys.stderr = sys.stderr or open(os.devnull, "w")`',
        ),
        reference=("chidiwilliams/buzz#1406", "https://docs.python.org/3/library/sys.html#sys.__stderr__"),
        example="Failed to execute script 'main' due to unhandled exception: 'NoneType' object has no attribute 'write'",
    ),
    Row(
        id="event-loop-running",
        seen=("crash",),
        pattern=r"asyncio\.run\(\) cannot be called from a running event loop|This event loop is already running|Cannot run the event loop while another loop is running",
        cause="There is a running event loop already, as in every notebook, and in web servers.",
        fixes=fixes(
            "In a notebook: `await main()` instead of `asyncio.run(main())`; for code of others nest_asyncio (`nest_asyncio.apply()`)",
            "In a server: `await` it, or run what blocks with `asyncio.to_thread`",
        ),
        reference=("https://docs.python.org/3/library/asyncio-runner.html",),
        example="RuntimeError: asyncio.run() cannot be called from a running event loop",
    ),
    Row(
        id="event-loop-none",
        seen=("crash",),
        pattern=r"There is no current event loop(?: in thread '(?P<thread>[^']{1,60})')?|RuntimeError: no running event loop",
        cause="Code that expects a running event loop is called outside of one: in a thread that has none, or with Python 3.14, which no longer makes one by itself.",
        fixes=fixes(
            "Call it with `asyncio.run(…)`; in a thread of its own: `asyncio.run_coroutine_threadsafe`, or a loop that the thread makes (`asyncio.new_event_loop()`)",
            "A package of others: a newer release, or Python 3.13 or earlier",
        ),
        reference=("https://docs.python.org/3/library/asyncio-eventloop.html",),
        example="RuntimeError: There is no current event loop in thread 'ThreadPoolExecutor-0_0'.",
    ),
    Row(
        id="port-taken",
        seen=("container",),
        pattern=r"\[(?:Errno (?:98|48)|WinError 10048)\]|error while attempting to bind on address|Bind for \S{3,40} failed: port is already allocated|Address already in use|Cannot find empty port in range",
        cause="Another program, or another start of this one, listens at that port already.",
        fixes=fixes(
            Advice("run", "See who (Windows: netstat -ano)", command="sudo ss -ltnp"),
            "End it, or take another port (`--port`; Gradio: GRADIO_SERVER_PORT; Docker: the first number of `-p`)",
        ),
        follows=("container-port", "rendezvous-port"),
        reference=("https://docs.python.org/3/library/socket.html",),
        example="ERROR:    [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use",
    ),
    Row(
        id="connection-refused",
        seen=("container",),
        pattern=r"Connect(?:ion)?(?:Refused)?Error: \[?(?:Errno (?:111|61)|WinError 10061)\]?|\[Errno (?:111|61)\] Connection refused|\[WinError 10061\]|Connect call failed \('(?P<host>[\w.:]{3,40})', (?P<port>\d{1,5})\)",
        cause="Nothing listens at that address: the service was not started, has ended, is not ready yet, or listens elsewhere. In a container `localhost` is the container itself.",
        fixes=fixes(
            "Look whether the service runs, and at which address and port; its own log tells why it ended",
            "From one container to another: its name in place of localhost; to the host: host.docker.internal; the service must listen at 0.0.0.0",
        ),
        follows=("network", "install-network"),
        reference=("https://docs.docker.com/engine/network/",),
        example="ConnectionRefusedError: [Errno 111] Connection refused",
    ),
    Row(
        id="open-files",
        seen=("memory",),
        pattern=r"\[Errno 24\] Too many open files|[Tt]oo many open files(?=(?:\(os error 24\)|in system|$))|received 0 items of ancdata|unable to open shared memory object",
        cause="The process has as many files open as it may; torch's workers keep one for each tensor that they share.",
        fixes=fixes(
            Advice("run", "A higher limit, for one shell", command="ulimit -n 65535"),
            'torch\'s workers: `torch.multiprocessing.set_sharing_strategy("file_system")`, or fewer of them',
            "A program of your own: close files (`with open(…)`)",
        ),
        reference=("https://docs.pytorch.org/docs/stable/multiprocessing.html#file-descriptor-file-descriptor",),
        example="OSError: [Errno 24] Too many open files",
    ),
    Row(
        id="text-decode",
        seen=("windows",),
        pattern=r"UnicodeDecodeError: 'utf-?8' codec can't decode byte (?P<byte>0x[0-9a-f]{2})",
        cause="Bytes are read as UTF-8 text and are none: a text in another encoding (UTF-16 begins with 0xff or 0xfe; Windows' and Chinese ones), or no text at all (sound, a compressed file, a model).",
        fixes=fixes(
            'A text: save it as UTF-8, or open it with its own encoding (`encoding="utf-16"`, `"cp1252"`, `"gbk"`)',
            'No text: open it in binary (`"rb"`), or it is the wrong file',
            'What a program printed (Windows): `set PYTHONUTF8=1`, or decode with `errors="replace"`',
        ),
        reference=("https://docs.python.org/3/howto/unicode.html",),
        example="UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
    ),
    Row(
        id="text-encode",
        seen=("module",),
        pattern=r"UnicodeEncodeError: '(?P<codec>ascii|latin-1|utf-8)' codec can't encode|'ascii' codec can't decode byte",
        cause="Text with other letters than `{codec}` has is written, or sent: the system's language is not set (a container without LANG), a token or header holds such letters, or half a character (surrogates) came from a file's name.",
        fixes=fixes(
            Advice("run", "UTF-8 everywhere", command="export PYTHONUTF8=1 LANG=C.UTF-8"),
            "A header or token (`latin-1`): copy it anew, without typographic signs or other letters",
        ),
        reference=("https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUTF8",),
        example="UnicodeEncodeError: 'ascii' codec can't encode characters in position 0-3: ordinal not in range(128)",
    ),
    Row(
        id="path-escape",
        seen=("windows",),
        pattern=r"\(unicode error\) 'unicodeescape' codec can't decode bytes in position|\[Errno 22\] Invalid argument: '(?P<path>[^']{1,200})'|\[WinError 123\]|The filename, directory name, or volume label syntax is incorrect",
        cause="A Windows path can't be used as it is written: backslashes begin special signs in a Python text (`\\U`, `\\t`, `\\a`), and names may not hold `: * ? \" < > |`.",
        fixes=fixes(
            'Write `r"C:\\Users\\me\\talk.wav"`, or with `/`',
            "A name that a program makes (from a title, a time with `:`): without those signs",
        ),
        reference=(
            "https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences",
            "https://learn.microsoft.com/windows/win32/fileio/naming-a-file",
        ),
        example="SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in position 2-3: truncated \\UXXXXXXXX escape",
    ),
    Row(
        id="module-shadowed",
        seen=("module",),
        pattern=r"No module named '(?P<missing>[\w.]{2,100})'; '(?P<module>\w{2,60})' is not a package",
        cause="What Python imports as {module} is a single file, and not the package {module}: mostly a {module}.py of the program's own, since Python looks beside the program first; or another distribution, or another release, has a module of that name.",
        fixes=fixes(
            Advice("run", "See which it is", command='{python} -c "import {module}; print({module}.__file__)"'),
            "A file of your own: rename it, and remove its __pycache__",
            "A file in site-packages: uninstall the distribution that it belongs to, and install the one that is meant, in the release that the program asks for",
        ),
        reference=("https://docs.python.org/3/tutorial/modules.html#the-module-search-path",),
        example="ModuleNotFoundError: No module named 'whisper.audio'; 'whisper' is not a package",
    ),
    Row(
        id="module-no-package",
        seen=("module",),
        pattern=r"No module named '(?P<missing>[\w.]{2,100})'; '(?P<module>(?P<package>\w{2,60})\.[\w.]{1,60})' is not a package",
        cause="{package} is there, and its {module} has no modules in it: what asks for {missing} is made for another release of {package}, or a program has put something of its own in the place of {module}.",
        fixes=fixes(
            "Upgrade the package that asks ({above}), or take the release of {package} for which it is made",
            Advice("run", "See which file that is", command='{python} -c "import {module}; print({module}.__file__)"'),
        ),
        reference=("https://docs.python.org/3/reference/import.html#packages",),
        example="ModuleNotFoundError: No module named 'moviepy.editor.tools'; 'moviepy.editor' is not a package",
        follows=("torchaudio-removed",),
    ),
    Row(
        id="module-circular",
        seen=("module",),
        pattern=r"cannot import name '(?P<name>\w{1,80})' from partially initialized module '(?P<module>[\w.]{1,100})'|partially initialized module '(?P<of>(?!torch'|torchvision'|cv2')[\w.]{1,100})' (?:from '[^']{1,200}' )?has no attribute '(?P<attribute>\w{1,80})'",
        cause="A module is asked for a name while it is itself still being imported: mostly a file of the program's own has the name of a package (and imports it), or two files import each other, or two threads import it at once.",
        fixes=fixes(
            "The path at the end of the message tells which file it is. A file of your own: rename it, and remove its __pycache__",
            "A file in site-packages: packages of different times, or half installed: install that package again, and upgrade what imports it",
            "A server that loads in threads: import it once, before they start",
        ),
        reference=("https://docs.python.org/3/faq/programming.html#what-are-the-best-practices-for-using-import-in-a-module",),
        example="ImportError: cannot import name 'WhisperModel' from partially initialized module 'faster_whisper' (most likely due to a circular import) (/srv/app/faster_whisper.py)",
    ),
    Row(
        id="relative-import",
        seen=("module",),
        pattern=r"attempted relative import (?:with no known parent package|beyond top-level package)",
        cause="A file that belongs to a package was started by itself, so that Python does not know its package.",
        fixes=fixes(
            "Start it as a module, from the folder above the package: `python -m package.file`; or install the package first (`pip install -e .`)"
        ),
        reference=("https://docs.python.org/3/reference/import.html#package-relative-imports",),
        example="ImportError: attempted relative import with no known parent package",
    ),
    Row(
        id="unix-only",
        seen=("windows",),
        pattern=r"No module named '(?P<module>fcntl|resource|pwd|grp|termios|tty|posix|_posixsubprocess|_curses|readline)'|module 'signal' has no attribute '(?P<signal>SIGKILL|SIGALRM|SIGHUP|SIGUSR1|SIGQUIT|alarm|setitimer)'|module 'os' has no attribute '(?P<os>uname|fork|geteuid|getuid|setsid|sched_getaffinity|killpg|getpgid|mkfifo)'|uvloop does not support Windows|module 'time' has no attribute 'tzset'",
        cause="The program, or a package of it, uses what only Linux and Macs have; it does not run on Windows as it is (NeMo on Windows is such a case).",
        fixes=fixes(
            "In WSL, or a container, it runs on Windows too",
            "Or a release that is made for Windows: `SIGKILL` in NeMo: a newer one",
        ),
        reference=("https://docs.python.org/3/library/fcntl.html", "https://learn.microsoft.com/windows/wsl/install"),
        example="AttributeError: module 'signal' has no attribute 'SIGKILL'",
    ),
    Row(
        id="mac-architecture",
        seen=("library",),
        pattern=r"incompatible architecture \(have '?(?P<have>[\w,]{3,12})'?, need '?(?P<need>[\w,'() ]{3,30}?)'?\)|mach-o, but wrong architecture|mach-o file, but is an incompatible architecture|bad CPU type in executable",
        cause="On a Mac: a library for one kind of processor (x86_64: Intel; arm64: Apple's) is loaded into a Python for the other, as when Python or Homebrew runs under Rosetta.",
        fixes=fixes(
            Advice("run", "See which Python this is", command='{python} -c "import platform; print(platform.machine())"'),
            "A new environment with a Python for this Mac's processor (arm64: uv's or Homebrew's in /opt/homebrew), and the packages installed anew",
        ),
        reference=("https://developer.apple.com/documentation/apple-silicon/building-a-universal-macos-binary",),
        example="ImportError: dlopen(_soundfile.so, 0x0002): tried: '/venv/_soundfile.so' (mach-o file, but is an incompatible architecture (have 'x86_64', need 'arm64'))",
    ),
    Row(
        id="mac-fork",
        seen=("crash",),
        pattern=r"may have been in progress in another thread when fork\(\) was called",
        cause="macOS ends a process that was forked while another thread was in Apple's libraries.",
        fixes=fixes(
            Advice("run", "A way around, for one shell", command="export OBJC_DISABLE_INITIALIZE_FORK_SAFETY=YES"),
            "Or start processes with `spawn` (gunicorn: one worker, or without `--preload`)",
        ),
        reference=("https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods",),
        example="objc[4711]: +[__NSCFConstantString initialize] may have been in progress in another thread when fork() was called.",
    ),
    Row(
        id="windows-sockets",
        seen=("windows",),
        pattern=r"WinError (?:10060|10054|10053|10013|10049|11001)(?!\d)",
        cause="Windows could not reach the other side, or was cut off: no network, a firewall or antivirus program, a proxy (10054, 10053: cut off; 10060: no answer; 10013: not allowed, or the port is reserved).",
        fixes=fixes(
            "Try again; without VPN and proxy, or with HTTPS_PROXY set; let the program through the firewall",
            "10013 for a port of one's own: another port",
        ),
        reference=("https://learn.microsoft.com/windows/win32/winsock/windows-sockets-error-codes-2",),
        example="ConnectionResetError: [WinError 10054] An existing connection was forcibly closed by the remote host",
    ),
    Row(
        id="windows-libuv",
        seen=("windows",),
        pattern=r"use_libuv was requested but PyTorch was buil[dt] without libuv support|Windows not yet supported for torch\.compile",
        cause="This torch for Windows lacks that part: libuv for several processes, or torch.compile (before 2.3).",
        fixes=fixes(
            Advice("run", "libuv (cmd)", command="set USE_LIBUV=0"),
            Advice("run", "libuv (PowerShell)", command='$env:USE_LIBUV = "0"'),
            "torch.compile: a newer torch with triton-windows, or without it (TORCHDYNAMO_DISABLE=1)",
        ),
        reference=("https://docs.pytorch.org/docs/stable/distributed.html",),
        example="RuntimeError: use_libuv was requested but PyTorch was build without libuv support",
    ),
    Row(
        id="read-only",
        seen=("container",),
        pattern=r"\[Errno 30\] Read-only file system: '(?P<path>[^']{1,200})'",
        cause="{path} lies on a file system that may not be written: a container that was started so, a volume mounted with `:ro`, or a place that a serverless platform keeps closed.",
        fixes=fixes(
            "A cache: HF_HOME, XDG_CACHE_HOME, NUMBA_CACHE_DIR, MPLCONFIGDIR to a place that can be written (/tmp)",
            "Otherwise mount that folder as a volume without `:ro`",
        ),
        reference=("https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables",),
        example="OSError: [Errno 30] Read-only file system: '/home/me/.cache/huggingface'",
    ),
    Row(
        id="numba-cache",
        seen=("module",),
        pattern=r"cannot cache function '(?P<function>\w{1,60})': no locator available for file '(?P<file>[^']{1,200})'",
        cause="numba (librosa compiles with it) wants to write its cache beside its files, or in the user's home, and may not.",
        fixes=fixes(Advice("run", "A folder that this user may write", command='export NUMBA_CACHE_DIR="$(mktemp -d)"')),
        reference=("https://numba.readthedocs.io/en/stable/reference/envvars.html",),
        example="RuntimeError: cannot cache function '__shear_dense': no locator available for file '/usr/local/lib/python3.10/site-packages/librosa/util/utils.py'",
    ),
    Row(
        id="event-loop-closed",
        seen=("crash",),
        pattern=r"RuntimeError: Event loop is closed",
        cause="Something is closed, or asked for, after its event loop has ended: a client was made in one loop and used in another (two calls of asyncio.run), or, on Windows, is tidied up at the end of the program, where it does no harm.",
        fixes=fixes(
            "Make and close clients within one `asyncio.run(main())` (`async with`), one loop for the whole program",
            "Only at the end, on Windows: nothing",
        ),
        reference=("https://docs.python.org/3/library/asyncio-runner.html",),
        example="RuntimeError: Event loop is closed",
    ),
    Row(
        id="json-syntax",
        seen=("model",),
        pattern=r"JSONDecodeError: (?:Expecting property name enclosed in double quotes|Extra data|Expecting ',' delimiter|Invalid \\escape|Invalid control character)",
        cause="A file that should be JSON is written otherwise: names and texts in single quotes, a comma too many, comments, backslashes of a Windows path, or several objects in it (`Extra data`).",
        fixes=fixes(
            "Look at the line that the message tells: names and texts in double quotes, no comma before `}` or `]`, paths with `/` or `\\\\`",
            "A manifest (NeMo's, lhotse's, .jsonl): one whole object on each line, and nothing else",
            Advice("run", "Where it is wrong", command="{python} -m json.tool FILE"),
        ),
        reference=("NVIDIA-NeMo/Speech#8646", "https://docs.python.org/3/library/json.html#json.JSONDecodeError"),
        example="json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 2 column 1 (char 2)",
    ),
    Row(
        id="json-decode",
        seen=("model",),
        pattern=r"JSONDecodeError: Expecting value: line 1 column 1 \(char 0\)|JSONDecodeError: Unterminated string|Unexpected UTF-8 BOM",
        cause="A text that should be JSON is none: an empty or half-written file, or a page of an error that a server gave in place of an answer.",
        fixes=fixes(
            "Look at the file that the traceback names (`head -c 200 FILE`); a cache of a program: delete it, and let it be made anew",
            "An answer: print its status and text before it is read",
        ),
        reference=("https://docs.python.org/3/library/json.html#json.JSONDecodeError",),
        example="json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    ),
    Row(
        id="powershell-and",
        seen=("windows",),
        pattern=r"The token '&&' is not a valid statement separator|ParserError: .{0,60}Unexpected token|export: The term 'export' is not recognized|'export' is not recognized|The term 'source' is not recognized|'source' is not recognized|'sudo' is not recognized|'apt(?:-get)?' is not recognized",
        cause="A line for Linux' shell was typed in Windows' (PowerShell or cmd), which has other words.",
        fixes=fixes(
            '`a && b`: two lines, or PowerShell 7; `export A=b`: `$env:A = "b"` (cmd: `set A=b`); `source .venv/bin/activate`: `.venv\\Scripts\\activate`',
            "apt and sudo are Linux' own: in WSL, or with winget what they install",
        ),
        reference=(
            "https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_environment_variables",
        ),
        example="The token '&&' is not a valid statement separator in this version.",
    ),
    Row(
        id="windows-mount-point",
        seen=("windows",),
        pattern=r"WinError 448|contains an untrusted mount point",
        cause="Windows does not follow a link, or a junction, in that path which another program or user made.",
        fixes=fixes(
            "Models into a plain folder of your own: HF_HOME=C:\\hf; HF_HUB_DISABLE_SYMLINKS=1 keeps the hub's client from making links"
        ),
        reference=(
            "debpalash/VoiceStudio#118",
            "https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables",
        ),
        example="OSError: [WinError 448] The path cannot be traversed because it contains an untrusted mount point: 'C:\\Users\\u\\hf_cache'",
    ),
    Row(
        id="syntax-newer",
        seen=("module",),
        pattern=r"SyntaxError: (?:f-string: (?:expecting '}'|unmatched|expression part cannot include)|invalid syntax. Perhaps you forgot a comma)|SyntaxError: invalid syntax(?=.{0,20}$)|match \w{1,30}:\^|SyntaxError: Parenthesized context managers|SyntaxError: Missing parentheses in call to 'print'",
        beside=("site-packages", "dist-packages"),
        cause="An installed package's code is written for another Python than this one: newer (quotes within f-strings came with 3.12, `match` with 3.10), or Python 2.",
        fixes=fixes(
            "The Python that the package asks for, in a new environment; or a release of the package that takes this one"
        ),
        reference=("https://docs.python.org/3/whatsnew/3.12.html",),
        example="  File \"/venv/lib/python3.10/site-packages/spam/cli.py\", line 12\nSyntaxError: f-string: expecting '}'",
    ),
)
