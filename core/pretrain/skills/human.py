"""What people wrote: questions on stories, public task sets, utterances with their slots."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from core.pretrain import corpora
from core.pretrain.skills import instructions, labels, questioning, reading, rewriting
from core.pretrain.skills.drawing import ABSTENTION, Chat, Draw, kept_for_testing

SENTENCES = re.compile(r"(?<=[.!?])(?<!Mr\.)(?<!Mrs\.)(?<!Ms\.)(?<!Dr\.) +(?=[A-Z])")

SUMMARISE = (
    "Summarise the text in one sentence.", "Say in one sentence what this is about.",
    "What is this text about? One sentence.", "Give the gist in a sentence.",
    "Sum this up in one sentence.", "In one sentence, please: what does the text say?",
    "Write a summary of one sentence.",
)  # fmt: skip


@dataclass(frozen=True)
class Human:
    """The public sets, in memory."""

    stories: list[tuple[str, str, str]]  # (passage, question, answer)
    tasks: list[tuple[str, str]]
    utterances: list[tuple[str, str, dict[str, str]]]
    intents: dict[str, list[str]]
    prose: corpora.Prose

    def story(self, draw: Draw) -> Chat:
        """A question on a story, the passage cut to what surrounds the answer."""
        passage, asked, answer = draw.one(self.stories)
        text = around(draw, passage, answer)
        other = draw.chance(0.06)
        if other:
            text, answer = around(draw, draw.one(self.stories)[0], ""), ABSTENTION
        return _grounded(draw, text, asked, answer, other)

    def task(self, draw: Draw) -> Chat:
        """A prompt and its answer, as the set has them."""
        asked, answer = draw.one(self.tasks)
        return Chat("tasks", (("user", asked), ("assistant", answer)))

    def slots(self, draw: Draw) -> Chat:
        """An utterance and its slots as JSON."""
        said, intent, found = draw.one(self.utterances)
        keys = list(found)
        draw.rng.shuffle(keys)
        made = {"intent": intent, **{key: found[key] for key in keys}}
        if not draw.chance(0.3):
            made.pop("intent")
        system = instructions.filling(draw, list(made))
        reply = json.dumps(made, ensure_ascii=False)
        return Chat("slots", (("system", system), ("user", said), ("assistant", reply)))

    def intent(self, draw: Draw) -> Chat:
        """An utterance sorted under one of a few intents."""
        return labels.intent(draw, self.intents)

    def asked_of_prose(self, draw: Draw) -> Chat:
        """Passages of real sentences, and questions made by taking parts out of them."""
        piles = [self._sentences(draw) for _ in range(draw.one((1, 2, 2, 3, 4)))]
        made = [
            reading.Asked(asked, answer, title)
            for title, pile in piles
            for each in pile
            for asked, answer in questioning.questions(draw, each)
        ]
        if not made:
            return self.asked_of_prose(draw)
        some = draw.some(made, 1, 6)
        if draw.chance(0.15):
            other = [
                q for each in self._sentences(draw)[1] for q in questioning.questions(draw, each)
            ]
            some[-1:] = [reading.Asked(asked, ABSTENTION, "") for asked, _ in other[:1]] or some[
                -1:
            ]
        return reading.of_passages(draw, [(title, " ".join(pile)) for title, pile in piles], some)

    def _sentences(self, draw: Draw) -> tuple[str, list[str]]:
        """A title and one to five real sentences that follow each other."""
        text = self.prose.stretch(draw.rng, 900).replace("\n", " ")
        sentences = SENTENCES.split(text)[:-1] or [text]
        return reading.title(draw), sentences[: draw.one((1, 1, 2, 3, 5))]

    def summary(self, draw: Draw) -> Chat:
        """The beginning of an article, and its first sentence, which tells what it is about."""
        while True:
            text = draw.one(self.prose.texts["wikipedia"])[:1600].replace("\n", " ")
            sentences = re.split(r"(?<=[a-z)][.]) (?=[A-Z])", text)[:-1]
            if len(sentences) > 2 and 40 < len(sentences[0]) < 200:
                told = sentences[1 : draw.rng.randint(3, 6)] + sentences[:1]
                told = sentences[:5] if draw.chance(0.6) else told
                system = draw.template(SUMMARISE)
                shown = " ".join(told)
                return Chat(
                    "summary", (("system", system), ("user", shown), ("assistant", sentences[0]))
                )

    def edited_prose(self, draw: Draw) -> Chat:
        """One to three real sentences rewritten by a rule."""
        text = self.prose.stretch(draw.rng, 700).replace("\n", " ")
        sentences = re.split(r"(?<=[.!?]) ", text)[1:]
        text = " ".join(sentences[: draw.rng.randint(1, 3)]) or text[:200]
        told, made = draw.one(rewriting.RULES)(draw, text)
        return Chat("rewriting", (("system", told), ("user", text), ("assistant", made)))


def load(folder: Path, prose: corpora.Prose) -> Human:
    """Read the sets."""
    stories = [each for each in tales(folder) if not kept_for_testing(each[0])]
    tasks = [
        (row["prompt"], row["completion"])
        for name in ("tasks_t0", "tasks_t0", "self_instruct_human")
        for row in corpora.rows(folder, name)
    ]
    said = list(corpora.rows(folder, "utterances"))
    return Human(
        stories=stories,
        tasks=[pair for pair in tasks if len(pair[0]) + len(pair[1]) < 2200],
        utterances=[(row["text"], row["intent"], row["slots"]) for row in said if row["slots"]],
        intents=labels.by_intent([(row["text"], row["intent"]) for row in said]),
        prose=prose,
    )


def tales(folder: Path) -> list[tuple[str, str, str]]:
    """FairytaleQA: (passage, question, answer)."""
    found = []
    for row in corpora.rows(folder, "fairytaleqa"):
        passage, _, asked = row["prompt"].rpartition("\n\n")
        found.append((passage, asked, row["completion"]))
    return found


def around(draw: Draw, passage: str, answer: str) -> str:
    """Some sentences of the passage, those with the answer among them where it stands there."""
    sentences = re.split(r"(?<=[.!?]) |\n", passage)
    at = next((n for n, each in enumerate(sentences) if answer.lower() in each.lower()), -1)
    if at < 0:
        return passage[:1500]
    first = max(0, at - draw.rng.randint(0, 5))
    return " ".join(sentences[first : at + 1 + draw.rng.randint(0, 4)])


def _grounded(draw: Draw, text: str, asked: str, answer: str, abstains: bool) -> Chat:
    skill = "abstaining" if abstains else "stories"
    system = instructions.answering(draw)
    if draw.chance(0.3):
        user = f"Passages:\n\n[1] {reading.title(draw)} > Text\n{text}\n\nQuestion: {asked}"
        system = f"{system}\n{reading.GROUNDED}"
    else:
        user = draw.template(reading.SHAPES).format(text=text, ask=asked)
        system = f"{system} If the text does not tell, say: {ABSTENTION}" if abstains else system
    return Chat(skill, (("system", system), ("user", user), ("assistant", answer)))
