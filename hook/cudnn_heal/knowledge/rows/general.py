"""Shapes of messages that any program prints; what they tell is made by `shapes`."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import PATH, fixes

ROWS = (
    Row(
        id="name-missing",
        seen=("module",),
        shape="name",
        pattern=r"cannot import name ['\"](?P<name>\w{1,80})['\"] from ['\"](?P<module>[\w.]{1,100})['\"](?:(?P<nowhere>\(unknown location\))|\((?P<at>[^()]{3,300}\.pyc?)\))?|AttributeError: module (?P<of_lazy>transformers(?:\.[\w.]{1,80}?)?|diffusers(?:\.[\w.]{1,80}?)?) has no attribute (?P<lazy>\w{1,80})|(?<!initialized)module ['\"](?P<of>[A-Za-z_][\w.]{0,100})['\"] has no attribute ['\"](?P<attribute>\w{1,80})['\"]"
        r"|['\"](?:[a-z_][\w.]{0,60}\.)?(?P<object>(?!NoneType|Namespace)[A-Z]\w{2,60})['\"] object has no attribute ['\"](?P<lacks>\w{1,80})['\"]"
        r"|type object ['\"](?P<type_object>[A-Z]\w{2,60})['\"] has no attribute ['\"](?P<misses>\w{1,80})['\"]",
        cause="A package has not what another one asks it for: the two are of different times, or another package of the same name was imported.",
        fixes=fixes(
            "Upgrade the package that asks, or take the release of the other one that it was made for",
        ),
        reference=("https://packaging.python.org/en/latest/tutorials/installing-packages/",),
        example="ImportError: cannot import name 'Coqpit' from 'coqpit' (unknown location)",
        follows=(
            "protobuf",
            "backport-installed",
        ),
    ),
    Row(
        id="requirement-unmet",
        seen=("install",),
        shape="requirement",
        pattern=r"(?P<normal>[A-Za-z][\w.-]{1,40}[<>=!~]{1,2}[\w.,<>=!~*]{1,60}) is required for a normal functioning of this module, but found \S{3,80}?(?=\.?(?:Try|$|[A-Z\n]))"
        r"|(?:ImportError|RuntimeError): (?P<asked>(?!Python|CUDA)[A-Za-z][\w-]{1,40}>?=?=[\d.]{1,12}) is required|Error: .{0,200}?(?:: ?|[Uu]se |[Rr]un |[Ww]ith )`pip install [\'\"]?(?P<piped>[a-z][\w-]{1,40}(?:\[[\w,-]{1,30}\])?(?:[<>=!~]{1,2}[\d.,<>=!~]{1,30})?)[\'\"]?`"
        r"|A NumPy version (?P<between>>=[\d.]{3,10} and <[\d.]{3,10}) is required for this version of SciPy|this version of pandas is incompatible with numpy < (?P<oldest>[\d.]{3,10})|Numba needs NumPy (?P<most>\d\.\d{1,2}) or less"
        r"|VersionConflict: \(.{3,200}?Requirement\.parse\([\'\"](?P<parsed>[\w.-]{2,40}[<>=!~]{1,2}[\w.,<>=!~*]{1,60})[\'\"]|(?P<seen>PyTorch>=[\d.]{3,8}) is required but found"
        r"|error: [\w.-]{2,40} \d[\w.+]{0,24} is installed but (?P<stated>[A-Za-z][\w.-]{1,40}[<>=!~][\w.,<>=!~*]{1,60}?) is required by|No package metadata was found for (?P<absent>(?!The['\"])[\w-]{2,40})|The [\'\"](?P<unfound>[\w.-]{2,40})(?:[<>=!~][^\'\"]{1,40})?[\'\"] distribution was not found and is required|[Rr]equires ['\"`](?P<quoted>[\w-]{2,40})['\"`](?: and ['\"`][^'\"`]{2,30}['\"`])? to be installed|Error: ['\"`]?(?P<needed_be>(?!The|Python|python|CUDA|cuDNN|[Ff][Ff]mpeg|node|npm|You|it|this|One|Both|[Gg]it)[A-Za-z][\w-]{1,30}?)['\"`]? (?:must|should|needs to|has to) be installed (?:to|for|in order)|Error: (?:Optional dependency |Module |Package )?['\"`]?(?P<gone_1>(?!The|Python|CUDA|cuDNN|[Ff][Ff]mpeg|[Mm]odel|[Cc]uda|GPU|[Dd]evice|[Ff]ile)[A-Za-z][\w-]{1,30}?)['\"`]?(?: package| library| module| python bindings)?(?:\(https?:[^()]{3,80}\))? (?:is not available\. Please install|(?:is|are|was) not installed\b|was not found\. Please see)|Module (?P<gone_2>[a-z]\w{1,30}) is not available|Package not installed: (?P<gone_3>[\w-]{2,40})|Could not find (?P<gone_4>PyAudio); check installation|Error: (?P<gone_5>[a-z][\w-]{1,30}) is required for \w|Error: .{0,120}?[Pp]lease install (?!it|them|what|the|all|an?[A-Z]|from|with|at|one|version|[Cc][Uu][Dd][Aa]|cu[Dd]|[Ff][Ff]mpeg|[Pp]ython|[Gg]it|[Nn]ode|[Mm]icrosoft|[Vv]isual|NVIDIA|[Dd]river)[`'\"]?(?P<gone_6>[A-Za-z][\w-]{1,40})[`'\"]?(?=$|[.,;!]|Traceback)|requires the (?P<spoken>\w{2,30}) library but it was not found"
        r"|(?:ImportError|ModuleNotFoundError|RuntimeError): ['\"`]?(?P<lone>(?!The|Python|CUDA|cuDNN|[Ff][Ff]mpeg|TensorRT|Please|[Gg]it|[Nn]ode)[A-Za-z][\w-]{1,40}?)['\"`]? (?:package |library |module )?is not installed"
        r"|(?:Error|Exception): .{0,160}?(?:[Rr]equires|you need|[Nn]eeds|[Pp]lease (?:install|upgrade to|update to|use)|[Nn]eed|depends on) [`'\"]?(?P<demanded>(?!Python|python|CUDA|cuda|cuDNN|[Dd]river|GLIBC)[A-Za-z][\w-]{1,40}(?:>=|==|~=|<=|<)\d[\d.]{0,10}(?:,?(?:<|!=)\d[\d.]{0,10})?)(?!.{0,60}?which is incompatible)"
        r"|requires version ['\"](?P<least_1>\d[\d.]{0,10})['\"] or newer of ['\"](?P<of_1>[\w.-]{2,40})['\"]"
        r"|(?:Error|Exception): (?:.{0,80}?[:.])?(?:[Yy]our |[Tt]he )?(?:[Ii]nstalled )?(?P<of_2>(?!Python|python|CUDA|cuda|cuDNN|[Dd]river|g?glibc|GLIBC|[Gg][Cc][Cc]|NVIDIA|Java|[Nn]ode|Rust|Windows|Linux|[Mm]ac|the|your|at|version|a[nt]?\d|pip\d)[A-Za-z][\w-]{1,40}?) (?:version )?(?:must be|should be|has to be) (?:at least |>=?|newer than or equal to )(?P<least_2>\d[\d.]{1,10}?)(?=[,;:)\s]|\.(?!\d)|but|found|got|$|[A-Z]|\()"
        r"|[Mm]inimum (?:required )?version (?:required )?(?:of|for) (?P<of_3>(?!Python|python|CUDA|cuda|cuDNN|[Dd]river|g?glibc|GLIBC|[Gg][Cc][Cc]|NVIDIA|Java|[Nn]ode|Rust|Windows|Linux|[Mm]ac|the|your|at|version|a[nt]?\d|pip\d)[A-Za-z][\w-]{1,40}?) (?:is|:|must be) (?P<least_3>\d[\d.]{1,10})"
        r"|[Yy]our installed (?P<of_4>(?!Python|python|CUDA|cuda|cuDNN|[Dd]river|g?glibc|GLIBC|[Gg][Cc][Cc]|NVIDIA|Java|[Nn]ode|Rust|Windows|Linux|[Mm]ac|the|your|at|version|a[nt]?\d|pip\d)[A-Za-z][\w-]{1,40}?) version is too old\..{0,20}?[Mm]inimum required version is (?P<least_4>\d[\d.]{1,10})"
        r"|[Pp]lease (?:upgrade|update) (?:your )?(?:the )?(?:installed )?(?:version of )?(?P<of_5>(?!Python|python|CUDA|cuda|cuDNN|[Dd]river|g?glibc|GLIBC|[Gg][Cc][Cc]|NVIDIA|Java|[Nn]ode|Rust|Windows|Linux|[Mm]ac|the|your|at|version|a[nt]?\d|pip\d)[A-Za-z][\w-]{1,40}?)(?: package| version)? to (?:at least version |at least |version )?(?:v|>=)?(?P<least_5>\d[\d.]{0,10})"
        r"|(?:Error|Exception): .{0,60}?(?:[Nn]eeds|[Rr]equires) (?:at least )?(?P<of_6>(?!Python|python|CUDA|cuda|cuDNN|[Dd]river|g?glibc|GLIBC|[Gg][Cc][Cc]|NVIDIA|Java|[Nn]ode|Rust|Windows|Linux|[Mm]ac|the|your|at|version|a[nt]?\d|pip\d)[A-Za-z][\w-]{1,40}?) (?:version )?(?P<least_6>\d[\d.]{1,10}) or (?:newer|higher|later|above|greater)"
        r"|(?:Error|Exception): (?P<of_7>(?!Python|python|CUDA|cuda|cuDNN|[Dd]river|g?glibc|GLIBC|[Gg][Cc][Cc]|NVIDIA|Java|[Nn]ode|Rust|Windows|Linux|[Mm]ac|the|your|at|version|a[nt]?\d|pip\d)[A-Za-z][\w-]{1,40}?) (?:version )?(?:>=)?(?P<least_7>\d[\d.]{1,10}) or (?:newer|higher|later|above|greater) is (?:needed|required)"
        r"|incompatible version of (?P<of_8>[\w-]{2,40})\.Found version [\d.]{1,12},? but only versions above (?P<least_8>\d[\d.]{1,10})"
        r"|[Mm]issing optional dependenc(?:y|ies) ['\"](?P<optional>[A-Za-z][\w.-]{1,40})['\"]|[Uu]nable to find a usable engine; tried using: ['\"](?P<engine>[\w-]{2,30})['\"]"
        r"|Error: .{0,200}?`pip install (?:-U |--upgrade )[\'\"]?(?P<upgraded>[a-z][\w-]{1,40})[\'\"]?`"
        r"|Error: [`'\"]?(?P<lacked>(?!The|Python|CUDA|cuDNN|[Ff][Ff]mpeg)[A-Za-z][\w-]{1,30}?)[`'\"]? (?:is required|is needed|not found|must be installed|is missing|could not be imported).{0,160}?pip install (?:-U |--upgrade )?[`'\"]?(?P=lacked)|Error: (?P<wanting>(?!The|Python|CUDA)[A-Za-z][\w-]{1,30}?) not found, please install it|Install (?P<versioned>[A-Za-z][\w-]{1,40}>=[\d.]{1,10}) for \w{2,12} Excel support"
        r"|(?:Error|Exception|Exit): (?!.{0,200}?is required for a normal).{0,400}?(?P<commanded_1>(?<![>$#])pip3? install(?!-[re]|--req|--edit))"
        r"|(?:[Yy]ou need to |is required|are required|[Rr]equires? |[Pp]lease (?:use|run|install)[^.]{0,60}?|not installed.{0,40}?(?:[Rr]un|[Ii]nstall)[^.]{0,40}?|[Ii]nstall (?:it|them|the missing \w{3,20}) (?:with|by|using|via)[^.]{0,30}?).{0,60}?(?P<commanded_2>(?<![>$#])pip3? install(?!-[re]|--req|--edit))"
        r"|(?:Error|Exception|Exit): .{0,300}?[Ii]nstall (?:the )?[`'\"]?(?P<commanded_3>[A-Za-z][\w-]{1,40}\[[\w,-]{1,40}\])|(?:requires|required|not installed|missing|[Pp]lease)(?:.{0,80}?(?=[Ii]nstall))[Ii]nstall (?:the )?[`'\"]?(?P<commanded_4>[A-Za-z][\w-]{1,40}\[[\w,-]{1,40}\])"
        r"|Error: (?:\w{2,20} |\w{2,40}=\w{2,10} )?requires: ?(?P<colon>[a-z][\w-]{1,40})(?=$|[A-Z\W])",
        beside=(
            "equire",
            "optionaldependenc",
            "ablefindausableengine",
            "usableengine",
            "leaseup",
            "leaseinstall",
            "eed",
            "versionmustbe",
            "versionshouldbe",
            "incompatibleversion",
            "notfound,pleaseinstall",
            "Excelsupport",
            "pip install",
            "pipinstall",
            "nstall",
            "VersionConflict",
            "NumPy",
            "pandasisincompatible",
            "metadata was",
            "is required by",
            "isrequiredby",
            "metadatawas",
            "not installed",
            "notinstalled",
        ),
        cause="A package asks for another release of a second one than is installed, or for one that is not.",
        fixes=fixes(
            "Install the release that is asked for, or upgrade the package that asks",
        ),
        reference=("wx#1375", "huggingface/transformers#27580", "McCloudS/subgen#321"),
        example="ImportError: huggingface-hub>=0.34.0,<1.0 is required for a normal functioning of this module, but found huggingface-hub==1.2.3.",
    ),
    Row(
        id="option-unknown",
        seen=("module",),
        shape="option",
        pattern=r"(?<!clang:error:)(?<!clang\+\+:error:)(?:unrecognized arguments: |[Nn]o such option:?|unexpected argument '|unknown (?:argument|option):?'?|unrecognized option:?'?)(?P<tells>--?[a-zA-Z][\w-]{1,40})"
        r"|Unrecognized option '(?P<tell_plain>[a-zA-Z][\w-]{1,40})'",
        beside=(
            "unrecognizedargument",
            "ooption",
            "osuchoption",
            "unexpectedargument",
            "unknownargument",
            "unknownoption",
            "nrecognizedoption",
        ),
        cause="A program was given an option that it does not know: it is older than what passes the option, newer than the instructions, or the option is mistyped.",
        fixes=fixes(
            "What it knows: the same program with `--help`",
        ),
        reference=("https://ffmpeg.org/ffmpeg.html", "https://docs.python.org/3/library/argparse.html"),
        example="whisper: error: unrecognized arguments: --hallucination_silence_threshold 2",
    ),
    Row(
        id="keyword-unexpected",
        seen=("module",),
        shape="call",
        pattern=r"(?P<call>[\w.]{1,80})\(\) got an unexpected keyword argument ['\"](?P<name>\w{1,80})['\"]",
        beside=("unexpectedkeywordargument",),
        cause="{call} is called with `{name}`, which it does not take. Between two packages that means that they are of different times; within one program, a mistake of its own.",
        fixes=fixes(
            "Upgrade the older of the two: the package that calls ({above}) or the one that is called; or take the releases that were made for each other",
        ),
        reference=("collabora/WhisperLive#209",),
        example="TypeError: TranscriptionServer.run() got an unexpected keyword argument 'backend'",
    ),
    Row(
        id="call-arguments",
        seen=("module",),
        shape="arguments",
        pattern=r"(?P<call>[\w.]{1,80})\(\) (?:missing \d{1,2} required (?:positional|keyword-only) arguments?: (?P<lacking>'\w{1,60}')|takes exactly (?:one|\d{1,2}) arguments? \(|takes (?:from \d{1,2} to )?\d{1,2} positional arguments? but (?P<given>\d{1,2}) (?:positional arguments? \(and \d{1,2} keyword-only arguments?\) )?(?:was|were) given|got multiple values for (?:keyword )?argument '(?P<twice>\w{1,60})')",
        beside=(
            "takesexactly",
            "gotmultiplevalues",
            "requiredpositionalargument",
            "requiredkeyword-onlyargument",
            "positionalargument",
        ),
        cause="{call} is called with fewer, or more, arguments than it takes. Between two packages that means that they are of different times; within one program, a mistake of its own.",
        fixes=fixes(
            "Upgrade the older of the two: the package that calls ({above}) or the one that is called; or take the releases that were made for each other",
            "A program of one's own: the signature in the installed release's documentation; what it takes by name must be given by name",
        ),
        reference=("https://docs.python.org/3/glossary.html#term-parameter",),
        example="TypeError: load_align_model() missing 1 required positional argument: 'device'",
        follows=("pyyaml-loader", "pydantic-python", "transcription-options", "websockets-path", "dill-python", "lhotse-torch"),
    ),
    Row(
        id="library-missing",
        seen=("library",),
        shape="library",
        pattern=r"(?P<library>(?!librar(?:y|ies)lib)lib[\w+.-]{1,60}?\.so[\d.]{0,16})['\"]{0,1}: cannot open shared object file"
        r"|(?:Failed to dlopen|Library not loaded:|[Cc]ould not (?:load|open)(?: dynamic| shared)? library|[Cc]annot (?:load|open)(?: dynamic| shared)? library|[Uu]nable to (?:load|open)(?: dynamic| shared)? library|error loading|[Ff]ailed to (?:open|load)(?: library| shared library)?|dlopen failed for|Could not find|could not find|Could not locate)[ '\":(]{0,3}(?:\S{0,160}/)?(?P<named>lib[\w+-]{1,60}\.(?:so[\d.]{0,16}|[\d.]{0,8}dylib)|[\w+-]{2,60}\.dll)(?!with error|: lib[\w+.-]{1,60}: cannot open)"
        r"|Error loading \"(?:[^\"]{0,200}[\\/])?(?P<loaded>[\w.+-]{2,80}\.dll)\" or one of its dependencies"
        r"|(?P<called>PortAudio|sndfile|espeak-ng|espeak) library not found|[Cc]annot load (?P<plain>cudnn|cublas|cublasLt|cufft|curand|cusolver|cusparse|nccl|nvrtc|nvjitlink) shared library"
        r"|cannot proceed because (?P<dialog>[\w+.-]{2,60}\.dll) was not found|Library (?P<lacking>lib[\w+-]{1,60}\.so[\d.]{0,16}|[\w+-]{2,60}\.dll) is not found"
        r"|(?P<bare>(?:cublas|cudnn|cudart|cufft|curand|cusparse|cusolver|nvrtc|nvJitLink|nvinfer|nvonnxparser|onnxruntime|cupti|nppc|nppi|zlibwapi|vcruntime|msvcp|ggml|whisper)[\w-]{0,40}\.dll)['\"]?(?: file)?(?: is| was|: )?(?: missing| not found| could not be (?:found|loaded)| cannot be (?:found|loaded)| failed to load)"
        r"|Error in dlopen(?: for library)?:? (?P<dlopen>lib[\w+-]{1,60}\.so[\d.]{0,16})(?![\d.:])|[Cc]annot load (?P<loads>lib[\w+-]{1,60}\.so[\d.]{0,16})|third-party dynamic library \((?P<paddle>lib[\w+-]{1,60}\.so[\d.]{0,16})\) that Paddle|Unable to load any of \{(?P<any>lib[\w+-]{1,60}\.so\.\d{1,3})|Could not find module '(?:[^']{0,200}[\\/])?(?P<dll>[\w.+-]{2,80}\.dll)'",
        cause="A shared library could not be opened: whose it is, whether it is here, and who would find it, is told for each by its name.",
        fixes=fixes(
            "The library's own entry, or `cudnn-heal --explain` with the whole line",
        ),
        reference=("torch#150399", "torch#144433", "ort#24719"),
        example="ImportError: libcusparse.so.12: cannot open shared object file: No such file or directory",
        follows=(
            "onnxruntime-library",
            "torchcodec-cuda-13",
            "torchcodec-npp",
            "torchaudio-build",
            "cublaslt-missing",
            "cudnn-8-missing",
            "torio",
            "harmless-tensorflow",
            "torchcodec-ffmpeg",
            "torchcodec-libpython",
            "torchcodec",
            "windows-torch",
            "windows-torch-packed",
            "windows-torch-release",
        ),
    ),
    Row(
        id="symbol-missing",
        seen=("crash",),
        shape="symbol",
        pattern=r"(?:(?P<library>[\w+.-]{3,80}\.(?:so|dylib)[\d.]{0,12})(?:, 0x\w{1,8}\))?: )?(?:undefined symbol: |[Ss]ymbol not found: '?_?)(?P<symbol>[\w@]{3,300}?)(?=,version|[^\w@]|$)"
        r"|(?:Cannot|Could not) load symbol:? (?P<unloaded>(?:cu|nv|__nv|nccl)\w{3,80})"
        r"|procedure entry point (?P<entry>[\w?@$]{2,200}?) could not be located in the dynamic link library (?P<dynamic>[^\s\"'<>|]{3,260}?\.(?:dll|exe|pyd))|entry point named '(?P<point>(?!Ort)\w{2,120})' in (?:DLL|shared library) '(?P<native>[^']{2,200})'",
        beside=("undefinedsymbol", "ymbolnotfound", "loadsymbol", "entrypoint"),
        cause="A function that one library calls is in none of the loaded ones: two releases of a library met. By the beginning of its name it is"
        " told whose it is.",
        fixes=(PATH,),
        reference=("torch#103832", "torch#88882"),
        example="OSError: /venv/lib/python3.10/site-packages/torch/lib/../../nvidia/cublas/lib/libcublas.so.11: undefined symbol:"
        " cublasLtGetStatusString, version libcublasLt.so.11",
        follows=("cudnn-sub-libraries", "cudnn-engines"),
    ),
    Row(
        id="status-code",
        seen=("gpu",),
        shape="status",
        cause="A status code of one of NVIDIA's libraries. What NVIDIA says of it is told for each: CUDA's, cuDNN's, cuBLAS', cuFFT's, NVRTC's, NVML's,"
        " NCCL's.",
        fixes=fixes(
            "The program's own lines around it tell what it was doing; CUDA_LAUNCH_BLOCKING=1 makes the traceback end at the call that failed",
        ),
        reference=("https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",),
        example="RuntimeError: cuDNN error: CUDNN_STATUS_BAD_PARAM",
    ),
    Row(
        id="module-missing",
        seen=("module",),
        shape="module",
        pattern=r"(?<!NumPy:)(?:(?P<interpreter>(?:/|[A-Za-z]:\\)[\w./\\+ ~-]{0,160}?python[\d.]{0,5}(?:\.exe)?): )?No module named (?:'(?P<module>(?!pkg_resources|_ctypes)[A-Za-z_][\w.]{0,80})'|(?P<unquoted>(?!pkg_resources|_ctypes)[A-Za-z_][\w.]{0,80}))",
        cause="A module is imported, and the interpreter that says so does not have it.",
        fixes=fixes(
            "The distribution that has it, which need not have its name, is told where it is known for certain",
        ),
        reference=("https://packaging.python.org/en/latest/discussions/distribution-package-vs-import-package/",),
        example="ModuleNotFoundError: No module named 'yaml'",
        follows=("build-cmake",),
    ),
    Row(
        id="windows-error",
        seen=("windows",),
        shape="number",
        pattern=r"(?:\[WinError |\(os error |0x8007|(?:LoadLibrary\w{0,3}|failed) with error )(?P<error>(?<=0x8007)[0-9A-Fa-f]{4}|(?<!0x8007)\d{1,5})(?![0-9A-Fa-f])(?!\]isnot)",
        beside=("WinError", "oserror", "0x8007", "witherror"),
        cause="An error number of Windows'. What Microsoft says of it, and what it means where a program or a library is loaded, is told for each.",
        fixes=fixes(
            "The number's own words",
        ),
        reference=("https://learn.microsoft.com/windows/win32/debug/system-error-codes",),
        example="OSError: [WinError 1450] Insufficient system resources exist to complete the requested service",
        follows=(
            "pip-scripts-windows",
            "windows-drive-kind",
            "ctranslate2-rocm-folder",
        ),
    ),
    Row(
        id="process-ended",
        seen=("crash",),
        shape="ended",
        cause="How a process ended. This is not the cause: the lines before it are, or what is printed when it runs again with its faults shown.",
        fixes=(Advice("run", "See where it ends", command="python -X faulthandler PROGRAM 2>&1 | {heal} --explain -"),),
        reference=("https://docs.python.org/3/library/faulthandler.html",),
        example="/run.sh: line 5:     7 Illegal instruction     (core dumped) python3 -m wyoming_faster_whisper",
    ),
)
