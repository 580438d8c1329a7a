"""ONNX Runtime, TensorRT, and ONNX models."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import GPU_BUILD, PATH, fixes

ROWS = (
    Row(
        id="ort-missing-scale",
        seen=("model",),
        pattern=r"TransposeDQWeightsForMatMulNBits Missing required scale|Missing required scale: \S{3,120}? for node: ",
        cause="ONNX Runtime 1.25, and some after it, can't load some models in 8 bits that they could before (Whisper's decoders of onnx-community, `uint8` and `q8`): their optimizer looks for a scale where there is none.",
        fixes=fixes(
            Advice("add", "The ONNX Runtime before that", requirements=("onnxruntime<1.25",), only=("onnxruntime>=1.25",)),
            Advice(
                "add",
                "The ONNX Runtime before that",
                requirements=("onnxruntime-gpu>=1.20,<1.25",),
                only=("onnxruntime-gpu>=1.25",),
            ),
            "Without pip's onnxruntime (Transformers.js 4, an app): another form of the decoder: `dtype: {encoder_model: 'fp32', decoder_model_merged: 'q4'}`, or `fp32`; or a newer release",
        ),
        reference=("microsoft/onnxruntime#28306", "huggingface/transformers.js#1707"),
        example="[ONNXRuntimeError] : 1 : FAIL : qdq_actions.cc:136 TransposeDQWeightsForMatMulNBits Missing required scale: model.decoder.embed_tokens.weight_merged_0_scale for node: model.decoder.embed_tokens.weight_transposed_DequantizeLinear",
    ),
    Row(
        id="onnxruntime-cudnn-8",
        seen=("library",),
        pattern=r"with error: (?P<library>libcudnn\.so\.8): cannot open shared object file",
        cause="This ONNX Runtime is built for cuDNN 8, and finds none: onnxruntime-gpu up to 1.18, or the one that sherpa-onnx and other packages bring. torch 2.4 and later, and today's images, have cuDNN 9, for which onnxruntime-gpu is built from 1.19 on. Until then it computes on the CPU.",
        fixes=fixes(
            Advice(
                "add",
                "The release for CUDA 12 and cuDNN 9",
                requirements=("onnxruntime-gpu>=1.19,<1.27",),
                only=("onnxruntime-gpu<1.19",),
            ),
            Advice(
                "say",
                "onnxruntime-gpu: a release for CUDA 12 and cuDNN 9 (`onnxruntime-gpu>=1.19,<1.27`)",
                unless=("onnxruntime-gpu",),
            ),
            "sherpa-onnx: its wheel for CUDA 12 (`+cuda12.cudnn9`), from its own index, not PyPI's",
            "Or stay, in an environment without torch 2.4 or later: cuDNN 8 (nvidia-cudnn-cu11 or -cu12 `==8.*`, for the build's CUDA)",
        ),
        reference=("zaigie/FunSpeech#2", "k2-fsa/sherpa-onnx#2446"),
        example="Failed to load library libonnxruntime_providers_cuda.so with error: libcudnn.so.8: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="onnxruntime-cuda-11",
        seen=("library",),
        pattern=r"with error: (?P<library>lib(?:cublasLt|cublas|cudart)\.so\.11(?:\.0)?|libcufft\.so\.10): cannot open shared object file",
        cause="What says so is built for CUDA 11 (it needs {library}): onnxruntime-gpu up to 1.18 from PyPI, or the ONNX Runtime that sherpa-onnx"
        " and other packages bring. Today's wheels are for CUDA 12 and 13.",
        fixes=fixes(
            Advice(
                "add",
                "onnxruntime-gpu from PyPI: a release for CUDA 12",
                requirements=("onnxruntime-gpu>=1.19,<1.27",),
                only=("onnxruntime-gpu<1.19",),
            ),
            Advice(
                "say",
                "onnxruntime-gpu: a release for CUDA 12, 1.19 to 1.26 (`onnxruntime-gpu>=1.19,<1.27`; 1.19 is the last for Python 3.8)",
                unless=("onnxruntime-gpu",),
            ),
            "sherpa-onnx: its wheel for CUDA 12 (`+cuda12.cudnn9`), from its own index, not PyPI's",
        ),
        reference=("stepfun-ai/Step-Audio-EditX#3", "k2-fsa/sherpa-onnx#2446"),
        example="Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.11: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="onnxruntime-no-kernel-packed",
        seen=("gpu",),
        pattern=r"(?:Non-zero status code returned while running|onnxruntime).{0,400}?(?:cudaErrorNoKernelImageForDevice|no kernel image is available for execution)",
        beside=("ort::logging", "VOICEVOX", "voicevox", "\\_MEI", "_internal\\", "UVR.py"),
        cause="The ONNX Runtime that this program brings has no code for this GPU: it is older than the GPU (Blackwell, RTX 50), or has dropped it. It is the program's own, and what pip installs does not reach it.",
        fixes=fixes(
            "A newer release of the program, whose ONNX Runtime knows the GPU (1.22 and later know Blackwell)",
            "Until then its mode for the CPU, or DirectML where it has one",
        ),
        reference=("VOICEVOX/voicevox_engine#1870",),
        example="ERROR ort::logging: Non-zero status code returned while running Gather node. Name:'Gather_3' Status Message: CUDA error cudaErrorNoKernelImageForDevice:no kernel image is available for execution on the device",
    ),
    Row(
        id="onnxruntime-not-onnx",
        seen=("model",),
        pattern=r"Load model from (?P<file>\S{1,200}?\.(?:engine|plan|trt|pt|pth|safetensors|gguf|bin|tflite|pb|json)) ?failed:",
        cause="{file} was given to ONNX Runtime, which reads models in ONNX's form (.onnx, .ort) alone: by its name it is another program's (`.engine`, `.plan`: a finished TensorRT engine; `.pt`, `.safetensors`: PyTorch's).",
        fixes=fixes(
            "The model's .onnx file, exported or downloaded; TensorRT is then chosen as a provider (TensorrtExecutionProvider), which makes its engine itself",
            "An .engine is run by TensorRT, or by the program that made it",
        ),
        reference=("ort#21841",),
        example="onnxruntime.capi.onnxruntime_pybind11_state.InvalidProtobuf: [ONNXRuntimeError] : 7 : INVALID_PROTOBUF : Load model from yolov8n.engine failed:Protobuf parsing failed.",
    ),
    Row(
        id="onnxruntime-no-kernel",
        seen=("gpu",),
        pattern=r"(?:Non-zero status code returned while running|onnxruntime).{0,400}?(?:cudaErrorNoKernelImageForDevice|no kernel image is available for execution)",
        cause="onnxruntime-gpu has no code for this GPU: its build is older than the GPU (Blackwell), or has dropped it.",
        fixes=fixes(
            Advice(
                "add",
                "A new GPU: upgrade (for CUDA 12)",
                requirements=("onnxruntime-gpu>=1.22,<1.27",),
                only=("onnxruntime-gpu<1.22",),
            ),
            Advice(
                "say",
                "A new GPU: upgrade, to onnxruntime-gpu 1.22 to 1.26 with CUDA 12's wheels, 1.28 and later with CUDA 13's",
                unless=("onnxruntime-gpu",),
            ),
            "An old GPU: an older onnxruntime-gpu, or CPUExecutionProvider",
        ),
        reference=("Comfy-Org/ComfyUI#10028",),
        follows=("onnxruntime-no-kernel-packed",),
        example="[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running Slice node. Name:'Slice_34' Status Message: CUDA"
        " error cudaErrorNoKernelImageForDevice:no kernel image is available for execution on the device",
    ),
    Row(
        id="onnxruntime-frontend",
        seen=("crash",),
        pattern=r"Failed to initialize CUDNN Frontend|CUDNN_FE failure \d{1,3}",
        cause="ONNX Runtime asked cuDNN for a way to compute, and cuDNN had none. Reported where cuDNN does not fit the GPU (too new or too old"
        " for it) and where two releases of cuDNN met; which of them it was is not settled.",
        fixes=fixes(
            Advice("call", "See which cuDNN would be loaded, and from where", flags=("--status",)),
            PATH,
            "The GPU must be one that this cuDNN supports: NVIDIA's support matrix tells",
            "After an update (of an image, of onnxruntime-gpu, of cuDNN): back to the release that worked, until one after it is out",
        ),
        reference=(
            "ort#23301",
            "ort#26274",
            "https://docs.nvidia.com/deeplearning/cudnn/backend/latest/reference/support-matrix.html",
        ),
        example="[ONNXRuntimeError] : 11 : EP_FAIL : Non-zero status code returned while running Conv node. Status Message: Failed to initialize"
        " CUDNN Frontend",
        shows="cudnn",
    ),
    Row(
        id="onnxruntime-driver",
        seen=("cpu",),
        when=("onnxruntime-gpu>=1.27 & @driver<580",),
        cause="onnxruntime-gpu is built for CUDA 13 from 1.27 on, which needs driver 580 or later; with this one its CUDA provider"
        " does not start, and sessions fall back to the CPU.",
        fixes=fixes(
            "Update the driver (on the host, for a container)",
            Advice(
                "add",
                "Or the last releases for CUDA 12",
                requirements=("onnxruntime-gpu>=1.20,<1.27", "nvidia-cublas-cu12", "nvidia-cufft-cu12"),
            ),
        ),
        reference=("measured",),
        kind="warning",
    ),
    Row(
        id="onnxruntime-cuda-13",
        seen=("cpu",),
        when=(
            "onnxruntime-gpu>=1.27 & !nvidia-cublas & !library:libcublas.so.13",
            "onnxruntime-gpu>=1.27 & !nvidia-cuda-runtime & !library:libcudart.so.13",
        ),
        cause="onnxruntime-gpu is built for CUDA 13 from 1.27 on, and that CUDA's libraries are not here: its CUDA provider does not"
        " load, and sessions fall back to the CPU.",
        fixes=fixes(
            Advice(
                "add",
                "Add them",
                requirements=(
                    *("nvidia-cuda-runtime", "nvidia-cublas", "nvidia-cufft", "nvidia-curand", "nvidia-cuda-nvrtc"),
                    "nvidia-cudnn-cu13==9.*",
                ),
                unless=("nvidia-cudnn-cu12", "@driver<580"),
            ),
            Advice(
                "add",
                "With CUDA 12's wheels, the last release for them",
                requirements=("onnxruntime-gpu>=1.20,<1.27",),
                only=("nvidia-cublas-cu12",),
            ),
            "Nothing, if only faster-whisper uses ONNX Runtime here: its voice detection asks for the CPU",
        ),
        reference=("measured",),
        kind="warning",
    ),
    Row(
        id="onnxruntime-curand",
        seen=("cpu",),
        when=("onnxruntime-gpu>=1.28 & torch>=2.15 & !nvidia-curand & !library:libcurand",),
        cause="onnxruntime-gpu's CUDA provider needs libcurand.so.10, which came with torch up to 2.14 and no longer comes with 2.15.",
        fixes=(Advice("add", "Add it", requirements=("nvidia-curand",)),),
        reference=("measured",),
        kind="warning",
    ),
    Row(
        id="onnxruntime-twice",
        seen=("cpu",),
        when=("onnxruntime & onnxruntime-gpu",),
        cause="onnxruntime and onnxruntime-gpu lay their files in the same folder: the one that was installed last counts, and"
        " removing either leaves the other without files. faster-whisper asks for onnxruntime.",
        fixes=fixes(
            "Nothing, if only faster-whisper uses ONNX Runtime here: its voice detection asks for the CPU",
            Advice(
                "replace",
                "Otherwise leave the one for the GPU alone",
                distributions=("onnxruntime",),
                requirements=("onnxruntime-gpu{onnxruntime}",),
            ),
            Advice("say", GPU_BUILD, unless=("onnxruntime-gpu",)),
        ),
        reference=("ort#26763", "measured"),
        kind="warning",
    ),
    Row(
        id="onnxruntime-gone",
        seen=("module",),
        pattern=r"module 'onnxruntime' has no attribute '(?:InferenceSession|SessionOptions|get_available_providers|get_device|GraphOptimizationLevel|OrtValue|__version__)'"
        r"|cannot import name '(?:InferenceSession|SessionOptions|get_available_providers)' from 'onnxruntime'|cannot import name '\w{3,40}' from 'onnxruntime' \(unknown location\)|No module named 'onnxruntime\.capi",
        cause="onnxruntime is half gone: it and onnxruntime-gpu lay their files in the same folder, and taking one of them out took files of the other along. A file"
        " or folder of the program's own that is called onnxruntime does it too.",
        fixes=(
            Advice(
                "replace",
                "Both are installed: leave one alone",
                distributions=("onnxruntime",),
                requirements=("onnxruntime-gpu{onnxruntime}",),
                only=("onnxruntime", "onnxruntime-gpu"),
            ),
            Advice("reinstall", "Install its files again", requirements=("onnxruntime-gpu=={ortgpu}",), only=("!onnxruntime",)),
            Advice("reinstall", "Install its files again", requirements=("onnxruntime=={ort}",), only=("!onnxruntime-gpu",)),
            Advice(
                "say",
                "`pip uninstall -y onnxruntime onnxruntime-gpu`, both, and then install the one that is meant alone: onnxruntime-gpu for an NVIDIA GPU",
                unless=("onnxruntime", "onnxruntime-gpu"),
            ),
        ),
        reference=("ort#26763", "measured"),
        example="AttributeError: module 'onnxruntime' has no attribute 'InferenceSession'",
    ),
    Row(
        id="onnx-newer",
        seen=("install", "model"),
        pattern=r"Unsupported model IR version: (?P<model>\d{1,2})|[Oo]pset \d{1,2} is under development|The requested API version \[\d{1,3}\] is not available|ONNX Runtime only \*guarantees\* support for models stamped with official released onnx opset|Could not find an implementation for \w{2,40}\(\d{1,2}\) node",
        cause="The model, or the program, is made for a newer ONNX Runtime than the one that is loaded, or for an operation that this build does not have.",
        fixes=fixes(
            "Upgrade onnxruntime (or onnxruntime-gpu), as far as this Python and this CUDA allow",
            "Or an older file of the model, if there is one",
        ),
        reference=("https://onnxruntime.ai/docs/reference/compatibility.html",),
        example="[ONNXRuntimeError] : 1 : FAIL : Load model from x.onnx failed: Unsupported model IR version: 10, max supported IR version: 9",
    ),
    Row(
        id="onnxruntime-argument",
        seen=("install",),
        pattern=r"This ORT build has \[.{3,200}?\] enabled\. Since ORT 1\.9, you are required to explicitly set the providers",
        cause="The program is older than its ONNX Runtime, which from 1.9 on wants to be told the providers.",
        fixes=fixes(
            "Upgrade the program or package that makes the session (insightface: 0.7 and later)",
            "A program of your own: `InferenceSession(path, providers=['CUDAExecutionProvider', 'CPUExecutionProvider'])`",
        ),
        reference=("deepinsight/insightface#1861",),
        example="ValueError: This ORT build has ['AzureExecutionProvider', 'CPUExecutionProvider'] enabled. Since ORT 1.9, you are required to explicitly set the providers parameter",
    ),
    Row(
        id="onnx-input",
        seen=("model",),
        pattern=r"INVALID_ARGUMENT : (?:Invalid (?:Output|Feed Input) Name|Got invalid (?:dimensions|rank) for input|Unexpected input data type)|are missing from input feed \(|OpKernelContext::Input\(int\) const.{0,80}?Missing Input: (?P<input>[\w./:-]{1,60})",
        cause="The model does not have the inputs or outputs that the program names, or wants them in another form: the file is another model, or another version of it, than the program was"
        " written for. It is not a matter of the installation.",
        fixes=fixes(
            "The model's file that the program's documentation names: delete the old one, and load it again; or upgrade the program",
            Advice(
                "run",
                "What the model wants",
                command="{python} -c \"import onnxruntime as o; s = o.InferenceSession('MODEL.onnx', providers=['CPUExecutionProvider']); print([(i.name, i.shape, i.type) for i in s.get_inputs()], [x.name for x in s.get_outputs()])\"",
            ),
        ),
        reference=("SthPhoenix/InsightFace-REST#100",),
        example="[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Invalid Feed Input Name:sr",
    ),
    Row(
        id="tensorrt-tensor-name",
        seen=("model",),
        pattern=r"Given invalid tensor name: (?P<tensor>[\w/:-]{1,80})",
        cause="The program sets a tensor of the TensorRT engine by a name, `{tensor}`, that this engine does not have: the engine was made from another release of the model, or of the program, or TensorRT left out an input that nothing uses.",
        fixes=fixes(
            "Delete the engine's file, and have the program build it anew",
            "Where it comes again: the releases of the program, of the package that defines the model (openai-whisper for whisper_trt) and of TensorRT that its documentation names",
        ),
        reference=(
            "dusty-nv/jetson-containers#904",
            "https://docs.nvidia.com/deeplearning/tensorrt/latest/inference-library/python-api-docs.html",
        ),
        example="[TRT] [E] IExecutionContext::setTensorAddress: Error Code 3: Internal Error (Given invalid tensor name: mask. Get valid tensor names with getIOTensorName())",
    ),
    Row(
        id="tensorrt-engine",
        seen=("gpu", "model"),
        pattern=r"engine plan file is (?:not compatible with this version of TensorRT|generated on an incompatible device)|Serialization assertion .{0,80}? failed|plan file was not compiled|Engine deserialization failed|deserializeCudaEngine.{0,80}?(?:failed|Error Code)",
        cause="A finished TensorRT engine was loaded that another release of TensorRT made, or another kind of GPU: it runs on none but its own.",
        fixes=fixes(
            "Delete the engine's file (or the provider's cache), and have it built anew on this machine",
        ),
        reference=("https://docs.nvidia.com/deeplearning/tensorrt/latest/inference-library/advanced.html",),
        example="[TRT] [E] 6: The engine plan file is not compatible with this version of TensorRT, expecting library version 10.3.0 got 8.6.1, please rebuild.",
    ),
    Row(
        id="onnxruntime-cudart-13",
        seen=("library",),
        pattern=r"onnxruntime[/\\]capi[/\\].{0,300}?ImportError: libcudart\.so\.13: cannot open shared object file",
        cause="onnxruntime-gpu 1.27.0 opens CUDA 13's runtime as soon as it is imported, even for the CPU alone. 1.26 and before are for CUDA 12;"
        " 1.28 and later are imported without it.",
        fixes=(
            Advice(
                "add", "With CUDA 12 (torch's, or the image's): a release for it", requirements=("onnxruntime-gpu>=1.20,<1.27",)
            ),
            Advice(
                "add",
                "With CUDA 13: the next one",
                requirements=("onnxruntime-gpu>=1.28",),
                unless=("@driver<580", "@cuda==12"),
            ),
        ),
        reference=("ort#29500", "ort#29590", "ebongard/renfield#932"),
        applies=("onnxruntime-gpu>=1.27,<1.28",),
        example='File "/venv/lib/python3.11/site-packages/onnxruntime/capi/_pybind_state.py", line 32, in <module>\n'
        "    from .onnxruntime_pybind11_state import *  # noqa\nImportError: libcudart.so.13: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="onnxruntime-library-program",
        seen=("library",),
        pattern=r"Failed to load library (?!\S{0,200}?capi/lib)/\S{1,200}?/libonnxruntime_providers_(?:cuda|tensorrt)\.so with error: (?P<library>lib(?!cuda\.so|nvinfer|nvonnxparser|cublasLt\.so\.11|cublas\.so\.11|cudnn\.so\.8|cufft\.so\.10|cudart\.so\.11)[\w+-]{2,40}?\.so\.\d{1,2})"
        r": cannot open shared object file",
        cause="ONNX Runtime's provider for the GPU, which the program brings with it, is built for {library}, of exactly that number, and the loader does"
        " not find it; a newer CUDA beside it does not serve. The provider is no part of a Python environment, whose wheels it does not look into.",
        fixes=fixes(
            "CUDA's runtime libraries of that number, and cuDNN 9, where the loader looks: NVIDIA's packages for the system, which lie beside those of another CUDA",
            "Or the build of the program (or of ONNX Runtime in it) that is made for the CUDA that is here",
        ),
        reference=("pykeio/ort#548", "https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html"),
        example="FAIL : Failed to load library /srv/app/target/release/libonnxruntime_providers_cuda.so with error: libcublasLt.so.12:"
        " cannot open shared object file: No such file or directory",
        follows=("libcuda-missing",),
    ),
    Row(
        id="ort-fused-conv",
        seen=("gpu",),
        pattern=r"cudnnAddTensor\((?:Base::CudnnHandle\(\)|cudnnHandle), ?&alpha, ?Base::s_\.z_tensor|running FusedConv node\..{0,160}?CUDNN_STATUS_BAD_PARAM",
        cause="ONNX Runtime joins a convolution with what follows it (FusedConv), and its CUDA provider cannot compute this model's so: a limit of it, met with silero's voice detection (sherpa-onnx, silero-vad), QuartzNet and others. CUDA and cuDNN are in order.",
        fixes=fixes(
            'That model on the CPU (CPUExecutionProvider; sherpa-onnx: `provider="cpu"` for the VAD), the others on the GPU: silero\'s VAD is faster there anyway',
            "A program of one's own, a larger model: `graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC` in the session's options, which leaves such nodes apart",
        ),
        reference=("snakers4/silero-vad#301", "k2-fsa/sherpa-onnx#2100", "k2-fsa/sherpa-onnx#1898", "ort#12321"),
        example="[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running FusedConv node. Name:'Conv_139' Status Message: CUDNN failure 3: CUDNN_STATUS_BAD_PARAM ; GPU=0 ; hostname=host ; expr=cudnnAddTensor(Base::CudnnHandle(), &alpha, Base::s_.z_tensor, Base::s_.z_data, &alpha, Base::s_.y_tensor, Base::s_.y_data);",
    ),
    Row(
        id="onnxruntime-library",
        seen=("library",),
        pattern=r"Failed to load library (?:\S{0,200}?capi/)?libonnxruntime_providers_(?:cuda|tensorrt)\.so with error: (?P<library>lib(?!cuda\.so|nvinfer|nvonnxparser|cublasLt\.so\.11|cublas\.so\.11|cudnn\.so\.8|cufft\.so\.10|cudart\.so\.11)[\w+-]{2,40}?\.so\.\d{1,2})"
        r": cannot open shared object file",
        cause="onnxruntime-gpu's provider for the GPU needs {library}, which is not installed, or not found: it does not look in the"
        " environment's own wheels unless something has loaded them before. The session falls back to the CPU.",
        fixes=fixes(
            Advice("heal", "cudnn-heal loads the environment's wheels when onnxruntime is imported, where there is a GPU"),
            Advice("add", "The library must be installed", requirements=("{wheel}",), only=("!{wheel}",)),
            "The library must be installed: {wheels}",
            "Without cudnn-heal, before the session is made: `import torch`, or `onnxruntime.preload_dlls()` (1.21 and later)",
            "Nothing, if only faster-whisper uses ONNX Runtime here: its voice detection asks for the CPU",
        ),
        reference=("danielgatis/rembg#841", "ort#24719", "Holasyb918/HeyGem-Linux-Python-Hack#54", "measured"),
        part=("onnxruntime", ""),
        example="[E:onnxruntime:Default, provider_bridge_ort.cc:2195 TryGetProviderInfo_CUDA] /onnxruntime_src/onnxruntime/core/"
        "session/provider_bridge_ort.cc:1778 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 :"
        " FAIL : Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared object"
        " file: No such file or directory",
        follows=("libcuda-missing",),
    ),
    Row(
        id="tensorrt-library",
        seen=("library",),
        pattern=r"libonnxruntime_providers_tensorrt\.so with error: (?P<library>libnv(?:infer|onnxparser)\w{0,10}\.so\.(?P<major>\d{1,2}))"
        r"|(?:LoadLibrary failed with error|Error loading).{0,200}?onnxruntime_providers_tensorrt\.dll|Please install TensorRT libraries as mentioned",
        cause="ONNX Runtime's TensorRT provider needs TensorRT's libraries (libnvinfer; on Windows nvinfer_10.dll), which are not installed, or not found: no"
        " wheel of onnxruntime asks for them. Nothing but a program that names TensorrtExecutionProvider needs them; it goes on with the next provider of its list.",
        fixes=fixes(
            "Leave TensorrtExecutionProvider out of the program's list of providers",
            Advice(
                "add",
                "Or install TensorRT, for a provider of CUDA 12 (onnxruntime-gpu 1.20 to 1.26)",
                requirements=("tensorrt-cu12-libs=={major}.*",),
                only=("onnxruntime-gpu<1.27",),
            ),
            Advice(
                "add",
                "Or install TensorRT, for a provider of CUDA 13 (onnxruntime-gpu 1.28 and later)",
                requirements=("tensorrt-cu13-libs=={major}.*",),
                only=("onnxruntime-gpu>=1.28",),
            ),
        ),
        reference=("ort#18597", "FocoosAI/focoos#143", "measured"),
        example="[ONNXRuntimeError] : 1 : FAIL : Failed to load library libonnxruntime_providers_tensorrt.so with error:"
        " libnvinfer.so.10: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="onnxruntime-cudnn",
        seen=("gpu",),
        pattern=r"cuDNN is unavailable or disabled for CUDA Execution Provider",
        cause="The CUDA provider opens cuDNN by name once an operator needs it (Conv, say), and does not find it: its wheel is not"
        " installed, or nothing has loaded it.",
        fixes=fixes(
            Advice("heal", "cudnn-heal loads the environment's wheels when onnxruntime is imported, where there is a GPU"),
            Advice(
                "add",
                "cuDNN must be installed, for CUDA 13 (onnxruntime-gpu 1.28 and later)",
                requirements=("nvidia-cudnn-cu13==9.*",),
                only=("onnxruntime-gpu>=1.28", "!nvidia-cudnn-cu13", "!nvidia-cudnn-cu12"),
            ),
            "Without cudnn-heal, before the session is made: `import torch`, or `onnxruntime.preload_dlls()`",
        ),
        reference=("ort#21684", "measured"),
        part=("onnxruntime", ""),
        example="[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running Conv node. Status Message: cuDNN is"
        " unavailable or disabled for CUDA Execution Provider: dlopen failed for libcudnn.so",
    ),
    Row(
        id="onnxruntime-provider",
        seen=("cpu",),
        pattern=r"Failed to create (?P<provider>CUDA|Tensorrt)ExecutionProvider(?:\. Requires? cuDNN (?P<cudnn>\d{1,2})\.\* and CUDA (?P<cuda>\d{1,2})\.\*)?",
        cause="ONNX Runtime could not load its {provider} provider and goes on without; the line before this one tells which library"
        " was missing.",
        fixes=fixes(
            "This build wants cuDNN {cudnn} and CUDA {cuda}: another major version beside it does not serve it; with that one take the build of ONNX Runtime that is made for it",
            "Look for a line with `Failed to load library` above it, and explain that one",
            Advice("call", "Which libraries the environment has, and how each package is served", flags=("--status",)),
        ),
        reference=("Holasyb918/HeyGem-Linux-Python-Hack#54", "ort#12639"),
        example="[W:onnxruntime:Default, onnxruntime_pybind_state.cc:965 CreateExecutionProviderInstance] Failed to create"
        " CUDAExecutionProvider. Require cuDNN 9.* and CUDA 12.*. Please install all dependencies as mentioned in the GPU"
        " requirements page",
        follows=(
            "onnxruntime-cudnn-8",
            "onnxruntime-cuda-11",
            "onnxruntime-library",
            "tensorrt-library",
            "libcuda-missing",
            "driver-missing-or-old",
            "no-device",
        ),
        kind="warning",
    ),
    Row(
        id="onnxruntime-provider-unset",
        seen=("cpu",),
        pattern=r"Attempt to set CUDAExecutionProvider failed\. Current providers: \['CPUExecutionProvider'\]",
        cause="The session was made, and ONNX Runtime took the CPU for it: either the onnxruntime that is imported is the one for the CPU, or its provider for CUDA did not start, for which it then prints a line of its own (`Failed to load library`, `CUDA failure`).",
        fixes=fixes(
            Advice(
                "run",
                "Which of the two: without CUDAExecutionProvider in this list it is the one for the CPU",
                command='{python} -c "import onnxruntime; print(onnxruntime.__version__, onnxruntime.get_available_providers())"',
            ),
            GPU_BUILD,
            "Otherwise explain ONNX Runtime's own line; from PyPI itself onnxruntime-gpu is for CUDA 12 from 1.19 on, and needs no other index",
        ),
        reference=("OBAA/fastembed-server#1",),
        example="RuntimeWarning: Attempt to set CUDAExecutionProvider failed. Current providers: ['CPUExecutionProvider'].If you are using CUDA 12.x, install onnxruntime-gpu via `pip install onnxruntime-gpu`",
        kind="warning",
    ),
    Row(
        id="onnxruntime-cpu-only",
        seen=("cpu",),
        pattern=r"Specified provider 'CUDAExecutionProvider' is not in available provider names"
        r"|\['AzureExecutionProvider', 'CPUExecutionProvider'\](?=.{0,600}?CUDA)|get_available_providers\(\) (?:\[Out\])?\['AzureExecutionProvider', 'CPUExecutionProvider'\]"
        r"|Onnxruntime not found or doesn't come with acceleration providers|CUDAExecutionProvider(?: is)? not (?:availi?able|avaiable|found|supported|in)|CUDA is not available in (?:ONNX ?Runtime|onnxruntime)|CUDA execution provider is either not enabled|CUDAExecutionProvider is available, but the inference part is automatically shifted|CUDA Provider not available|Unknown Provider Type: CUDAExecutionProvider"
        r"|--execution-providers?: invalid choice: '(?:cuda|tensorrt)'",
        cause="The onnxruntime that is imported is the one for the CPU. onnxruntime and onnxruntime-gpu lay their files in the same"
        " folder: the one that was installed last counts, and faster-whisper asks for onnxruntime.",
        fixes=fixes(
            "Nothing, if only faster-whisper uses ONNX Runtime here: its voice detection asks for the CPU",
            Advice(
                "replace",
                "Otherwise leave the one for the GPU alone",
                distributions=("onnxruntime",),
                requirements=("onnxruntime-gpu{onnxruntime}",),
                only=("onnxruntime",),
            ),
            GPU_BUILD,
        ),
        reference=("ort#26763", "TaterTotterson/microWakeWord-Trainer-Nvidia-Docker#1", "measured"),
        example="UserWarning: Specified provider 'CUDAExecutionProvider' is not in available provider names.Available providers:"
        " 'AzureExecutionProvider, CPUExecutionProvider'",
        applies=("onnxruntime",),
        kind="warning",
    ),
    Row(
        id="onnx-external-data",
        seen=("model",),
        pattern=r"GetFileLength for (?P<file>\S{2,200}?) failed|External data path (?:does not exist|validation failed|for \S{1,80} )|(?:Failed|unable) to (?:open|load) external data|model_path must not be empty\. Ensure that a path is provided|Tensor .{1,80}? external .{0,60}?not (?:exist|found)",
        cause="A large ONNX model has its weights in a second file (model.onnx_data, .data), which is not beside it, has another name than the model says, or was not downloaded to its end.",
        fixes=fixes(
            "Download every file of the model's folder, and keep them together, with their names",
            "A model that is given as bytes (from memory) can't find the second file: give its path",
        ),
        reference=(
            "https://onnxruntime.ai/docs/tutorials/web/large-models.html",
            "https://onnx.ai/onnx/repo-docs/ExternalData.html",
        ),
        example="[ONNXRuntimeError] : 1 : FAIL : Load model failed: GetFileLength for model.onnx_data failed:Invalid fd was supplied: -1",
    ),
    Row(
        id="onnx-graph-capture",
        seen=("gpu",),
        pattern=r"This session cannot use the graph capture feature as requested",
        cause="The program asks ONNX Runtime for CUDA graphs (enable_cuda_graph), which only work where every part of the model runs on that provider; here some do not.",
        fixes=fixes("Without the option `enable_cuda_graph`; or a model, and a type, of which every part runs on the GPU"),
        reference=("https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html",),
        example="[ONNXRuntimeError] : 1 : FAIL : This session cannot use the graph capture feature as requested by the user as all the graph nodes have not been partitioned to the CUDAExecutionProvider",
    ),
)
