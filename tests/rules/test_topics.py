"""What a paper is about."""

import pytest

from bot.rules.topics import TOPICS, topic


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", "language models"),
        ("Video-to-Video Synthesis", "video and motion"),
        ("Large Scale GAN Training for High Fidelity Natural Image Synthesis", "generative models"),
        ("Mask R-CNN for Object Detection", "detection and segmentation"),
        ("A Survey of Multi-Agent LLMs", "agents"),
        ("Denoising Diffusion Probabilistic Models", "generative models"),
        ("Relational Inductive Biases, Deep Learning, and Graph Networks", "graphs"),
        ("Vision-Language Models Learn to Prompt", "language models"),
        ("Organ Ganglion Context", ""),
        ("", ""),
    ],
)
def test_titles_name_their_topic(title: str, found: str) -> None:
    assert topic(title) == found


def test_tasks_speak_where_the_title_is_silent() -> None:
    assert topic("Attention Is All You Need", ["Machine Translation"]) == "translation and text"
    assert topic("A GAN", ["Machine Translation"]) == "generative models"


def test_each_phrase_stands_once_and_as_folded_words() -> None:
    phrases = [phrase for said in TOPICS.values() for phrase in said.split(", ")]
    assert len(phrases) == len(set(phrases))
    assert [phrase for phrase in phrases if not phrase.replace(" ", "").isalnum() or phrase != phrase.lower()] == []
