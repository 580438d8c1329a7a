"""What only Windows says."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import VC_RUNTIME, fixes

ROWS = (
    Row(
        id="windows-cublas-packed",
        seen=("windows",),
        pattern=r"(?:Library (?=cublas\w{2,8}\.dll is not found or cannot be loaded)|Could not (?:load library|locate) )(?P<library>cublas(?:Lt)?64_(?P<major>\d{1,2})\.dll)",
        beside=(
            "[PYI-",
            "Failedtoexecutescript",
            "Faster-Whisper-XXL",
            "faster-whisper-xxl",
            "whisper-faster",
            "_internal\\",
            "\\_MEI",
            "Purfview",
        ),
        cause="A packed program does not find cuBLAS ({library}), of CUDA {major}, for which it is built. It looks beside its .exe and on PATH; what pip installs does not reach it.",
        fixes=fixes(
            "Purfview's Faster-Whisper: the archive with cuBLAS and cuDNN of the same page (`libs`), for CUDA {major}, unpacked beside the .exe; or Faster-Whisper-XXL, which brings them",
            "Another program: its own edition for the GPU, or CUDA {major} installed, with its `bin` folder on PATH",
            "Or on the CPU: `--device cpu`",
        ),
        reference=(
            "Purfview/whisper-standalone-win#102",
            "https://github.com/Purfview/whisper-standalone-win/releases/tag/libs",
        ),
        example="RuntimeError: Library cublas64_11.dll is not found or cannot be loaded\n[1004] Failed to execute script '__main__' due to unhandled exception!",
    ),
    Row(
        id="windows-cublas",
        seen=("windows",),
        pattern=r"(?:Library (?=cublas\w{2,8}\.dll is not found or cannot be loaded)|Could not (?:load library|locate) )(?P<library>cublas(?:Lt)?64_(?P<major>\d{1,2})\.dll)",
        cause="ctranslate2 opens cuBLAS by name, and Windows finds no {library}: NVIDIA's wheel is not installed, or its folder"
        " (site-packages\\nvidia\\cublas\\bin) is not on PATH.",
        fixes=fixes(
            Advice("add", "It comes with", requirements=("{wheel}",), only=("!{wheel}",)),
            Advice("heal", "cudnn-heal loads it when ctranslate2 is imported"),
            "By hand: add that folder to PATH before Python starts (os.add_dll_directory does not help here: measured)",
        ),
        reference=("fw#1276", "argosopentech/argos-translate#515", "zh-plus/openlrc#18", "measured"),
        part=("ctranslate2", "cublas"),
        example="RuntimeError: Library cublas64_12.dll is not found or cannot be loaded",
        follows=("windows-cublas-packed",),
    ),
    Row(
        id="windows-cudnn-alone",
        seen=("windows",),
        pattern=r"Successfully loaded (?P<library>cudnn\w{2,40}64_\d{1,2}\.dll) without its dependencies",
        cause="cuDNN's {library} is there, and a DLL that it needs is not: another of cuDNN's, as where one file was copied alone, or one of CUDA's.",
        fixes=fixes(
            "The folder with all of cuDNN's DLLs on PATH, and the one with CUDA's; take out the copy that lies alone",
            "From wheels (nvidia-cudnn-cu12, nvidia-cublas-cu12): site-packages\\nvidia\\cudnn\\bin and site-packages\\nvidia\\cublas\\bin",
            Advice(
                "add",
                "ctranslate2 4.6.3 and later need no cuDNN",
                requirements=("ctranslate2>=4.6.3", "nvidia-cublas-cu12"),
                only=("ctranslate2",),
                unless=("whisperx<3.5",),
            ),
        ),
        reference=("fw#1279",),
        example="Successfully loaded cudnn_ops64_9.dll without its dependencies. Successfully loaded zlib independently. Unknown dll missing.",
    ),
    Row(
        id="windows-cudnn",
        seen=("windows",),
        pattern=r"Could not (?:locate|load library) (?:\S{0,160}[\\/])?(?P<library>cudnn\w{0,40}64_(?P<major>\d{1,2})\.dll)",
        cause="cuDNN's {library} is not found. Files with `_infer` or `_train` in their name, or 8 at the end, are cuDNN 8's, which"
        " ctranslate2 4.0 to 4.4 is built for; those with 9 are cuDNN 9's, for 4.5 and later (4.6.3 and later need none).",
        fixes=(
            Advice(
                "add",
                "ctranslate2 4.6.3 and later need no cuDNN",
                requirements=("ctranslate2>=4.6.3", "nvidia-cublas-cu12"),
                only=("ctranslate2",),
                unless=("whisperx<3.5",),
            ),
            Advice(
                "add",
                "WhisperX 3.3 to 3.4 hold ctranslate2 below 4.5; 3.5 and later do not",
                requirements=("whisperx>=3.5",),
                only=("whisperx<3.5",),
            ),
            Advice(
                "add",
                "cuDNN's wheel of that number, whose folder (site-packages\\nvidia\\cudnn\\bin) must be on PATH",
                requirements=("nvidia-cudnn-cu12=={major}.*",),
                only=("!nvidia-cudnn-cu12",),
                unless=("ctranslate2<4.5", "torch>=2.4"),
            ),
            Advice(
                "say",
                "A packed program (Purfview's faster-whisper) has its own: the files of its archive for cuBLAS and cuDNN belong beside the .exe",
                unless=("ctranslate2",),
            ),
            Advice("heal", "cudnn-heal loads what is installed when ctranslate2 is imported"),
            Advice(
                "say",
                "The file is there and error 126 comes all the same: one that it needs is missing; cuDNN 8 needs zlibwapi.dll, and both cuBLAS",
            ),
        ),
        reference=("wx#1216", "Softcatala/whisper-ctranslate2#41", "measured"),
        shows="cudnn",
        example="Could not locate cudnn_ops64_9.dll. Please make sure it is in your library path!",
        follows=("windows-page-file",),
    ),
    Row(
        id="windows-no-console",
        seen=("windows",),
        pattern=r"WinError 6\](?!\d)(?:The handle is invalid|Das Handle ist ung|句柄无效|ハンドルが無効|Неверный дескриптор|Descripteur non valide|Controlador no v|Handle (?:is invalid|non valido))",
        cause="A program without a console (a window, a service, one that another program starts) started a further program, such as ffmpeg, and handed it an input that does not exist. It has nothing to do with the GPU.",
        fixes=fixes(
            "Start the same command in a terminal (cmd, PowerShell); that works where this is the reason",
            "Upgrade the program, and the one that starts it (Subtitle Edit and Faster-Whisper-XXL, say)",
            "A program of your own: `stdin=subprocess.DEVNULL` for every subprocess, beside stdout and stderr; PyInstaller: `--console` instead of `--noconsole`",
        ),
        reference=("SubtitleEdit/subtitleedit#8421", "chriskiehl/Gooey#819", "jiaaro/pydub#536"),
        example="OSError: [WinError 6] The handle is invalid",
    ),
    Row(
        id="windows-compiler-headers",
        seen=("install", "windows"),
        pattern=r"(?:vcruntime|crtdefs|corecrt\w{0,20}|sal|excpt|crtdbg|specstrings|winapifamily)\.h[\"'”]?: No such file or directory|cannot open file '(?:ucrt|libcmt|msvcrt|uuid|libucrt)\.lib'|WARNING: Failed to find MSVC",
        cause="Something is compiled on Windows (triton, torch.compile, an extension), and the compiler is without its headers or libraries: Visual Studio's Build Tools are not whole (the C++ part, or Windows' SDK), cl.exe was started outside its own command prompt, or another compiler (gcc) stood in its place.",
        fixes=fixes(
            "Visual Studio's Build Tools with `Desktop development with C++` (MSVC v143 and a Windows SDK), then start the program from `x64 Native Tools Command Prompt`",
            "triton: a triton-windows from 3.2 on brings a small compiler of its own and needs no Visual Studio; the release for this torch (3.2 for 2.6, 3.3 for 2.7, 3.4 for 2.8, 3.5 for 2.9, 3.6 for 2.10), and no CC in the environment that names another one",
            "Or do without what compiles: a wheel of the package, or TORCHDYNAMO_DISABLE=1",
        ),
        reference=("woct0rdho/triton-windows#3", "https://github.com/woct0rdho/triton-windows"),
        example="C:\\Program Files (x86)\\Windows Kits\\10\\Include\\10.0.26100.0\\ucrt/corecrt.h:10:10: fatal error: vcruntime.h: No such file or directory",
    ),
    Row(
        id="windows-page-file",
        seen=("crash", "windows"),
        pattern=r"(?:Error code|WinError) 1455(?!\d)|The paging file is too small for this operation to complete",
        cause="Windows has no memory left to load a library into: its page file is too small for the large libraries of torch and cuDNN,"
        " often because many processes load them.",
        fixes=fixes(
            "Make the page file larger (System, Advanced, Performance, Virtual memory), or run fewer processes",
        ),
        reference=("https://github.com/ultralytics/yolov3/issues/1643",),
        example="Could not load library cudnn_cnn_infer64_8.dll. Error code 1455",
    ),
    Row(
        id="windows-zlib",
        seen=("windows",),
        pattern=r"Could not locate zlibwapi\.dll",
        cause="cuDNN 8 for Windows needs zlibwapi.dll, which is in none of NVIDIA's files; cuDNN 9 does not.",
        fixes=fixes(
            Advice(
                "add",
                "ctranslate2 4.6.3 and later need no cuDNN",
                requirements=("ctranslate2>=4.6.3", "nvidia-cublas-cu12"),
                only=("ctranslate2",),
            ),
            "Or put zlibwapi.dll (64 bit) beside cuDNN's DLLs, as NVIDIA's installation guide of cuDNN 8 says",
        ),
        reference=("https://docs.nvidia.com/deeplearning/cudnn/archives/cudnn-897/install-guide/index.html",),
        example="Could not locate zlibwapi.dll. Please make sure it is in your library path!",
    ),
    Row(
        id="uvr-without-words",
        seen=("gpu", "windows"),
        pattern=r"RuntimeError: \"\"Traceback Error: \"File \"UVR\.py\"",
        cause="Ultimate Vocal Remover got an error from the graphics card without any words, which DirectML (AMD, Intel, old NVIDIA cards) does: its memory is full, or it can't compute a part of this model. Which of them, it does not tell.",
        fixes=fixes(
            "Without `GPU Conversion` in the settings: if it works then, it is the card or its memory",
            "A smaller segment size or batch (MDX-Net: Segment Size 128 or less), other programs closed, the newest driver",
            "An NVIDIA card: the program's edition for CUDA (RTX 50: the one for CUDA 12.8); a GT 730 and its like are too old for both",
        ),
        reference=(
            "Anjok07/ultimatevocalremovergui#1705",
            "Anjok07/ultimatevocalremovergui#1744",
            "Anjok07/ultimatevocalremovergui#1745",
        ),
        example='RuntimeError: ""\nTraceback Error: "\n  File "UVR.py", line 9217, in process_start\n  File "torch\\nn\\modules\\module.py", line 1145, in to',
    ),
    Row(
        id="buzz-unknown",
        seen=("crash",),
        pattern=r"whisper_file_transcriber\.py\", line \d{1,5}, in transcribe\W{0,10}(?:raise .{0,80})?Exception: Unknown error",
        cause="Buzz transcribes in a process of its own, and that process ended without a word; Buzz knows no more. On Windows with an NVIDIA GPU that was a release that can't use CUDA with Faster Whisper; it may also be memory, or a processor without AVX2.",
        fixes=fixes(
            "A newer release of Buzz",
            "The model type Whisper.cpp, or a smaller model, to tell whether it is Faster Whisper or memory; name the language instead of `Detect`",
            "Its log: %USERPROFILE%\\AppData\\Local\\Buzz\\Buzz\\Logs (Linux: ~/.cache/Buzz/log)",
        ),
        reference=("chidiwilliams/buzz#849", "chidiwilliams/buzz#956"),
        example='  File "buzz\\transcriber\\whisper_file_transcriber.py", line 80, in transcribe\nException: Unknown error',
    ),
    Row(
        id="windows-onnxruntime",
        seen=("windows",),
        pattern=r"CUDA_PATH is set but CUDA wasn'?t able to be loaded|(?:LoadLibrary failed with error(?: (?P<unfound>126)| (?P<unstarted>1114))?|Error loading).{0,200}?onnxruntime_providers_(?:cuda|shared)\.dll|onnxruntime_providers_cuda\.dll.{0,200}? which (?:depends on|is missing)",
        cause="Windows did not load onnxruntime-gpu's provider for CUDA: a DLL that it needs is missing, is of another release, or does not start. CUDA's and cuDNN's, of the major version"
        " that this onnxruntime-gpu is built for, must be on PATH or in the process already.",
        fixes=fixes(
            Advice("heal", "cudnn-heal loads the environment's wheels when onnxruntime is imported"),
            "Windows' error {unfound}: one of them is not found",
            "Windows' error {unstarted}: they were found, and one of them did not start: DLLs of another release or another CUDA than this one was built with, or a second onnxruntime",
            "In Python, the wheels: nvidia-cublas-cu12, nvidia-cudnn-cu12, nvidia-cufft-cu12, nvidia-curand-cu12, nvidia-cuda-runtime-cu12 for onnxruntime-gpu 1.19 to 1.26; 1.18 and before are for CUDA 11: upgrade",
            "DLLs whose name ends in 13 are CUDA 13's (nvidia-cublas, nvidia-cudnn-cu13, nvidia-cufft, nvidia-curand, nvidia-cuda-runtime), for onnxruntime-gpu 1.28 and later; with CUDA 12: `onnxruntime-gpu<1.27`",
            "Where the DLLs are there, or a package brings its own onnxruntime (sherpa-onnx): no other onnxruntime beside it in the same environment",
            "Without cudnn-heal, before the session is made: `import torch`, or `onnxruntime.preload_dlls()` (1.21 and later); in another language: the folders of CUDA's and cuDNN's DLLs on PATH",
        ),
        reference=("ort#24719", "yalue/onnxruntime_go#124", "measured"),
        part=("onnxruntime", ""),
        follows=("ort-dll-program", "windows-onnxruntime-packed"),
        example='LoadLibrary failed with error 126 "" when trying to load "C:\\venv\\Lib\\site-packages\\onnxruntime\\capi\\onnxruntime_providers_cuda.dll"',
    ),
    Row(
        id="windows-onnxruntime-packed",
        seen=("windows",),
        pattern=r"CUDA_PATH is set but CUDA wasn'?t able to be loaded|(?:LoadLibrary failed with error|Error loading).{0,200}?onnxruntime_providers_(?:cuda|shared)\.dll|onnxruntime_providers_cuda\.dll.{0,200}? which (?:depends on|is missing)",
        beside=('File"onnxruntime\\capi', "_internal\\onnxruntime", "\\_MEI"),
        cause="A packed program (an .exe that brings its own Python) could not load its onnxruntime's part for CUDA: it looks for CUDA's and cuDNN's DLLs on PATH, of the major versions that its onnxruntime is"
        " built for, and mostly finds none, or others. What pip installs does not reach it.",
        fixes=fixes(
            "The CUDA and cuDNN that the program's own page names, installed, and their `bin` folders on PATH; then start it anew",
            "Where CUDA_PATH is set: look whether it leads to the CUDA that the program needs, with cuDNN's DLLs on PATH too",
            "Or a release of the program that brings them, or its settings without the GPU",
        ),
        reference=("https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html#requirements",),
        follows=("ort-dll-program",),
        example='RuntimeError: CUDA_PATH is set but CUDA wasn\'t able to be loaded.\n  File "onnxruntime\\capi\\onnxruntime_inference_collection.py", line 335, in __init__',
    ),
    Row(
        id="windows-torch-extension",
        seen=("install", "windows"),
        pattern=r"DLL load failed while importing (?P<module>flash_attn\w{0,30}|_fused|_qattn_sm\d{2,3}|\w{2,40}_cuda|_C|_C_flashattention\w{0,8}|_ext|fused\w{0,20}|exllama\w{0,20}|nunchaku\w{0,10}|_torch_\w{2,30})(?!\w)",
        cause="{module} is a compiled extension of torch's (FlashAttention, SageAttention, xFormers and their like) that does not load: it is built for another release of torch, another CUDA or another Python than the installed ones. Such a wheel has all three in its name (`cu128torch2.8.0-cp312`).",
        fixes=fixes(
            Advice(
                "run",
                "See the three numbers",
                command='{python} -c "import sys, torch; print(torch.__version__, torch.version.cuda, sys.version)"',
            ),
            "The wheel of that package for exactly these; after torch was upgraded, that one anew too",
            "Or uninstall the package, or start the program without it: torch's own attention (sdpa) does the same, somewhat slower",
            f"Where all three fit: {VC_RUNTIME}",
        ),
        reference=(
            "Comfy-Org/ComfyUI#7907",
            "numz/ComfyUI-SeedVR2_VideoUpscaler#376",
            "wildminder/AI-windows-whl#18",
        ),
        follows=("windows-blocked", "windows-page-file"),
        example="ImportError: DLL load failed while importing flash_attn_2_cuda: The specified procedure could not be found.",
    ),
    Row(
        id="triton-cuda-utils",
        seen=("windows",),
        pattern=r"DLL load failed while importing (?:cuda_utils|__triton_launcher)",
        cause="triton-windows compiled a small module (cuda_utils) for this Python and this driver, and Windows does not load it: an older one lies in triton's cache, an embedded Python lacks what it is linked with, the Visual C++ runtime is missing, or triton-windows is of another release than torch's.",
        fixes=fixes(
            "Delete triton's cache, so that it is compiled anew: the folder .triton\\cache in the user's folder, and torchinductor_… in %TEMP%",
            "An embedded Python (ComfyUI's `python_embeded`): the folders `include` and `libs` of exactly its release beside it, as triton-windows' README says",
            "The triton-windows of this torch: 3.2 for 2.6, 3.3 for 2.7, 3.4 for 2.8, 3.5 for 2.9, 3.6 for 2.10",
            VC_RUNTIME,
            "Or do without what compiles (TORCHDYNAMO_DISABLE=1, or the node's own switch)",
        ),
        reference=(
            "lum3on/comfyui_HiDream-Sampler#135",
            "billwuhao/ComfyUI_ACE-Step#35",
            "https://github.com/woct0rdho/triton-windows",
        ),
        example="ImportError: DLL load failed while importing cuda_utils: The specified module could not be found.",
    ),
    Row(
        id="llama-cpp-dll",
        seen=("windows",),
        pattern=r"llama_cpp(?:_cuda\w{0,20})?[/\\]{1,2}(?:_ctypes_extensions|llama_cpp)\.py.{0,900}?(?:WinError (?P<number>126|1114)|Failed to load shared library)|Failed to load shared library '.{0,160}?llama_cpp.{0,60}?\.dll'",
        cause="llama-cpp-python does not get its own llama.dll or ggml-cuda.dll to start. The usual reasons: CUDA's DLLs of its release (cudart64_12.dll, cublas64_12.dll) or the driver's are not found or too old, or the wheel was compiled for a processor with more instructions (AVX2, AVX-512) than this one has.",
        fixes=fixes(
            "The newest driver, and a restart; CUDA's folder bin of the wheel's release (cu121, cu124) on PATH",
            "Its wheel for the CPU tells which of the two it is: `pip install --force-reinstall --no-deps llama-cpp-python --extra-index-url https://abetlen.github.io/llama-cpp-python/whl/cpu`; a program's own (text-generation-webui): its installer anew, or its edition for processors without AVX2",
            f"Install {VC_RUNTIME}",
        ),
        reference=("oobabooga/textgen#6785", "https://github.com/abetlen/llama-cpp-python#installation"),
        example='File "C:\\venv\\Lib\\site-packages\\llama_cpp_cuda\\_ctypes_extensions.py", line 67, in load_shared_library\nOSError: [WinError 1114] A dynamic link library (DLL) initialization routine failed',
    ),
    Row(
        id="windows-dll-load",
        seen=("windows",),
        pattern=r"DLL load failed(?: while importing \w{2,60})?|WinError (?:126|1114)(?!\d)|(?i:dynamic link library \(DLL\) initialization routine failed)|LoadLibrary\w? failed with error (?:126|1114)(?!\d)|\(os error (?:126|1114)\)|0x8007007[Ee](?!\w)|找不到指定的模块|动态链接库\(DLL\)初始化例程失败|指定されたモジュールが見つかりません|지정된 모듈을 찾을 수 없습니다|Не найден указанный модуль|Das angegebene Modul wurde nicht gefunden|[Ll]e module spécifié est introuvable|No se (?:puede encontrar|encontró) el módulo especificado|[Ii]mpossibile trovare il modulo specificato|Não foi possível encontrar o módulo especificado|Nie można odnaleźć określonego modułu|Belirtilen modül bulunamadı",
        cause="Windows could not load an extension, or a DLL that it needs (126: one is not found; 1114: one was found and did not start): mostly Microsoft's Visual C++"
        " runtime is missing or older than the package was built with, or another program's older one is found first.",
        fixes=fixes(
            f"Install {VC_RUNTIME}",
            "Where that does not help: an older release of the package (onnxruntime: 1.20.1 was reported to load), from the same place as before",
            "In a conda environment: `conda install -c conda-forge vc14_runtime`",
        ),
        reference=("hacksider/Deep-Live-Cam#49", "lazydog28/mc_auto_boss#205"),
        follows=(
            *(
                "llama-cpp-dll",
                "windows-procedure",
                "windows-not-a-dll",
                "windows-page-file",
                "windows-torch",
                "windows-onnxruntime",
                "ort-dll-program",
            ),
            *(
                "windows-blocked",
                "intel-gpu",
                "binding-node",
                "native-library",
                "ort-providers-shared",
                "windows-packed-python",
            ),
            *("tensorrt-library", "library-missing", "windows-torch-extension", "triton-cuda-utils"),
        ),
        example="ImportError: DLL load failed while importing onnxruntime_pybind11_state: A dynamic link library (DLL) initialization routine failed.",
    ),
    Row(
        id="cudarc-symbol",
        seen=("gpu", "windows"),
        pattern=r"Expected symbol in library: GetProcAddress",
        cause="cudarc, by which a Rust program (candle, Burn, mistral.rs) calls CUDA, looks for each function of the CUDA that it was built for, and the driver's library, or CUDA's, has one of them not: the driver is older than that CUDA, or that cudarc (0.15 to 0.18.2 were reported) asks for functions that Windows does not have at all.",
        fixes=fixes(
            Advice("run", "The driver, and the CUDA that it is for", command="nvidia-smi"),
            "The newest driver for the GPU, and a newer release of the program; installing another CUDA toolkit does not change the driver's functions",
            "Built here: a newer cudarc, or its feature for an older CUDA (`cuda-12020`); otherwise the program's edition for the CPU or for Vulkan",
        ),
        reference=("chelsea0x3b/cudarc#512", "chelsea0x3b/cudarc#385", "chelsea0x3b/cudarc#474", "koharu-rs/koharu#191"),
        example='Expected symbol in library: GetProcAddress { source: Os { code: 127, kind: Uncategorized, message: "The specified procedure could not be found." } }',
    ),
    Row(
        id="windows-procedure",
        seen=("windows",),
        pattern=r"WinError 127(?!\d)|The specified procedure could not be found|\(os error 127\)|0x8007007[Ff](?!\w)|找不到指定的程序|Das angegebene Modul konnte die Prozedur|Die angegebene Prozedur wurde nicht gefunden|La procédure spécifiée est introuvable|No se (?:puede encontrar|encontró) el proceso especificado|Не найдена указанная процедура|指定されたプロシージャが見つかりません",
        cause="Windows found a DLL, and it lacks a function that was asked of it: two files are of different releases (a torchaudio or torchvision"
        " for another torch), or another DLL of that name was loaded first, or stands before it on PATH.",
        fixes=fixes(
            "Install the package whose file is named again, and what it builds on, in releases that belong together",
            Advice(
                "run",
                "torchaudio, torchvision: the release for this torch, from the index that torch came from",
                command='{python} -c "import torch; print(torch.__version__)"',
            ),
            "A file of cuDNN or CUDA: `import torch` before onnxruntime and its preload_dlls(), so that torch's own are the first",
        ),
        reference=(
            "ort#23674",
            "https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-",
        ),
        example="OSError: [WinError 127] The specified procedure could not be found",
        follows=("cudarc-symbol", "windows-torch-extension", "triton-cuda-utils"),
    ),
    Row(
        id="windows-not-a-dll",
        seen=("windows",),
        pattern=r"(?:WinError|[Ee]rror code) 193(?!\d)|is not a valid Win32 application|\(os error 193\)|0x800700[Cc]1(?!\w)|BadImageFormatException|is either not designed to run on Windows or it contains an error|不是有效的Win32应用程序|no es una aplicación Win32 válida|ist keine (?:zulässige|gültige) Win32-Anwendung|n'est pas une application Win32 valide|не является приложением Win32|não é um aplicativo Win32 válido|0xc000012f|0xC000012F",
        cause="Windows found the file and can't load it: it is empty or cut short (an interrupted download, an antivirus program, a fault of"
        " the disk), or it is made for 32 bits and Python for 64, or the other way round.",
        fixes=fixes(
            "Install the package that has the file again, without pip's cache (`--no-cache-dir`); a packed program: download it again",
            Advice(
                "run", "Python must be the 64-bit one", command="{python} -c \"import struct; print(8 * struct.calcsize('P'))\""
            ),
            "A program that is started (ffmpeg.exe): damaged, or made for another kind of processor; install it again (`winget install ffmpeg`)",
            "Look whether the antivirus program moved files away",
        ),
        reference=("SubtitleEdit/subtitleedit#9497",),
        example="OSError: [WinError 193] %1 is not a valid Win32 application",
    ),
    Row(
        id="windows-blocked",
        seen=("windows",),
        pattern=r"An Application Control policy has blocked this file|WinError 4551(?!\d)|DLL load failed.{0,80}?This program is blocked by group policy",
        cause="Windows' Smart App Control, or a policy of whoever manages this machine, forbids files without a known signature, such as the DLLs and .pyd files of Python packages. Nothing is wrong with the package.",
        fixes=fixes(
            "Smart App Control is turned off in Windows Security, App & browser control; Windows then keeps it off until it is installed anew",
            "On a machine that others manage: they have to allow the files; WSL2 is another way",
        ),
        reference=("https://learn.microsoft.com/windows/apps/develop/smart-app-control/overview",),
        example="ImportError: DLL load failed while importing _ext: An Application Control policy has blocked this file.",
    ),
    Row(
        id="windows-symlink",
        seen=("windows",),
        pattern=r"WinError 1314(?!\d)|Access is denied: '\.\.\\{1,2}\.\.\\{1,2}blobs|A required privilege is not held by the client",
        cause="A model's files are kept as links, and Windows lets this user make none: that needs the developer mode, or an administrator.",
        fixes=fixes(
            "Turn the developer mode on (Settings, System, For developers), or load the model once from a terminal that was started as administrator",
            "Or pass a model's folder, with its files copied there, instead of its name",
        ),
        reference=("isair/jarvis#636", "pa#1457", "https://huggingface.co/docs/huggingface_hub/how-to-cache"),
        example="OSError: [WinError 1314] A required privilege is not held by the client: '..\\..\\blobs\\0a1b' -> 'C:\\Users\\u\\.cache\\huggingface\\hub\\x'",
    ),
    Row(
        id="windows-file-in-use",
        seen=("windows",),
        pattern=r"(?:OSError|PermissionError): \[WinError (?:5|32)\]",
        cause="Windows does not let go of a file: a program still has it open (Python itself while a package is replaced, an antivirus program), or this user may not write"
        " there.",
        fixes=fixes(
            "End every Python and notebook of that environment, then repeat it; not as administrator, but in a folder of your own",
            "After an install that broke off: install the package again (`--force-reinstall --no-deps`)",
        ),
        follows=(
            "inductor-cache-windows",
            "pip-permission",
        ),
        reference=("https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-",),
        example="PermissionError: [WinError 5] Access is denied: 'C:\\venv\\Lib\\site-packages\\torch\\lib\\asmjit.dll'",
    ),
    Row(
        id="windows-path-length",
        seen=("windows",),
        pattern=r"WinError 206(?!\d)|does not have Windows Long Path support enabled",
        cause="A path is longer than the 260 characters that Windows takes unless told; packages such as torch lay long ones.",
        fixes=fixes(
            "Turn long paths on (the registry's LongPathsEnabled = 1, as administrator), and restart",
            "Or an environment in a short folder, such as C:\\v",
        ),
        reference=("https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation",),
        example="ERROR: Could not install packages due to an OSError: [WinError 206] The filename or extension is too long",
    ),
    Row(
        id="windows-encoding",
        seen=("windows",),
        pattern=r"'(?:charmap|gbk|cp\d{3,4}|cp932)' codec can't (?:en|de)code",
        cause="Python reads or writes text as this Windows does (not as UTF-8), which has no such character; it is the program that does not say which it means.",
        fixes=fixes(
            Advice("run", "Have Python use UTF-8 everywhere (cmd)", command="set PYTHONUTF8=1"),
            "In PowerShell: `$env:PYTHONUTF8 = 1`; a program that starts others passes it on",
        ),
        reference=("meizhong986/WhisperJAV#186", "openai/whisper#670", "https://docs.python.org/3/using/windows.html"),
        example="UnicodeEncodeError: 'charmap' codec can't encode character '\\u266a' in position 33: character maps to <undefined>",
    ),
    Row(
        id="windows-program",
        seen=("windows",),
        pattern=r"FileNotFoundError: \[WinError 2\]",
        cause="Windows did not find a program that was to be started, which the message does not name: where sound is read it is ffmpeg (ffprobe), which whisper,"
        " WhisperX and pydub start.",
        beside=("subprocess.py", "ffmpeg", "pydub", "whisper"),
        fixes=fixes(
            "`where ffmpeg` must show it; otherwise install it (`winget install ffmpeg`), and open a new terminal, so that PATH is read anew",
            "Otherwise the traceback's last lines tell what was started",
        ),
        reference=("https://docs.python.org/3/library/subprocess.html",),
        example='  File "C:\\Python311\\Lib\\subprocess.py", line 1538, in _execute_child\nFileNotFoundError: [WinError 2] The system cannot find the file specified',
        follows=("ffmpeg-program",),
    ),
    Row(
        id="windows-packed-python",
        seen=("windows",),
        pattern=r"(?:Failed to load|Error loading) Python DLL '(?P<path>[^']{3,200}?\.dll)",
        cause="A packed program (PyInstaller) can't load its own Python: its files are missing, empty or cut short (an interrupted download or"
        " unpacking, an antivirus program), or this Windows is 32-bit, or older than its Python supports.",
        fixes=fixes(
            "Download the program again and unpack all of it; look whether the antivirus program moved files away",
            "Otherwise a release of the program that is made for this Windows",
        ),
        reference=("SubtitleEdit/subtitleedit#9497", "Purfview/whisper-standalone-win#358"),
        example="[PYI-9056:ERROR] Failed to load Python DLL 'C:\\Tools\\_xxl_data\\python310.dll'.",
    ),
    Row(
        id="windows-torch",
        seen=("windows",),
        pattern=r"Error loading \"\S{0,200}?[\\/]torch[\\/]lib[\\/](?P<dll>[\w.-]{3,60}\.dll)\" or one of its dependencies",
        cause="Windows could not load torch's {dll}, or a DLL that it needs: mostly Microsoft's Visual C++ runtime is missing or old; files of two"
        " torch builds in one folder do it too.",
        fixes=fixes(
            f"Install {VC_RUNTIME}",
            "Then install torch again, from the same index as before; a packed program: unpack it again",
            "On an AMD GPU by way of ZLUDA: caffe2_nvrtc.dll and its like are replaced there by ZLUDA's; all of them of one ZLUDA, AMD's HIP SDK of its release installed and its `bin` folder on PATH",
            "fbgemm.dll of torch 2.4.0 asks for a libomp140.x86_64.dll that it does not bring: torch 2.4.1 or later",
            "Today's torch needs Windows 10 or later",
        ),
        follows=("windows-page-file", "windows-not-a-dll", "windows-procedure"),
        reference=("torch#131662", "Purfview/whisper-standalone-win#390"),
        example='OSError: [WinError 126] The specified module could not be found. Error loading "C:\\venv\\Lib\\site-packages\\torch\\lib\\fbgemm.dll" or one of its dependencies.',
    ),
    Row(
        id="heap-corrupted",
        seen=("crash",),
        pattern=r"double free or corruption|malloc: \*{3} error for object|free\(\): invalid (?:pointer|size|next size)|malloc\(\): (?:corrupted|invalid|unaligned|unsorted|memory corruption)|munmap_chunk\(\): invalid pointer|corrupted (?:size vs\. prev_size|double-linked list)|\*\*\* stack smashing detected",
        cause="A library wrote where it must not, and the C library noticed later and ended the process. Two packages that bring different copies"
        " of one library, or were built with different compilers, do that; so does a fault in one. Which of them is not told.",
        fixes=fixes(
            Advice("run", "See where it ends", command="python -X faulthandler PROGRAM 2>&1 | {heal} --explain -"),
            "Another order of imports (torch first, or last) shows whether two packages collide",
            Advice("call", "See what is wrong in this environment", flags=("--doctor",)),
        ),
        reference=("https://docs.python.org/3/library/faulthandler.html",),
        example="double free or corruption (out)\nAborted (core dumped)",
    ),
)
