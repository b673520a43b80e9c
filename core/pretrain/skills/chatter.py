"""Small talk: a greeting, and an honest word on what this model is."""

from core.pretrain.skills import facts, instructions, reading, values
from core.pretrain.skills.drawing import ABSTENTION, Chat, Draw
from core.pretrain.skills.tables import phrases

ABOUT = (
    "I am a very small language model. I can answer from passages, fill JSON, sort text under "
    "labels and rewrite a sentence. I know almost nothing by heart."
)


def talk(draw: Draw) -> Chat:
    """A greeting, or a question about the model itself."""
    greets = draw.chance(0.5)
    asked = draw.template(phrases("greetings" if greets else "who"))
    answer = "Hello! What would you like to ask?" if greets else ABOUT
    turns = (("user", asked), ("assistant", answer))
    given = () if draw.chance(0.5) else (("system", instructions.answering(draw)),)
    return Chat("talk", (*given, *turns))


def closed_book(draw: Draw) -> Chat:
    """A question with nothing to read: a model this small should say that it cannot know."""
    asked = facts.several(draw, 1)[0].question
    system = f"{instructions.answering(draw)}\n{reading.GROUNDED}"
    return Chat("abstaining", (("system", system), ("user", asked), ("assistant", ABSTENTION)))


def yes_or_no(draw: Draw) -> Chat:
    """Does the text say that? Yes, or no where it says something else."""
    made = facts.several(draw, draw.rng.randint(*draw.facts))
    text = f"{facts.prose(draw, made)}\n\n"
    turns = [("system", draw.template(phrases("yes or no")))]
    for _ in range(1 + draw.answered_before(0)):
        claim, answer = _claim(draw, draw.one(made))
        said = draw.template(phrases("check")).format(claim)
        turns += [("user", f"{text}{said}"), ("assistant", answer)]
        text = ""
    return Chat("yes-no", tuple(turns))


def _claim(draw: Draw, chosen: facts.Fact) -> tuple[str, str]:
    """What the text says, or the same with another value."""
    if draw.chance(0.5):
        return chosen.sentence, "Yes"
    other = values.VALUES[chosen.kind.value if chosen.kind else "item"](draw)
    claim = chosen.sentence.replace(chosen.answer, other)
    return claim, "Yes" if claim == chosen.sentence else "No"
