"""What a paper is about, in a reader's word: by its title, or by the tasks that the archive gives it.

A paper has one topic, the first of the table that its title names, so that the shares of all topics add up; what is
particular stands before what is general.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from bot.domain.text import singular, words

# Topic: the phrases that name it, as folded words; each also stands for its plural. To be kept readable.
TOPICS: Final[dict[str, str]] = {
    "agents": "llm agent, language agent, agentic, multi agent, multiagent, tool use, computer use, "
    "web agent, gui agent",
    "language models": "language model, llm, gpt, bert, chatbot, instruction tuning, in context learning, "
    "prompting, prompt, chain of thought, large language, pretrained language, rlhf, "
    "preference optimization",
    "vision and language": "vision language, visual language, vlm, image captioning, captioning, visual question, "
    "vqa, multimodal, multi modal, image text, text to image retrieval, mllm, "
    "visual grounding",
    "generative models": "diffusion, gan, generative, text to image, text to video, image generation, "
    "video generation, image synthesis, autoencoder, normalizing flow, flow matching, "
    "score matching, style transfer, inpainting, super resolution, image translation",
    "3D and rendering": "3d, nerf, radiance field, gaussian splatting, point cloud, depth estimation, novel view, "
    "slam, mesh, stereo",
    "video and motion": "video, action recognition, optical flow, tracking, motion, human pose, pose estimation",
    "detection and segmentation": "object detection, detection, detector, segmentation, saliency, "
    "semantic segmentation",
    "recognition of images": "image classification, image recognition, imagenet, face recognition, face, person re, "
    "re identification, convolutional, image retrieval, visual recognition, "
    "vision transformer, ocr",
    "robotics": "robot, robotic, manipulation, locomotion, autonomous driving, self driving, navigation, "
    "grasping, drone",
    "reinforcement learning": "reinforcement, rl, policy gradient, q learning, bandit, imitation learning, "
    "actor critic, markov decision",
    "translation and text": "translation, summarization, question answering, dialogue, dialog, sentiment, "
    "named entity, text classification, parsing, entailment, reading comprehension, "
    "word embedding, text generation, linguistic, nlp, information extraction, "
    "relation extraction, natural language, multilingual, document, text, sentence",
    "speech and audio": "speech, speaker, audio, music, voice, sound, acoustic",
    "retrieval and recommendation": "retrieval, recommendation, recommender, collaborative filtering, ranking, search, "
    "rag, click through",
    "graphs": "graph, gnn, knowledge graph, node classification, link prediction, molecule, molecular",
    "medicine and biology": "medical, clinical, mri, ct, pathology, cancer, protein, gene, genomic, drug, patient, "
    "radiology, ecg, eeg, biomedical, health",
    "code and mathematics": "code generation, program synthesis, software, theorem proving, mathematical reasoning, "
    "formal, code, programming",
    "time series": "time series, forecasting, anomaly detection, traffic, weather, temporal",
    "safety and robustness": "adversarial, robustness, robust, attack, backdoor, jailbreak, safety, alignment, "
    "fairness, bias, privacy, private, unlearning, watermark, hallucination",
    "efficiency": "quantization, pruning, compression, distillation, efficient, acceleration, sparse, "
    "low rank, federated, distributed, architecture search, hardware, edge, memory",
    "learning with less": "few shot, zero shot, self supervised, semi supervised, unsupervised, contrastive, "
    "representation learning, transfer learning, domain adaptation, meta learning, continual, "
    "active learning, domain generalization, weakly supervised",
    "theory and optimization": "convergence, gradient descent, bound, theory, optimization, bayesian, kernel, "
    "gaussian process, variational, sampling, causal, estimation, generalization, "
    "monte carlo, inference",
}
_NAMES: Final = tuple(TOPICS)


def _by_first() -> dict[str, list[tuple[list[str], int]]]:
    """Under the first word of each phrase its words, and its topic's place in the table."""
    found: dict[str, list[tuple[list[str], int]]] = defaultdict(list)
    for rank, said in enumerate(TOPICS.values()):
        for phrase in said.split(", "):
            parts = [singular(word) for word in phrase.split()]
            found[parts[0]].append((parts, rank))
    return dict(found)


_PHRASES: Final = _by_first()


def topic(title: str, tasks: Iterable[str] = ()) -> str:
    """The topic of a paper by its title, else by its tasks; "" where neither names one."""
    for text in (title, *tasks):
        if (rank := min(_ranks([singular(word) for word in words(text)]), default=None)) is not None:
            return _NAMES[rank]
    return ""


def _ranks(said: list[str]) -> Iterator[int]:
    for at, word in enumerate(said):
        for parts, rank in _PHRASES.get(word, ()):
            if said[at : at + len(parts)] == parts:
                yield rank
