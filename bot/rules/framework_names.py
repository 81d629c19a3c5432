"""The frameworks that are told apart, and which packages and modules speak for them. One table, to be kept readable."""

from typing import Final

# The frameworks in the order in which they come where nothing else decides, each with the packages and modules that
# are it or that can't do without it. TensorFlow stands behind those whose users have it at hand for its data sets, its
# boards or as a comparison.
_THEMSELVES: Final[dict[str, str]] = {
    "pytorch": "torch pytorch pytorch-cpu pytorch-gpu pytorch-cuda libtorch torch-nightly torch-cpu torch-gpu",
    "jax": "jax jaxlib flax haiku dm-haiku optax chex equinox distrax objax trax rlax numpyro brax penzai",
    "mindspore": "mindspore mindspore-gpu mindspore-ascend mindspore-cpu",
    "paddle": "paddle paddlepaddle paddlepaddle-gpu paddlepaddle-npu",
    "mxnet": "mxnet gluoncv gluonnlp",
    "tensorflow": "tensorflow tensorflow-gpu tensorflow-cpu tensorflow-macos tensorflow-rocm tensorflow-intel "
    "tensorflow-directml tensorflow-addons tensorflow.keras intel-tensorflow tf-nightly tf-keras tf-agents tf-slim "
    "tflearn",
    "torch": "lua:torch lua:nn lua:cutorch lua:cunn lua:cudnn lua:nngraph lua:optim lua:image",
    "caffe2": "caffe2",
    "caffe": "caffe pycaffe caffe-gpu",
    "chainer": "chainer chainercv chainerrl",
    "theano": "theano theano-pymc lasagne aesara",
    "cntk": "cntk cntk-gpu",
    "dynet": "dynet dynet38",
    "oneflow": "oneflow",
    "megengine": "megengine",
    "jittor": "jittor",
    "mlx": "mlx mlx-lm",
    "tinygrad": "tinygrad",
    "flax": "flax",
    "keras": "keras tensorflow.keras tf-keras keras-nightly keras-core keras-hub keras-nlp keras-cv keras-contrib",
    "sklearn": "sklearn scikit-learn",
}
# What is hardly used without a framework, but may stand beside another one.
_COMPANIONS: Final[dict[str, str]] = {
    "pytorch": "lightning timm fairseq accelerate peft trl deepspeed apex kornia detectron2 mmcv mmcv-full mmdet "
    "mmengine monai e3nn botorch gpytorch pyro-ppl dgl ogb allennlp sentence-transformers flash-attn xformers "
    "bitsandbytes vllm stable-baselines3 skorch captum diffusers ptflops thop axolotl nemo-toolkit speechbrain espnet",
    "tensorflow": "tensor2tensor gpflow dm-sonnet sonnet stable-baselines mesh-tensorflow",
    "jax": "jax-index blackjax orbax diffrax",
    "keras": "autokeras",
    "paddle": "paddlenlp paddleslim paddleseg paddledet ppdet paddlehub",
    "mindspore": "mindformers mindcv mindnlp",
}
# They only begin like companions: boards that all frameworks use, a reader of what Lua's Torch wrote.
_NEITHER: Final = frozenset("torchfile torchinfo tensorflow-tensorboard tensorflow-metadata tensorflow-io".split())
_PREFIXES: Final = (
    ("mxnet-", "mxnet"),
    ("tf-nightly-", "tensorflow"),
    ("tensorflow-", "tensorflow"),
    ("keras-", "keras"),
    ("torch", "pytorch"),  # torchvision, torch-scatter
    ("pytorch-", "pytorch"),
)
_OWN_PREFIXES: Final = ("mxnet-", "tf-nightly-")  # builds of the framework itself: mxnet-cu80
_SUFFIXES: Final = (("-pytorch", "pytorch"), ("-torch", "pytorch"))

STRONG: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(known for known, names in _THEMSELVES.items() if name in names.split())
    for name in " ".join(_THEMSELVES.values()).split()
}
_WEAK: Final = {name: known for known, names in _COMPANIONS.items() for name in names.split()}
JAX_LIBRARIES: Final = frozenset(_THEMSELVES["jax"].split()) - {"jax", "jaxlib"}


def spoken_for(name: str) -> tuple[tuple[str, ...], bool]:
    """The frameworks that a package or module (lower case, hyphens) speaks for, and whether that is proof of them."""
    if name in STRONG:
        return STRONG[name], True
    if name in _NEITHER:
        return (), False
    known = _WEAK.get(name) or next((known for start, known in _PREFIXES if name.startswith(start)), None)
    known = known or next((known for end, known in _SUFFIXES if name.endswith(end)), None)
    return ((known,), name.startswith(_OWN_PREFIXES)) if known else ((), False)


def order(framework: str) -> int:
    """Where a framework stands among those that are used as much."""
    return _ORDER[framework]


_ORDER: Final = {name: at for at, name in enumerate(_THEMSELVES)}
