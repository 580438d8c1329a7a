"""Reading and playing sound: torchcodec, torchaudio, PyAV, FFmpeg, devices."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import TORCHCODEC, fixes

ROWS = (
    Row(
        id="empty-input",
        seen=("model",),
        pattern=r"zero-size array to reduction operation|stack expects a non-empty TensorList|expected a non-empty list of Tensors|need at least one array to (?:concatenate|stack)|(?:max|min)\(\) (?:arg is an empty sequence|iterable argument is empty)|attempt to get arg(?:max|min) of an empty sequence|cannot reshape tensor of 0 elements|input\.numel\(\) == 0|Expected reduction dim \d{0,2} ?to have non-zero size|Padding size should be less than the corresponding input dimension|Kernel size can't be greater than actual input size|non-empty \d{1,2}D tensor|input of size: \[0?\]|\bOutput size is too small",
        cause="What the model was given is empty, or shorter than it can take: a silent or unreadable file, a voice detection that found nobody speaking, or a piece of a few milliseconds.",
        fixes=fixes(
            Advice("run", "See how long the sound is", command="ffprobe -hide_banner FILE"),
            "See what voice detection leaves: once without it (faster-whisper: `vad_filter=False`), or with a lower threshold",
            "In a program of your own: leave out pieces shorter than 0.1 s; otherwise a newer release of the program, which should",
        ),
        reference=("fw#997", "neonbjb/tortoise-tts#487"),
        follows=("audio-empty",),
        example="IndexError: max(): Expected reduction dim 1 to have non-zero size.",
    ),
    Row(
        id="torchaudio-torchcodec",
        seen=("module",),
        pattern=r"TorchCodec is required for (?:load|save)_with_torchcodec",
        cause="torchaudio 2.9 and later read and write sound with torchcodec, which is not installed.",
        fixes=(
            Advice("add", "The torchcodec made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice("say", TORCHCODEC, unless=("torch",)),
            Advice(
                "add", "Or the torchaudio before that", requirements=("torch<2.9", "torchaudio<2.9"), only=("torchaudio>=2.9",)
            ),
        ),
        reference=("OpenBMB/VoxCPM#86",),
        example="ImportError: TorchCodec is required for load_with_torchcodec. Please install torchcodec to use this function.",
    ),
    Row(
        id="torchaudio-backend",
        seen=("model",),
        pattern=r"Couldn't find appropriate backend to handle uri|No audio (?:I/O )?backend is available|could not find any working torchaudio backend|Failed to find any (?:audio )?backend|Unsupported backend '\w{2,20}' specified; please select one of|Backend \"\w{3,20}\" is not one of available backends",
        cause="torchaudio up to 2.8 reads and writes sound with soundfile, SoX or FFmpeg's libraries, and found none of them that handles this file.",
        fixes=(
            Advice("add", "The simplest of them", requirements=("soundfile",), only=("!soundfile",)),
            Advice(
                "run", "For other formats (mp3, m4a): FFmpeg's libraries (Debian, Ubuntu)", command="sudo apt install ffmpeg"
            ),
        ),
        reference=("facebookresearch/demucs#570", "https://docs.pytorch.org/audio/2.7/installation.html"),
        example="RuntimeError: Couldn't find appropriate backend to handle uri a.wav and format None.",
    ),
    Row(
        id="torchcodec-windows",
        seen=("windows",),
        pattern=r"Could not find module '[^']{0,200}libtorchcodec_\w{3,20}\.dll' \(or one of its dependencies\)|Could not load this library: .{0,200}?libtorchcodec_\w{3,20}\.dll",
        cause="torchcodec's DLL is there; one that it needs is not: FFmpeg's DLLs, which come only with FFmpeg's \"full-shared\" build for Windows, or those of"
        " another torch than the one it is made for.",
        fixes=fixes(
            "FFmpeg's full-shared build (`winget install Gyan.FFmpeg.Shared`): avcodec-….dll lies beside ffmpeg.exe there; the builds `full` and `essentials` have none. Its version must be one that this torchcodec knows: 4 to 7, 8 from torchcodec 0.8 on, 9 in the newest",
            "torchcodec 0.9.1 and later look in the folder of the first ffmpeg.exe on PATH (`where ffmpeg`): the build's own folder `bin` must come first, before the links of winget or Chocolatey, beside which no DLL lies",
            'Before 0.9.1 PATH does not count: `os.add_dll_directory(r"C:\\ffmpeg\\bin")` before torchcodec is imported, or the DLLs copied into site-packages\\torchcodec',
            Advice("add", "The torchcodec made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice("say", TORCHCODEC, unless=("torch",)),
        ),
        reference=("tc#1108", "tc#1014", "https://github.com/meta-pytorch/torchcodec#installing-torchcodec"),
        example="FileNotFoundError: Could not find module 'D:\\py\\Lib\\site-packages\\torchcodec\\libtorchcodec_core8.dll' (or one of its dependencies).",
    ),
    Row(
        id="torchcodec-windows-folder",
        seen=("windows",),
        pattern=r"\[WinError 87\][^']{0,60}: '\.'",
        beside=("torchcodec", "add_dll_directory", "expose_ffmpeg_dlls"),
        cause="torchcodec 0.9.1 and 0.10 take the folder of ffmpeg.exe as it is found; where it lies in the current folder, that is `.`, which Windows does not take.",
        fixes=(
            Advice(
                "say",
                "Take ffmpeg.exe out of the folder where the program is started, and put its own folder on PATH; or start from another folder",
            ),
            Advice("say", "torchcodec 0.11 and later do without that; it must be the one made for the torch that is here"),
        ),
        reference=("yuvraj108c/ComfyUI-Whisper#40", "https://github.com/meta-pytorch/torchcodec/pull/1184", "measured"),
        example="  File \"site-packages/torchcodec/_core/ops.py\", line 105, in expose_ffmpeg_dlls\nOSError: [WinError 87] The parameter is incorrect: '.'",
    ),
    Row(
        id="datasets-torchcodec",
        seen=("module",),
        pattern=r"To support (?:de|en)coding audio data, please install 'torchcodec'",
        cause="datasets 4 reads sound with torchcodec, which is not installed; datasets 3 read it with soundfile and librosa.",
        fixes=(
            Advice("add", "The torchcodec made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice("say", TORCHCODEC, unless=("torch",)),
            Advice("add", "Or the datasets before that", requirements=("datasets<4",), only=("datasets>=4",)),
        ),
        reference=("huggingface/datasets#7707", "tc#795"),
        example="ImportError: To support decoding audio data, please install 'torchcodec'.",
    ),
    Row(
        id="torchcodec-unfit",
        seen=("install",),
        when=("misfit:torchcodec",),
        cause="torchcodec is made for another release of torch than the installed one. Its wheels do not say for which.",
        fixes=(Advice("add", "The one made for this torch", requirements=("torchcodec{torchcodec}",)),),
        reference=("wx#1389", "https://github.com/meta-pytorch/torchcodec#installing-torchcodec"),
    ),
    Row(
        id="torchcodec-libpython",
        seen=("library",),
        when=("torchcodec>=0.7,<0.14 & !library:libpython{python}",),
        cause="torchcodec 0.7 to 0.13 needs Python's own shared library (libpython3.*.so.1.0), and this Python has it built in or keeps"
        " it where the loader does not look.",
        fixes=fixes(
            Advice("add", "Take a later torchcodec", requirements=("torchcodec>=0.14",), only=("torch>=2.11", "@cuda==13")),
            Advice("run", "Debian, Ubuntu, where this is the system's Python", command="sudo apt install libpython3-dev"),
            "Or do without: give waveforms instead of files, as WhisperX does",
        ),
        pattern=r"Could not load this library: \S{0,200}?libtorchcodec_custom_ops\d{1,2}\.so|libpython3\.\d{1,2}t?\.so\.1\.0: cannot open shared object file",
        beside=("torchcodec",),
        follows=("torchcodec-cuda-13", "torchcodec-npp", "torchcodec-symbol"),
        reference=("tc#1164", "measured"),
        example="FFmpeg version 7: Could not load this library: /app/.venv/lib/python3.13/site-packages/torchcodec/libtorchcodec_custom_ops7.so",
    ),
    Row(
        id="torio",
        seen=("harmless",),
        pattern=r"Failed to load FFmpeg\d extension\..{0,6000}?Successfully loaded FFmpeg\d",
        cause="torchaudio tries its libraries for one FFmpeg after the other, and found one: the lines before that are expected.",
        fixes=fixes(
            "Nothing",
        ),
        reference=("https://docs.pytorch.org/audio/2.7/installation.html",),
        example="DEBUG - Failed to load FFmpeg6 extension.\nOSError: libavutil.so.58: cannot open shared object file\nDEBUG - Successfully loaded FFmpeg4",
        kind="harmless",
    ),
    Row(
        id="torchcodec-absent",
        seen=("module",),
        pattern=r"torchcodec is not installed correctly so built-in audio decoding will fail.{0,700}?No module named 'torchcodec'",
        cause="pyannote.audio 4 reads files with torchcodec, which is not installed. It only warns, and works on when it is given waveforms"
        " instead of files, as WhisperX does.",
        fixes=fixes(
            "Nothing, where waveforms are given",
            Advice("add", "Otherwise the one made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice("say", TORCHCODEC, unless=("torch",)),
        ),
        reference=("wx#1468",),
        example="UserWarning: \ntorchcodec is not installed correctly so built-in audio decoding will fail. Solutions are:\n"
        "* fix torchcodec installation. Error message was:\n\nNo module named 'torchcodec'",
        kind="warning",
    ),
    Row(
        id="torchaudio-build",
        seen=("library",),
        pattern=r"TorchAudio were compiled with different CUDA versions|torchaudio\w{0,8}\.so: undefined symbol|Could not load this library: \S{0,160}libtorchaudio\.so|Could not find module '[^']{0,200}libtorchaudio\.pyd'"
        r"|(?:libtorch_cuda|libcudart)\.so(?:\.\d{1,2})?: cannot open shared object file",
        cause="torchaudio's library is made for another build of torch than the installed one: another release, or one is for CUDA"
        " and the other is not.",
        when=("misfit:torchaudio",),
        fixes=fixes(
            Advice(
                "add",
                "torchaudio of the same release, from the same place",
                requirements=("torchaudio{torchaudio}",),
                unless=("torchaudio{torchaudio}",),
            ),
            Advice("say", "torchaudio of the same release as torch, from the same place", unless=("torch",)),
            "The same release and yet not the same build: install both again, in one command and from one index",
        ),
        reference=("wx#1362",),
        example="OSError: libtorch_cuda.so: cannot open shared object file: No such file or directory\n  (from torchaudio/_extension)",
        beside=("torchaudio/", "torchaudio"),
        follows=("torchcodec-cuda-13",),
    ),
    Row(
        id="torchcodec-cuda-13",
        seen=("library",),
        pattern=r"(?P<library>libnvrtc\.so\.13|libcudart\.so\.13|libtorch_cuda\.so): cannot open shared object file",
        cause="This torchcodec is built for CUDA 13: it asks for {library}, which neither torch nor the system has brought into the process. PyPI's torchcodec 0.11.0,"
        " and 0.14 and later, are such builds; 0.1 to 0.10, 0.11.1, 0.12 and 0.13 need no CUDA at all.",
        fixes=fixes(
            Advice("add", "The torchcodec made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice(
                "say",
                TORCHCODEC,
                unless=("torch",),
            ),
            "Or do without: give waveforms instead of files, as WhisperX does",
        ),
        reference=("tc#1257", "measured"),
        example="RuntimeError: Could not load libtorchcodec. Likely causes:\n…\nOSError: libnvrtc.so.13: cannot open shared object"
        " file: No such file or directory",
        beside=("torchcodec/", "libtorchcodec"),
    ),
    Row(
        id="torchcodec-npp",
        seen=("library",),
        pattern=r"(?P<library>libnppicc\.so\.\d{1,2}): cannot open shared object file|Failed to load NPP library",
        cause="This torchcodec decodes on the GPU with NVIDIA's NPP libraries (libnppicc and its kin), which no wheel asks for.",
        fixes=(
            Advice("add", "Add them", requirements=("{wheel}",)),
            Advice("add", "Add them, for CUDA 12", requirements=("nvidia-npp-cu12",), only=("@cuda==12",)),
            Advice("add", "Add them, for CUDA 13", requirements=("nvidia-npp",), only=("@cuda==13",)),
            Advice("add", "Or take a build without CUDA, made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice(
                "say",
                TORCHCODEC,
                unless=("torch",),
            ),
        ),
        reference=("tc#1437", "tc#1257", "measured"),
        example="OSError: libnppicc.so.12: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="torchcodec-no-cuda",
        seen=("cpu",),
        pattern=r"Unsupported device: cuda(?![\w:])",
        cause="This torchcodec is built without CUDA, as PyPI's are up to 0.10, and one built at home is without ENABLE_CUDA=1.",
        fixes=fixes(
            "The build for CUDA of the same release, from the index of PyTorch's that torch came from (cu126, cu128, …); PyPI's for Linux has CUDA 13 from 0.11 on",
            "Windows: conda install -c conda-forge 'torchcodec=*=*cuda*'",
            'Or decode on the CPU (device="cpu"), and move the frames with `.to("cuda")`',
        ),
        reference=("tc#442", "tc#1043", "https://github.com/meta-pytorch/torchcodec#installing-torchcodec", "measured"),
        example='  File "/venv/lib/python3.10/site-packages/torchcodec/decoders/_video_decoder.py", line 96, in __init__\nRuntimeError: Unsupported device: cuda',
        beside=("torchcodec",),
    ),
    Row(
        id="torchcodec-symbol",
        seen=("install",),
        pattern=r"libtorchcodec\w{0,30}\.so: undefined symbol: \w{3,200}|Procedure \S{3,200}? not found in DLL:? ?.{0,200}?libtorchcodec|procedure entry point .{3,200}? could not be located in the dynamic link library .{0,200}?libtorchcodec|undefined symbol: aoti_torch_\w{3,80}",
        cause="torchcodec is made for another release of torch than the installed one. Its wheels do not say for which.",
        fixes=(
            Advice("add", "The one made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice(
                "say",
                TORCHCODEC,
                unless=("torch",),
            ),
        ),
        reference=("wx#1389", "https://github.com/meta-pytorch/torchcodec#installing-torchcodec"),
        example="OSError: /venv/lib/python3.12/site-packages/torchcodec/libtorchcodec_core7.so: undefined symbol:"
        " aoti_torch_create_device_guard",
    ),
    Row(
        id="torchcodec-ffmpeg",
        seen=("library",),
        pattern=r"libav(?:util|codec|format|device|filter)\.so\.\d{2}: cannot open shared object file",
        cause="torchcodec decodes with the FFmpeg libraries of the system (libavutil and its kin; the ffmpeg program alone is not"
        " enough) and finds none that it knows: 4 to 7, 8 from torchcodec 0.8 on, 9 in the newest. It tries every version, so each line but that"
        " of the installed one is expected: where one is installed, that line tells more.",
        fixes=fixes(
            Advice("run", "Debian, Ubuntu", command="sudo apt install ffmpeg"),
            Advice("run", "Fedora", command="sudo dnf install ffmpeg-free"),
            Advice("run", "conda", command='conda install -c conda-forge "ffmpeg<8"'),
            Advice(
                "add",
                "Where FFmpeg's libraries are there: the torchcodec made for this torch",
                requirements=("torchcodec{torchcodec}",),
                unless=("torchcodec{torchcodec}",),
            ),
            Advice(
                "say",
                f"Where FFmpeg's libraries are there, torchcodec may be of another torch. {TORCHCODEC}",
                unless=("torch",),
            ),
            "Or do without: pyannote.audio works without when it is given waveforms instead of files, as WhisperX does",
        ),
        reference=("pavelzbornik/whisperX-FastAPI#465", "tc#1178", "measured"),
        example="RuntimeError: Could not load libtorchcodec. Likely causes:\n          1. FFmpeg is not properly installed in your"
        " environment. We support\n             versions 4, 5, 6, 7, and 8\n…\nOSError: libavutil.so.59: cannot open shared object"
        " file: No such file or directory",
        beside=("libtorchcodec",),
        follows=("torchcodec-cuda-13", "torchcodec-npp", "torchcodec-symbol"),
    ),
    Row(
        id="torchcodec",
        seen=("library",),
        pattern=r"Could not load libtorchcodec|torchcodec is not available\. Cannot (?:read|crop)|Could not load this library: \S{0,200}?libtorchcodec_core\d{1,2}\.so|torchcodec is not installed correctly so built-in audio decoding will fail"
        r"|name 'AudioDecoder' is not defined",
        cause="torchcodec could not be loaded; the lines that begin with `OSError` under it tell why, and are not here. pyannote.audio"
        " 4 warns of it and works on, when it is given waveforms instead of files, as WhisperX does.",
        fixes=fixes(
            Advice("run", "Have the whole text explained", command='{python} -c "import torchcodec" 2>&1 | {heal} --explain -'),
            Advice("run", "FFmpeg's libraries, where there are none (Debian, Ubuntu)", command="sudo apt install ffmpeg"),
            "On a Mac: `brew install ffmpeg`, and DYLD_FALLBACK_LIBRARY_PATH=/opt/homebrew/lib in the program's environment",
            Advice("add", "The one made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice(
                "say",
                TORCHCODEC,
                unless=("torch",),
            ),
        ),
        reference=("pavelzbornik/whisperX-FastAPI#465", "wx#1468"),
        example="UserWarning: \ntorchcodec is not installed correctly so built-in audio decoding will fail. Solutions are:",
        follows=(
            "torchcodec-cuda-13",
            "torchcodec-npp",
            "torchcodec-symbol",
            "torchcodec-ffmpeg",
            "torchcodec-libpython",
            "torchcodec-absent",
            "torchcodec-windows",
        ),
    ),
    Row(
        id="torchaudio-removed",
        seen=("module",),
        pattern=r"module 'torchaudio' has no attribute '(?P<attribute>AudioMetaData|list_audio_backends|set_audio_backend|get_audio_backend|info|io)'"
        r"|cannot import name '(?:AudioMetaData|Stream(?:Reader|Writer)|\w{3,4}_audio_backends?|info)' from 'torchaudio|No module named 'torchaudio\.(?:backend|io|sox_effects|kaldi_io)\w{0,20}(?:\.\w{2,20})?'",
        cause="torchaudio 2.9 dropped AudioMetaData, info, io, backend, and what lists or sets the backend. pyannote.audio 3 uses AudioMetaData and list_audio_backends, speechbrain up to"
        " 1.0.3 and older silero-vad the latter; the last file of the whole traceback tells who.",
        when=("torchaudio>=2.9 & pyannote-audio<4", "torchaudio>=2.9 & speechbrain<=1.0.3"),
        fixes=(
            Advice("add", "torchaudio before that", requirements=("torch<2.9", "torchaudio<2.9")),
            Advice(
                "add",
                "Or WhisperX 3.8 and later, with pyannote.audio 4",
                requirements=("whisperx>=3.8",),
                only=("whisperx<3.8",),
            ),
            Advice("add", "Or pyannote.audio 4", requirements=("pyannote-audio>=4",), only=("pyannote-audio<4",)),
        ),
        reference=("wx#1270", "pa#1952", "speechbrain/speechbrain#2988", "snakers4/silero-vad#715", "measured"),
        example="AttributeError: module 'torchaudio' has no attribute 'AudioMetaData'",
        applies=("torchaudio>=2.9",),
    ),
    Row(
        id="av-build",
        seen=("install",),
        pattern=r"pkg-config could not find libraries \['avformat'|av[/\\]logging\.pyx:\d{1,4}:\d{1,3}: Exception check"
        r"|Package libavformat was not found in the pkg-config search path",
        cause="PyAV is built from source here, as there is no wheel of that release for this Python: faster-whisper before 1.0 holds it"
        " at 10, which does not compile with Cython 3.",
        fixes=fixes(
            Advice("add", "Upgrade", requirements=("faster-whisper>=1.1",)),
            "Or take a Python for which that release has a wheel (PyAV 10: up to 3.11)",
        ),
        reference=("fw#678", "fw#719", "myshell-ai/OpenVoice#450"),
        example="Package libavformat was not found in the pkg-config search path.\npkg-config could not find libraries ['avformat',"
        " 'avcodec', 'avdevice', 'avutil', 'avfilter', 'swscale', 'swresample']",
    ),
    Row(
        id="av-fifo",
        seen=("module",),
        pattern=r"Frame does not match AudioFifo parameters|in av\.audio\.fifo\.AudioFifo\.write File \S{1,30}error\.pyx\", line \d{1,4}, in av\.error\.err_check av\.error\.ValueError: \[Errno 22\]",
        cause="PyAV's buffer takes audio of one format alone, and the file's own (sampling rate, channels) changes within it, as far as is"
        " known; nothing of the environment is at fault.",
        fixes=fixes(
            Advice("run", "Convert the file first", command="ffmpeg -i INPUT -vn -ar 16000 -ac 1 -c:a pcm_s16le OUTPUT.wav"),
        ),
        reference=("fw#22", "Purfview/whisper-standalone-win#488", "PyAV-Org/PyAV#1048"),
        example="ValueError: Frame does not match AudioFifo parameters.",
    ),
    Row(
        id="av-metadata-errors",
        seen=("module",),
        pattern=r"open\(\) got an unexpected keyword argument 'metadata_errors'",
        cause="PyAV 19 dropped an option with which faster-whisper (1.2.1 too) opens every file.",
        when=("av>=19 & faster-whisper<=1.2.1",),
        applies=("av>=19",),
        fixes=(Advice("add", "PyAV before that", requirements=("av<19",)),),
        reference=("measured",),
        example="TypeError: open() got an unexpected keyword argument 'metadata_errors'",
    ),
    Row(
        id="ffmpeg-program",
        programs=("ffmpeg", "ffprobe", "ffplay"),
        seen=("module",),
        pattern=r"No such file or directory: '(?:ffmpeg|ffprobe)'|Couldn't find (?:ffmpeg|ffprobe) or av|(?:audioread\.exceptions\.)?NoBackendError|[Ff][Ff][Mm]peg (?:(?:was|is) )?not (?:found|installed)|[Ff]fmpeg(?:\.exe)? could not be found|(?:[Cc]ould not|[Cc]ouldn't|[Uu]nable to) (?:find|locate) (?:the )?[Ff][Ff]mpeg|requires [Ff][Ff]mpeg to be installed|spawn (?:\S{0,160}?[\\/])?ff(?:mpeg|probe)(?:\.exe)? ENOENT|Cannot find ff(?:mpeg|probe)"
        r"|\[WinError 2\](?!.{0,60}?:'\w).{0,6000}?(?:whisper[\\/](?:audio|transcribe)\.py|whisperx[\\/]audio\.py|pydub[\\/]|ffmpeg[\\/]_(?:run|probe)\.py)|(?:whisper[\\/]audio\.py|whisperx[\\/]audio\.py|pydub[\\/](?:utils|audio_segment)\.py|ffmpeg[\\/]_(?:run|probe)\.py).{0,3000}?\[WinError 2\](?!.{0,60}?:'\w)",
        cause="The program ffmpeg (ffprobe comes with it) is not installed, or not on PATH. WhisperX and openai-whisper read sound with it; faster-whisper"
        " does not need it.",
        when=("whisperx & !program:ffmpeg", "openai-whisper & !program:ffmpeg"),
        fixes=(
            Advice("run", "Debian, Ubuntu", command="sudo apt install ffmpeg"),
            Advice("run", "Fedora", command="sudo dnf install ffmpeg-free"),
            Advice("run", "conda", command="conda install -c conda-forge ffmpeg"),
            Advice(
                "run", "Windows, then a new terminal (the program is started anew from it)", command="winget install ffmpeg"
            ),
            Advice("run", "Mac", command="brew install ffmpeg"),
        ),
        reference=("wx#925", "yuvraj108c/ComfyUI-Whisper#14"),
        example="FileNotFoundError: [Errno 2] No such file or directory: 'ffmpeg'",
    ),
    Row(
        id="audio-invalid",
        seen=("model",),
        pattern=r"InvalidDataError: \[Errno \d{1,12}\] Invalid data found|Error opening input.{0,200}?Invalid data found when processing input|Invalid data found when processing input: [\"'<]|: Invalid data found when processing input(?=$|Traceback)|averror_invaliddata"
        r"|\[Errno 1094995529\]|Soundfile is either not in the correct format or is malformed|Error: Error opening .{1,260}?: (?:Format not recogni[sz]ed|File contains data in an unknown format)|Failed to load audio: ffmpeg version|moov atom not found|Could not find codec parameters for stream|Failed to open the input \"[^\"]{1,200}\" \(Invalid|\[mp3float @ \w{4,20}\] Header missing|CouldntDecodeError: Decoding failed|does not contain any stream|MoviePy error: failed to read the (?:first frame|duration|video dimensions)|faster_whisper.{1,3000}?tuple index out of range",
        cause="The sound can't be read: the file is cut short, empty, without sound at all, of a kind that the reader does not know (libsndfile reads wav, flac, ogg and mp3, not m4a or"
        " webm), or (from a buffer) was not rewound. PyAV brings its own FFmpeg: the system's does not matter to faster-whisper.",
        speaker=(
            *("av", "faster_whisper", "torchaudio", "torchcodec", "librosa", "soundfile", "pydub", "whisper", "whisperx"),
            "transformers",
        ),
        fixes=fixes(
            Advice("run", "See whether FFmpeg reads it", command="ffmpeg -i FILE -ar 16000 -ac 1 -c:a pcm_s16le converted.wav"),
            "From memory: `buffer.seek(0)` before it is passed",
        ),
        reference=("fw#24", "fw#637", "fw#1185"),
        example="av.error.InvalidDataError: [Errno 1094995529] Invalid data found when processing input: '<none>'",
    ),
    Row(
        id="audio-missing",
        seen=("model",),
        pattern=r"Error opening (?P<file>['\"][^'\"]{1,200}['\"]): System error|Failed to open the input \"[^\"]{1,200}\" \(No such file|Error opening input:? (?:file \S{1,200}?)?:? ?No such file or directory|Could not open (?:input )?file:? ?\S{1,200}?:? ?No such file|FileNotFoundError: \[Errno 2\] No such file or directory: '(?P<relative>[^'/:\\][^':]{0,160}\.(?:wav|mp3|m4a|flac|ogg|mp4|webm|mkv|opus|aac|srt|json|txt|bin|onnx|yaml|pt|pth))'|: No such file or directory(?=.{0,200}?Failed to load audio)|Failed to load audio: (?!.{0,200}?error while loading shared).{0,3000}?: No such file or directory|RuntimeError: \"System error\.\"(?=.{0,3000}?soundfile)|audio file .{1,200}? (?:does not exist|not found)|File does not exist or is not a regular file",
        cause="The file is not where the program looks for it, or, where one is written, its folder is not there, or may not be written (a disk that is full, gone or read-only; a name with letters that the disk does not take). A path that does not begin with `/` (or a drive) begins in the folder where the program was started.",
        fixes=fixes(
            "Give the whole path; names with spaces in quotes; in a container the path as the container sees it",
            "Where it is written: a folder on the machine's own disk, with a plain name, tells whether it is that",
            "A web interface removes what was uploaded after a while: upload it again",
        ),
        reference=("jhj0517/Whisper-WebUI#327", "https://docs.python.org/3/library/exceptions.html"),
        follows=("hub-offline", "ffmpeg-program"),
        example="soundfile.LibsndfileError: Error opening 'uploads/a.wav': System error.",
    ),
    Row(
        id="ffmpeg-failed",
        seen=("model",),
        pattern=r"ffmpeg error \(see stderr output for detail\)|ff(?:mpeg|probe) (?:exited|exit|failed) with (?:exit )?code (?!-?22)[1-9]\d{0,9}|Command '?\[?'?(?:\S{0,120}[\\/])?(?P<program>ffmpeg|ffprobe|sox|yt-dlp)(?:\.exe)?'?,? ?.{1,1200}? returned non-zero exit status (?P<status>\d{1,10})",
        cause="ffmpeg (or the program that the message names) was started, and ended with an error; its own lines tell why, and are not in this message. A file that is not there, that it can't read, or that holds no sound are the most frequent ones.",
        fixes=fixes(
            Advice(
                "run",
                "The same by hand, which shows its lines",
                command="ffmpeg -i FILE -ar 16000 -ac 1 -c:a pcm_s16le converted.wav",
            ),
            "In a program: print `error.stderr.decode()` of that exception",
        ),
        reference=("dsymbol/decipher#10", "https://github.com/kkroening/ffmpeg-python/issues/165"),
        follows=("audio-missing", "audio-invalid", "ffmpeg-program", "ffmpeg-encoder"),
        example="ffmpeg._run.Error: ffmpeg error (see stderr output for detail)",
    ),
    Row(
        id="ffmpeg-pipe-closed",
        seen=("crash",),
        pattern=r"(?:Error (?:writing trailer|closing file|muxing a packet|submitting a packet to the muxer|writing header)(?: of)?(?: \S{1,120}?)?|av_interleaved_write_frame\(\)|pipe:\d?|write_frame failed): Broken pipe|(?:error|return) code:? -32 \(Broken pipe\)",
        cause="ffmpeg was writing into a pipe, and nobody read from it any more: the program that reads had what it wanted, was closed, or ended with an error of its own. ffmpeg is not at fault, and its file neither.",
        fixes=fixes(
            "The error of the program that reads, of the same moment: above or below these lines, or in its own log (a traceback, `Killed`, a full disk); have that one explained",
            "None there, and what was wanted is complete: nothing, as where only the beginning of a file is read, or a player is closed",
            "A service that starts ffmpeg for each connection: the connection, or the request, was closed before the sound was read; ffmpeg processes that are left over may be ended",
        ),
        reference=(
            "amiaopensource/vrecord#503",
            "Kosinkadink/ComfyUI-VideoHelperSuite#523",
            "darknebular/Wrapper_VideoStation#18",
        ),
        example="av_interleaved_write_frame(): Broken pipe\nError writing trailer of pipe:: Broken pipe",
    ),
    Row(
        id="ffmpeg-input-closed",
        seen=("crash",),
        pattern=r"\[Errno 32\] Broken pipe|\[WinError 109\]|\[WinError 232\]|write EPIPE",
        beside=("ffmpeg", "FFmpeg", "FFMPEG", "ffprobe", "pydub", "moviepy", "audioread", "ffproc"),
        cause="The program was handing sound or pictures to ffmpeg, and ffmpeg had ended already: it did not take what it was given, or could not write its output. Its own lines tell why; they stand in its standard error.",
        fixes=fixes(
            "Read ffmpeg's own lines (MoviePy and imageio print them below the message; in a program of one's own: `stderr=subprocess.PIPE`, or no `-loglevel quiet`)",
            "Mostly: a codec or an option that this ffmpeg does not know, a size that the codec does not take (odd numbers of pixels), a folder that may not be written, a full disk",
            "Sound from a browser (WebM in pieces): the head of the stream is in the first piece alone; a new ffmpeg needs a new recording from its beginning, and one connection at a time",
        ),
        reference=(
            "QuentinFuxa/WhisperLiveKit#105",
            "https://imageio.readthedocs.io/en/stable/_autosummary/imageio.plugins.ffmpeg.html",
        ),
        follows=("ffmpeg-encoder", "disk-full", "audio-invalid", "audio-missing", "ffmpeg-program"),
        example="WARNING - Error writing to FFmpeg: [Errno 32] Broken pipe. Restarting...",
    ),
    Row(
        id="discord-voice",
        seen=("module",),
        pattern=r"(?P<library>PyNaCl|davey) library needed in order to use voice|OpusNotLoaded|Could not find opus library",
        cause="A Discord bot in Python needs more for voice than discord.py itself: PyNaCl (and davey, in newer releases), which its extra `voice` brings, and the system's libopus; one of them is not there.",
        fixes=fixes(
            Advice("add", "In the bot's own environment", requirements=("discord.py[voice]",)),
            Advice("run", "libopus: Debian, Ubuntu", command="sudo apt install libopus0"),
            "libopus: a Mac: `brew install opus`; Windows: discord.py brings it",
        ),
        reference=("https://discordpy.readthedocs.io/en/stable/intro.html", "Just-Some-Bots/MusicBot#446"),
        example="RuntimeError: PyNaCl library needed in order to use voice",
    ),
    Row(
        id="ffmpeg-encoder",
        seen=("model",),
        pattern=r"Unknown (?:encoder|decoder) '(?P<codec>\w{2,30})'|Unable to (?:find|choose) a(?:n output| suitable output)? ?format for|Stream map '[^']{0,30}' matches no streams|Automatic encoder selection failed|UnknownCodecError|Requested output format '[^']{1,30}' is not|No such filter: '(?P<filter>\w{2,30})'|No valid H\.264 encoder was found|CouldntEncodeError: Encoding failed",
        beside=("ffmpeg", "FFmpeg", "encoder", "decoder", "av/", "Stream", "output", "filter"),
        cause="This FFmpeg lacks what is asked of it, an encoder, a format, a filter or an option, or the file has no stream of that kind: conda's and slim builds have fewer, and an old one lacks newer options.",
        fixes=fixes(
            Advice("run", "See which FFmpeg it is, and what it was built with", command="ffmpeg -version"),
            "Another build: Debian's `ffmpeg`, `conda install -c conda-forge ffmpeg`, Homebrew's; the program writes wav without any encoder",
            "`matches no streams`: the file has no sound in it; an output's format follows from its ending (.wav)",
        ),
        reference=("https://ffmpeg.org/ffmpeg-codecs.html",),
        example="[aost#0:0 @ 0x55] Unknown encoder 'libmp3lame'",
    ),
    Row(
        id="whisper-cpp-wav",
        seen=("model",),
        pattern=r"(?:WAV file '[^']{1,200}'|input file|audio) must be (?:16 ?kHz|16-bit|mono|16000)|failed to open '[^']{1,200}' as WAV file|failed to read (?:the )?(?:WAV|audio) (?:file|data)(?: from)?(?: '[^']{1,200}')?|read_audio_data: failed|read_wav: (?:failed|WAV file)",
        cause="whisper.cpp reads sound of 16000 a second; releases before 1.7.5 read nothing but WAV in 16 bits at that rate, later ones MP3, FLAC and Ogg too, and other kinds (m4a, mp4) only where they were built with FFmpeg.",
        fixes=fixes(
            Advice("run", "Convert it first", command="ffmpeg -i FILE -ar 16000 -ac 1 -c:a pcm_s16le converted.wav"),
            "Its server: start it with `--convert`, and ffmpeg on PATH",
        ),
        reference=("https://github.com/ggml-org/whisper.cpp#quick-start",),
        example="error: WAV file 'a.wav' must be 16 kHz",
    ),
    Row(
        id="sox-format",
        programs=("sox",),
        seen=("model",),
        pattern=r"no handler for (?:given )?file (?:type|extension) `(?P<extension>\w{1,10})'|SoX was not found|This install of SoX cannot process|SoX could not be found!(?=.{0,900}?Error)",
        cause="SoX is not installed, or has no reader for that kind of file.",
        fixes=fixes(
            Advice("run", "Debian, Ubuntu", command="sudo apt install sox libsox-fmt-all"),
            "Or convert the file to wav first",
        ),
        reference=("https://github.com/marl/pysox#installation",),
        example="sox FAIL formats: no handler for file extension `mp3'",
    ),
    Row(
        id="torchcodec-stream",
        seen=("model",),
        pattern=r"No valid stream found in input file|The best audio stream is not (?:found|valid)|Could not find (?:a valid )?(?:audio|video) stream",
        cause="The file has no stream of the kind that is asked for: a film without sound, or sound where pictures are wanted.",
        fixes=fixes(
            Advice("run", "See what is in it", command="ffprobe FILE"),
            "torchcodec: AudioDecoder for sound, VideoDecoder for pictures",
        ),
        reference=("https://meta-pytorch.org/torchcodec/stable/index.html",),
        example="ValueError: No valid stream found in input file. Is -1 of the desired media type?",
    ),
    Row(
        id="audio-overflow",
        seen=("model",),
        pattern=r"\[Errno -9981\] Input overflowed|InputOverflowed|ALSA lib pcm\.c:\d{1,5}:\(snd_pcm_recover\) (?:over|under)run occurred",
        cause="The program did not fetch what the microphone recorded in time: it is busy (with transcribing, say), and sound was lost.",
        fixes=fixes(
            "`stream.read(CHUNK, exception_on_overflow=False)`, and a larger CHUNK; record in a thread of its own",
        ),
        reference=("https://people.csail.mit.edu/hubert/pyaudio/docs/",),
        example="OSError: [Errno -9981] Input overflowed",
    ),
    Row(
        id="audio-device",
        seen=("model",),
        pattern=r"PortAudioError: |\[Errno -99(?!81)\d\d\] |Expression '[^']{3,160}' failed in 'src/(?:common|hostapi)|paInvalidSampleRate|No Default Input Device Available|Selected device validation failed|No (?:working )?input devices? (?:was |were )?found|no default (?:input|microphone)|AssertionError: Audio source must be entered before (?:listening|adjusting|recording)|Error querying device -1|Failed to initialize audio stream with all sample rates|SDL_OpenAudioDevice failed|SPXERR_MIC_\w{3,30}|pa_context_connect\(\) failed",
        cause="There is no microphone (or no loudspeaker) that takes what the program asks for: containers, WSL and servers have none, and others do not record at that rate.",
        fixes=fixes(
            Advice("run", "See what there is", command="{python} -m sounddevice"),
            "Windows: Settings, Privacy & security, Microphone: both switches on, that for desktop apps too; a Mac: the same for the terminal",
            "`Stream closed` (-9988): the device went away while it recorded (unplugged, Bluetooth), or the program closed it: start it again",
            "Name one of them, and a rate that it has; a container needs `--device /dev/snd`, or the sound server's socket",
        ),
        reference=("https://python-sounddevice.readthedocs.io/en/latest/usage.html",),
        example="sounddevice.PortAudioError: Error querying device -1",
    ),
    Row(
        id="datasets-audio",
        seen=("module",),
        pattern=r"To support (?:decoding|encoding) audio (?:files|data),? please install '?(?P<first>librosa|soundfile)'?(?: and '(?P<second>soundfile|librosa)')?",
        cause="datasets up to 3 reads sound with soundfile and librosa, which it does not bring by itself; what the message names is not installed.",
        fixes=fixes(
            Advice("add", "Add both", requirements=("soundfile", "librosa")),
            'Or let it decode nothing: `cast_column("audio", Audio(decode=False))`, and read the files yourself',
        ),
        reference=("https://huggingface.co/docs/datasets/v3.6.0/en/audio_load",),
        example="ImportError: To support decoding audio files, please install 'librosa' and 'soundfile'.",
    ),
    Row(
        id="datasets-audio-decoder",
        seen=("module",),
        pattern=r"'AudioDecoder' object (?:has no attribute '(?P<attribute>keys|items|get|pop|shape|dtype)'|is not subscriptable|is not iterable)|AudioDecoder' is not JSON serializable",
        cause="datasets 4 gives sound as a decoder of torchcodec's, where datasets 3 gave a dictionary with array and sampling_rate; the program is written for that.",
        fixes=(
            Advice("add", "The datasets before that", requirements=("datasets<4",), only=("datasets>=4",)),
            Advice("say", "Or `datasets<4`, with soundfile and librosa", unless=("datasets",)),
            Advice(
                "say",
                'A program of your own: `samples = example["audio"].get_all_samples()`, then `samples.data` and `samples.sample_rate`',
            ),
        ),
        reference=("https://github.com/huggingface/datasets/releases/tag/4.0.0",),
        example="AttributeError: 'AudioDecoder' object has no attribute 'keys'",
    ),
    Row(
        id="forced-align",
        seen=("model",),
        pattern=r"targets length is too long for CTC|targets Tensor shouldn't contain blank index|targets is too long for the (?:emission|log)",
        cause="torchaudio's alignment can't lay the text upon the sound: the text has more signs than the piece of sound has steps (a text for a longer piece, or sound that was cut), or signs that the model has no letter for.",
        fixes=fixes(
            "Give the text that belongs to that piece, in the model's own letters (numbers as words, no other script); leave pieces without sound out"
        ),
        reference=("https://docs.pytorch.org/audio/stable/generated/torchaudio.functional.forced_align.html",),
        example="RuntimeError: targets length is too long for CTC. Found log_probs length: 1, targets length: 5, and number of repeats: 0",
    ),
    Row(
        id="imageio-backend",
        seen=("module",),
        pattern=r"Could not find a backend to open `|No ffmpeg exe could be found\. Install ffmpeg on your system, or set the IMAGEIO_FFMPEG_EXE|[Tt]he `(?P<plugin>pyav|ffmpeg|FFMPEG|opencv)` plugin is not installed",
        cause="imageio (MoviePy reads and writes films with it) opens a film with ffmpeg, or PyAV, by way of a package that it does not bring by itself, and found none.",
        fixes=fixes(
            Advice("add", "The package that brings an ffmpeg of its own", requirements=("imageio-ffmpeg",)),
            "Or PyAV: the package av; or the system's ffmpeg, whose path IMAGEIO_FFMPEG_EXE names",
            "It is installed, and the file is at fault: it is empty, cut off, or no film (`ffprobe FILE`)",
        ),
        reference=("https://imageio.readthedocs.io/en/stable/formats/index.html",),
        example="RuntimeError: No ffmpeg exe could be found. Install ffmpeg on your system, or set the IMAGEIO_FFMPEG_EXE environment variable.",
    ),
    Row(
        id="moviepy-imagemagick",
        seen=("module",),
        pattern=r"MoviePy Error: creation of .{1,200}? failed because of the following error|This error can be due to the fact that ImageMagick is not installed",
        cause="MoviePy 1 writes text into a film with the program ImageMagick, which is not installed, or is not found, or may not read the file that MoviePy gives it (its policy.xml).",
        fixes=fixes(
            Advice("add", "MoviePy 2 does without it (a program has to be written for it)", requirements=("moviepy>=2",)),
            Advice("run", "Debian, Ubuntu", command="sudo apt install imagemagick"),
            "Mac: `brew install imagemagick`; Windows: its installer, and IMAGEMAGICK_BINARY with the path of magick.exe",
            '`not allowed by the security policy`: in /etc/ImageMagick-6/policy.xml the line with `pattern="@*"` forbids it; a copy of the file without that line, in MAGICK_CONFIGURE_PATH, lets this program alone read such files',
        ),
        reference=("https://zulko.github.io/moviepy/getting_started/updating_to_v2.html",),
        example="OSError: MoviePy Error: creation of None failed because of the following error: [Errno 2] No such file or directory: 'unset'.",
    ),
    Row(
        id="espeak-data",
        seen=("library",),
        pattern=r"Error processing file '(?P<file>[^']{0,200}espeak-ng-data[/\\]\w{3,20})': No such file or directory|(?:Can't|Cannot|Could not|Failed to) (?:read|open|load|find) (?:the )?(?:data )?(?:file|path|dir\w{0,6})?:? ?'?\S{0,200}?espeak-ng-data",
        cause="espeak-ng's library was loaded, and does not find its data (espeak-ng-data): it looks where it was built, as the one of the package espeakng-loader does (`/home/runner/…`) when nobody tells it where they are.",
        fixes=fixes(
            Advice("run", "espeak-ng of the system, which brings them (Debian, Ubuntu)", command="sudo apt install espeak-ng"),
            "Tell where they are: ESPEAK_DATA_PATH=/usr/lib/x86_64-linux-gnu/espeak-ng-data (or the folder espeak-ng-data of the package espeakng_loader in site-packages)",
            "Kokoro, misaki: a newer release of the program or of misaki, which sets that itself (phonemizer-fork, not phonemizer)",
        ),
        reference=("remsky/Kokoro-FastAPI#127", "remsky/Kokoro-FastAPI#138"),
        example="Error processing file '/home/runner/build/espeakng-loader/espeakng-loader/espeak-ng/_dynamic/share/espeak-ng-data/phontab': No such file or directory.",
    ),
    Row(
        id="espeak-language",
        seen=("model",),
        pattern=r"language \"(?P<language>[\w-]{1,20})\" is not supported by the (?P<backend>espeak(?:-mbrola)?|festival|segments) backend|failed to load voice \"(?P<voice>[\w+-]{1,40})\"|failed to find festival executable",
        cause="The program that turns words into sounds (espeak-ng, festival) does not know that language, or its data for it is not found: the code is written otherwise there, it is an old espeak (without `-ng`), or its library is taken from one place and its data from another.",
        fixes=fixes(
            Advice("run", "The languages that it knows", command="espeak-ng --voices"),
            "Its own code: `en-us`, `en-gb`, `fr-fr`, `cmn` for Chinese, `pt-br`; a newer espeak-ng knows more",
            "espeak-ng itself where only espeak is (Debian, Ubuntu: `sudo apt install espeak-ng`); PHONEMIZER_ESPEAK_LIBRARY and ESPEAK_DATA_PATH of one and the same installation; festival: `sudo apt install festival`",
        ),
        reference=(
            "https://bootphon.github.io/phonemizer/install.html",
            "https://github.com/espeak-ng/espeak-ng/blob/master/docs/languages.md",
        ),
        example='RuntimeError: language "en-us" is not supported by the espeak backend',
    ),
    Row(
        id="espeak",
        programs=("espeak", "espeak-ng"),
        seen=("module",),
        pattern=r"espeak(?:-ng)? not installed on your system|Failed to load espeak shared library|(?:[Ff]ailed|[Uu]nable) to (?:find|load|locate|initialize) (?:lib)?espeak|PHONEMIZER_ESPEAK_LIBRARY=\S{1,200}? is not a readable file|espeak(?:-ng)? (?:library )?(?:is )?not (?:found|installed)(?=.{0,60}?(?:PHONEMIZER|espeak))",
        cause="The program espeak-ng (or its library), which turns words into sounds for speech synthesis and for phonemes, is not installed; the Python"
        " packages only call it.",
        fixes=fixes(
            Advice("run", "Debian, Ubuntu", command="sudo apt install espeak-ng"),
            "Windows: espeak-ng's installer, and PHONEMIZER_ESPEAK_LIBRARY with the path of libespeak-ng.dll",
            "Mac: `brew install espeak-ng`; installed and not found: PHONEMIZER_ESPEAK_LIBRARY with the path of its libespeak-ng.dylib (Linux: libespeak-ng.so.1)",
        ),
        reference=("hexgrad/kokoro#101", "OpenVoiceOS/ovos-installer#343"),
        example="RuntimeError: espeak not installed on your system",
    ),
)
