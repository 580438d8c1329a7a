"""What looks like an error, and means nothing."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import fixes

ROWS = (
    Row(
        id="harmless-fp16-cpu",
        seen=("harmless",),
        pattern=r"FP16 is not supported on CPU; using FP32 instead",
        cause="openai-whisper computes in 16 bits on a GPU only; on the CPU it takes 32.",
        fixes=fixes(
            "Nothing, if the CPU was meant; otherwise find out why torch sees no GPU: `cudnn-heal --doctor`",
        ),
        reference=("openai/whisper#301",),
        example="UserWarning: FP16 is not supported on CPU; using FP32 instead",
        kind="harmless",
    ),
    Row(
        id="harmless-tokenizers",
        seen=("harmless",),
        pattern=r"The current process just got forked, after parallelism has already been used",
        cause="tokenizers had used threads before the process was forked, and goes on with one.",
        fixes=fixes(
            "Nothing; TOKENIZERS_PARALLELISM=false says so before",
        ),
        reference=("huggingface/transformers#5486",),
        example="huggingface/tokenizers: The current process just got forked, after parallelism has already been used. Disabling parallelism to avoid deadlocks...",
        kind="harmless",
    ),
    Row(
        id="harmless-weights",
        seen=("harmless",),
        pattern=r"Some weights of \w{3,60} were not (?:initialized from|used)|were not used when initializing \w{3,60}",
        cause="The model's file and its class do not have quite the same parts; for alignment and embedding models of the speech stack that is as expected.",
        fixes=fixes(
            "Nothing",
        ),
        reference=("wx#906",),
        example="Some weights of the model checkpoint at facebook/wav2vec2 were not used when initializing Wav2Vec2ForCTC",
        kind="harmless",
    ),
    Row(
        id="harmless-tensorflow",
        seen=("harmless",),
        pattern=r"Could not load dynamic library '(?P<library>[\w.+-]{3,60})'; dlerror|cudart_stub\.cc:\d{1,4}\] Ignore above cudart dlerror",
        cause="TensorFlow looks for CUDA's libraries when it is imported, and says which it does not find; it then works on the CPU. Nothing of the"
        " speech stack uses TensorFlow's GPU.",
        fixes=fixes(
            "Where TensorFlow itself is to use the GPU (Spleeter, tfjs-node-gpu): it asks for exactly the CUDA that the file's number names, with its cuDNN: libcudart.so.11.0 is CUDA 11 and cuDNN 8, and CUDA 12 does not serve; or the GPU's edition of a newer TensorFlow (`tensorflow[and-cuda]`)",
            "Nothing otherwise; keep an LD_LIBRARY_PATH that holds the driver (Colab's /usr/lib64-nvidia)",
        ),
        reference=("https://www.tensorflow.org/install/pip",),
        example="W tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic library 'libcudnn.so.8'; dlerror: libcudnn.so.8:"
        " cannot open shared object file: No such file or directory",
        kind="harmless",
    ),
    Row(
        id="harmless-cuda-graphs",
        seen=("harmless",),
        pattern=r"No conditional node support for Cuda\.|Cuda graphs with while loops are disabled, decoding speed will be slower",
        cause="NeMo decodes a little slower here: for the faster way it needs cuda-python, and a driver for CUDA 12.3 or later. What it writes is the same.",
        fixes=fixes(
            "Nothing; or a newer driver, and the `cuda-python` of its CUDA (`cuda-python<13` for CUDA 12)",
        ),
        reference=("NVIDIA-NeMo/Speech#15615",),
        example="No conditional node support for Cuda.\nCuda graphs with while loops are disabled, decoding speed will be slower",
        kind="harmless",
    ),
    Row(
        id="harmless-torchao",
        seen=("harmless",),
        pattern=r"Skipping import of cpp extensions due to incompatible torch version",
        cause="torchao goes without its compiled parts, as they are made for another torch. What needs them (some of its quantized kernels) is missing or slower; all else works.",
        fixes=fixes(
            "Nothing; or the torchao that its table names for this torch: https://github.com/pytorch/ao/issues/2919",
        ),
        reference=("pytorch/ao#2919",),
        example="Skipping import of cpp extensions due to incompatible torch version 2.10.0+cu128 for torchao version 0.15.0",
        kind="harmless",
    ),
    Row(
        id="harmless-mps-fallback",
        seen=("harmless",),
        pattern=r"is not currently supported on the MPS backend and will fall back to run on the CPU",
        cause="torch computes one operation on the CPU, as a Mac's GPU (mps) lacks it; PYTORCH_ENABLE_MPS_FALLBACK=1 lets it. The result is right, and slower to come.",
        fixes=fixes("Nothing; newer releases of torch have more operations for it"),
        reference=("https://docs.pytorch.org/docs/stable/mps_environment_variables.html", "pytorch/pytorch#86152"),
        example="UserWarning: The operator 'aten::repeat_interleave.self_int' is not currently supported on the MPS backend and will fall back to run on the CPU.",
        kind="harmless",
    ),
    Row(
        id="harmless-numa",
        seen=("harmless",),
        pattern=r"successful NUMA node read from SysFS had negative value|could not open file to read NUMA node|Your kernel may have been built without NUMA support|does not support NUMA - returning NUMA node zero",
        cause="TensorFlow (or JAX) asks the system on which part of the machine the GPU sits (NUMA), and gets no answer, as on most desktops, in virtual machines and on WSL. It takes the first one; nothing else follows from it.",
        fixes=fixes("Nothing; TF_CPP_MIN_LOG_LEVEL=1 (or 3) keeps it quiet"),
        reference=("tensorflow/tensorflow#53184", "tensorflow/tensorflow#58428"),
        example="successful NUMA node read from SysFS had negative value (-1), but there must be at least one NUMA node, so returning NUMA node zero",
        kind="harmless",
    ),
    Row(
        id="harmless-provider-bridge",
        seen=("harmless",),
        pattern=r"Init provider bridge failed",
        cause="ONNX Runtime did not load onnxruntime_providers_shared, by which it reaches a GPU. What runs on the CPU (a voice activity filter, say) does not need it, and goes on; CTranslate2's and torch's work on the GPU has nothing to do with it.",
        fixes=fixes(
            "Nothing, unless ONNX Runtime itself is to use the GPU: then that file must lie beside its other libraries (install onnxruntime-gpu again)"
        ),
        reference=("SubtitleEdit/subtitleedit#6914", "Purfview/whisper-standalone-win#3"),
        example="[W:onnxruntime:Default, onnxruntime_pybind_state.cc:1671 onnxruntime::python::CreateInferencePybindStateModule] Init provider bridge failed.",
        follows=("windows-onnxruntime", "ort-dll-program", "ort-providers-shared"),
        kind="harmless",
    ),
    Row(
        id="harmless-cudnn-plan",
        seen=("harmless",),
        pattern=r"Plan failed with an? \w{3,30}(?:.{0,300}?CUDNN_STATUS_\w{3,60})?",
        cause="torch tries several ways to compute a convolution, and says which of them cuDNN, or memory, did not allow; another one worked.",
        fixes=fixes(
            "Nothing",
        ),
        reference=("torch#121834",),
        example="UserWarning: Plan failed with a cudnnException: CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR: cudnnFinalizeDescriptor Failed cudnn_status:"
        " CUDNN_STATUS_NOT_SUPPORTED",
        kind="harmless",
    ),
    Row(
        id="harmless-device-discovery",
        seen=("harmless",),
        pattern=r"GPU device discovery failed: \S{0,40}?device_discovery\.cc:\d{1,4}",
        cause="ONNX Runtime looked for graphics cards in a place that virtual machines, WSL and some servers do not fill. CUDA works all"
        " the same.",
        fixes=fixes(
            "Nothing; newer releases keep quiet",
        ),
        reference=("ort#26763", "ort#29858"),
        example="[W:onnxruntime:Default, device_discovery.cc:164 DiscoverDevicesForPlatform] GPU device discovery failed:"
        ' device_discovery.cc:89 ReadFileContents Failed to open file: "/sys/class/drm/card0/device/vendor"',
        kind="harmless",
    ),
    Row(
        id="harmless-trained-with",
        seen=("harmless",),
        pattern=r"Model was trained with (?:pyannote\.audio|torch) \S{1,24}?, yours is \S{1,24}?\. Bad things might happen"
        r"|Lightning automatically upgraded your loaded checkpoint",
        cause="The voice detection model is older than the libraries that read it. WhisperX's maintainers say to ignore it.",
        fixes=fixes(
            "Nothing",
        ),
        reference=("wx#933", "wx#906"),
        example="Model was trained with pyannote.audio 0.0.1, yours is 3.4.0. Bad things might happen unless you revert pyannote.audio"
        " to 0.x.",
        kind="harmless",
    ),
    Row(
        id="harmless-tf32",
        seen=("harmless",),
        pattern=r"TensorFloat-32 \(TF32\) has been disabled",
        cause="pyannote.audio turns TF32 off so that its results are the same everywhere.",
        fixes=fixes(
            "Nothing",
        ),
        reference=("pa#1370",),
        example="ReproducibilityWarning: TensorFloat-32 (TF32) has been disabled as it might lead to reproducibility issues and lower"
        " accuracy.",
        kind="harmless",
    ),
    Row(
        id="harmless-compute-type",
        seen=("harmless",),
        pattern=r"The compute type inferred from the saved model is \w{3,16}, but the target device or backend do not support efficient",
        cause="The model was saved in a type that this device computes only slowly (float16 on a CPU, say), so ctranslate2 took another.",
        fixes=fixes(
            'Nothing; compute_type="int8" is faster on a CPU, and says nothing',
        ),
        reference=("speaches-ai/speaches#164",),
        example="[ctranslate2] [thread 41] [warning] The compute type inferred from the saved model is float16, but the target device"
        " or backend do not support efficient float16 computation.",
        kind="harmless",
    ),
    Row(
        id="harmless-affinity",
        seen=("harmless",),
        pattern=r"pthread_setaffinity_np failed for thread: \d{1,9}",
        cause="ONNX Runtime wanted to tie its threads to processors that this container, or this batch system, does not give it. It works all the same.",
        fixes=fixes(
            "Nothing; `SessionOptions.intra_op_num_threads` set to a number keeps it quiet",
        ),
        reference=("loeeeee/immich-in-lxc#17",),
        example="[E:onnxruntime:Default, env.cc:254 ThreadMain] pthread_setaffinity_np failed for thread: 1234, index: 1, mask: {2, }, error code: 22",
        kind="harmless",
    ),
    Row(
        id="harmless-triton",
        seen=("harmless",),
        pattern=r"A matching Triton is not available, some optimizations will not be enabled\.?(?:.{0,400}?No module named 'triton')?",
        cause="xformers looked for triton, which torch's builds for Windows do not bring, and goes on without.",
        fixes=fixes(
            "Nothing",
        ),
        reference=("facebookresearch/xformers#1156",),
        example="A matching Triton is not available, some optimizations will not be enabled.\nError caught was: No module named 'triton'",
        kind="harmless",
    ),
    Row(
        id="harmless-flash-attention",
        seen=("harmless",),
        pattern=r"Torch was not compiled with flash attention",
        cause="This torch (mostly the one for Windows) has no FlashAttention built in, and computes attention in another of its own ways.",
        fixes=fixes(
            "Nothing",
        ),
        reference=("torch#108175",),
        example="UserWarning: 1Torch was not compiled with flash attention. (Triggered internally at aten\\src\\ATen\\native\\transformers\\cuda\\sdp_utils.cpp:263.)",
        kind="harmless",
    ),
    Row(
        id="harmless-hub",
        seen=("harmless",),
        pattern=r"cache-system uses symlinks by default to efficiently store|Xet Storage is enabled for this repo, but the 'hf_xet' package is not installed|You are sending unauthenticated requests to the HF Hub|`resume_download` is deprecated",
        cause="The hub's client says that it takes another way than it would like: without links (Windows), without Xet, without a token. Downloads work all the same.",
        fixes=fixes("Nothing; a token (HF_TOKEN), Windows' developer mode, or the package hf-xet keep it quiet"),
        reference=("https://huggingface.co/docs/huggingface_hub/how-to-cache",),
        example="UserWarning: `huggingface_hub` cache-system uses symlinks by default to efficiently store duplicated files but your machine does not support them in C:\\Users\\u\\.cache\\huggingface\\hub.",
        kind="harmless",
    ),
    Row(
        id="harmless-audioread",
        seen=("harmless",),
        pattern=r"PySoundFile failed\. Trying audioread instead",
        cause="librosa could not read that kind of file (m4a, mp4) with soundfile, and takes its second way, which is slower and calls ffmpeg.",
        fixes=fixes("Nothing, where no error follows; wav or flac files are read at once"),
        reference=("https://librosa.org/doc/latest/generated/librosa.load.html",),
        example="UserWarning: PySoundFile failed. Trying audioread instead.",
        kind="harmless",
    ),
    Row(
        id="harmless-semaphores",
        seen=("harmless",),
        pattern=r"resource_tracker: There appear to be \d{1,6} leaked (?:semaphore|shared_memory)",
        cause="A process ended without tidying up; Python does it in its place. If something failed, it stands above this line.",
        fixes=fixes("Nothing about this line"),
        reference=("https://docs.python.org/3/library/multiprocessing.shared_memory.html",),
        example="UserWarning: resource_tracker: There appear to be 1 leaked semaphore objects to clean up at shutdown",
        kind="harmless",
    ),
    Row(
        id="harmless-alsa",
        seen=("harmless",),
        pattern=r"ALSA lib (?!pcm\.c:\d{1,5}:\(snd_pcm_recover)\w{2,20}\.c:\d{1,5}:\(\w{3,60}\)|jack server is not running or cannot be started|Cannot connect to server socket err = No such file|JackShmReadWritePtr::",
        cause="PortAudio tries every kind of sound device that the system's settings name, and ALSA and JACK say which of them are not there.",
        fixes=fixes("Nothing, where sound is recorded; otherwise the error stands below these lines"),
        reference=("https://people.csail.mit.edu/hubert/pyaudio/",),
        example="ALSA lib pcm.c:2721:(snd_pcm_open_noupdate) Unknown PCM cards.pcm.rear",
        kind="harmless",
    ),
    Row(
        id="harmless-whisper-task",
        seen=("harmless",),
        pattern=r"also have set `?forced_decoder_ids`? to \[.{3,200}? which creates a conflict|Passing a tuple of `past_key_values` is deprecated|`logits_processor` has also been specified|Whisper did not predict an ending timestamp",
        cause="transformers tells what it does with Whisper's older settings; the text is not worse for it.",
        fixes=fixes("Nothing"),
        reference=("SWivid/F5-TTS#205",),
        example="You have passed task=transcribe, but also have set `forced_decoder_ids` to [[1, None], [2, 50359]] which creates a conflict. `forced_decoder_ids` will be ignored in favor of task=transcribe.",
        kind="harmless",
    ),
    Row(
        id="harmless-apex",
        seen=("harmless",),
        pattern=r"Apex was not found\. Using the lamb or fused_adam optimizer will error out|Megatron-?(?:LM|Core) (?:was )?not found|TransformerEngine was not found",
        cause="NeMo looked for parts that only training needs.",
        fixes=fixes("Nothing, for transcribing"),
        reference=("MahmoudAshraf97/whisper-diarization#54",),
        example="[NeMo W 2023-06-14 11:08:57 nemo_logging:393] Apex was not found. Using the lamb or fused_adam optimizer will error out.",
        kind="harmless",
    ),
    Row(
        id="harmless-triton-kernels",
        seen=("harmless",),
        pattern=r"Failed to launch Triton kernels, likely due to missing CUDA toolkit",
        cause="openai-whisper computes word times with a faster way, which needs triton and a CUDA toolkit, and takes a slower one where they are missing.",
        fixes=fixes("Nothing"),
        reference=("https://github.com/openai/whisper/blob/main/whisper/timing.py",),
        example="UserWarning: Failed to launch Triton kernels, likely due to missing CUDA toolkit; falling back to a slower median kernel implementation...",
        kind="harmless",
    ),
    Row(
        id="harmless-streamlit",
        seen=("harmless",),
        pattern=r"Tried to instantiate class '__path__\._path', but it does not exist",
        cause="Streamlit looks into every module for files to watch, torch's too, which answers so.",
        fixes=fixes("Nothing; `--server.fileWatcherType none` keeps it quiet"),
        reference=("https://docs.streamlit.io/develop/api-reference/configuration/config.toml",),
        example="RuntimeError: Tried to instantiate class '__path__._path', but it does not exist! Ensure that it is registered via torch::class_",
        kind="harmless",
    ),
)
