"""Where a leaf could be carried out: a dated table, every row of which may be out of date.

A row says what was found and when; none is claimed to be current. No prices stand here: they are
the owner's (`cost.prices`).
"""

from dataclasses import dataclass

ASKING = ("prompt", "few-shot", "rag")
TUNING = ("fine-tune", "fine-tune-smaller", "combine")
AGAIN = "Offers come and go: check a row again before you choose by it."


@dataclass(frozen=True)
class Provider:
    """What one place offers, as it was found on the day it was checked."""

    name: str
    asking: str  # a model that answers prompts; "" where this was not looked up
    tuning: str  # "" where it offers none
    ends: str  # announced ends, "" where none was found
    leaves: bool  # whether your data leaves your own machines
    checked: str
    source: str


@dataclass(frozen=True)
class Place:
    """A provider under one leaf."""

    name: str
    can: str  # yes | no | closing | not looked up
    how: str
    ends: str
    leaves: bool
    checked: str
    source: str


PROVIDERS = (
    Provider(
        "Your own machines",
        "This app's base, or any Hugging Face causal model from a folder.",
        "The Train page; the adapter and the merged model are files of yours.",
        "",
        False,
        "with this version",
        "the Train and Settings pages",
    ),
    Provider(
        "Hugging Face",
        "Inference Endpoints, which can scale to zero.",
        "Jobs run the training script that this app hands over, on prepaid credit.",
        "",
        True,
        "November 2026",
        "huggingface_hub 1.33: run_uv_job, create_inference_endpoint",
    ),
    Provider(
        "Google",
        "",
        "Supervised tuning of Gemini models on the Agent Platform (formerly Vertex). The Gemini "
        "API itself has offered none since May 2025.",
        "",
        True,
        "20 November 2026",
        "docs.cloud.google.com, reference/models/tuning; ai.google.dev, model-tuning",
    ),
    Provider(
        "Together",
        "An endpoint that speaks OpenAI's protocol: connect it under Settings.",
        "LoRA and full, priced by tokens and epochs; weights can be downloaded, and adapters "
        "brought along to a dedicated endpoint.",
        "",
        True,
        "20 November 2026",
        "docs.together.ai, fine-tuning/overview and fine-tuning-pricing",
    ),
    Provider(
        "Fireworks",
        "An endpoint that speaks OpenAI's protocol: connect it under Settings.",
        "Priced by training tokens; an adapter is served on a dedicated deployment only.",
        "",
        True,
        "20 November 2026",
        "docs.fireworks.ai, fine-tuning/deploying-loras",
    ),
    Provider(
        "OpenAI",
        "Its API: connect it under Settings.",
        "Closed to organisations that never tuned (7 May 2026) or had not used a tuned model for "
        "60 days (2 July 2026).",
        "New jobs end for everyone on 6 January 2027; the GPT-4o and 4.1 families, and what was "
        "tuned from them, on 14 January 2027.",
        True,
        "20 November 2026",
        "developers.openai.com, deprecations (notice of 7 May 2026); days of January by third "
        "parties that agree",
    ),
)


def places(leaf: str) -> tuple[Place, ...]:
    """Every provider under a leaf, those that can first; none where nothing is to be shipped."""
    if leaf not in (*ASKING, *TUNING):
        return ()
    found = [_place(one, leaf in TUNING) for one in PROVIDERS]
    order = ("yes", "closing", "not looked up", "no")
    return tuple(sorted(found, key=lambda one: order.index(one.can)))


def _place(one: Provider, tuning: bool) -> Place:
    how = one.tuning if tuning else one.asking
    can = (
        "closing" if tuning and one.ends else "yes" if how else "no" if tuning else "not looked up"
    )
    return Place(
        one.name, can, how, one.ends if tuning else "", one.leaves, one.checked, one.source
    )
