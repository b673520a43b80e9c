"""What the levers are, when each of them wins, and the words used here."""

import streamlit as st

from core.verdict.studies import STUDIES
from pages.shared import widgets

PICTURE = """
flowchart TB
  Q([Question and instruction]) --> P[What the model reads]
  D[Passages of your documents] -. RAG .-> P
  P --> M[Model]
  A[Adapter] -. LoRA .-> M
  M --> R([Answer])
"""
LEVERS = {
    "prompt": (
        "Tell the model what to do, in words. Few-shot adds solved examples to the telling.",
        "the model already knows how, and the answer stands in the question itself.",
        "Minutes of writing. Every question carries the instruction, so it costs tokens each time.",
        "It cannot teach facts that the model never saw.",
    ),
    "rag": (
        "Look up the passages of your documents that fit the question, and let the model read "
        "them before it answers.",
        "answers depend on facts of yours, facts change, or people ask where it says so.",
        "Documents in order, and longer prompts. An edited document counts from the next question.",
        "If the search misses the passage, the model guesses.",
    ),
    "lora": (
        "Train a small adapter on your examples. The model itself stays as it is; the adapter "
        "shifts how it answers.",
        "the same form, tone or set of labels is wanted thousands of times, with short prompts.",
        "Some hundred clean examples, a training run, and a new run whenever the task changes.",
        "It learns habits well and facts badly, and it keeps saying what was true in training.",
    ),
}
STEPS = (
    ("pages/play/playground.py", "Playground", "Ask a few questions. Get a feel, not a result."),
    ("pages/tune/data.py", "Data", "See whether the examples are good enough to learn from."),
    ("pages/tune/train.py", "Train", "Make an adapter. It takes minutes with the small model."),
    (
        "pages/decide/evaluate.py",
        "Evaluate",
        "Measure every lever on examples that none of them has seen.",
    ),
    (
        "pages/decide/verdict.py",
        "Verdict",
        "Read which lever to pull, why, and what may change it.",
    ),
)
WORDS = {
    "Task": "What the model should do: a goal, an instruction, and examples of it done well.",
    "Example": "An input with its ideal output, called the reference.",
    "Lever": "A way to do the task: Prompt, Few-shot, RAG, LoRA, or LoRA+RAG.",
    "Token": "What models read and write. A token is about three quarters of an English word.",
    "Passage": "A stretch of one of your documents, short enough to show to the model.",
    "Model": "The program that writes the answers. The one that ships here is small, for "
    "rehearsal: measure again with the model that you would use.",
    "Adapter": "What a training run makes: a small set of weights put on top of the model.",
    "Holdout": "Examples locked away for measuring. No model is trained on them or shown them, and "
    "every look at them is counted.",
    "Train, validation": "The other two parts of the split: LoRA learns from train, and validation "
    "shows when to stop.",
    "Run": "One training, kept in a folder.",
    "Loss": "How surprised the model is by the right answer: lower is better. It is no score.",
    "Score": "How well one answer matches its reference, from 0 to 100%.",
    "Interval": "The range in which the true figure lies, 19 times out of 20. Few examples make "
    "it wide. If the interval of a difference holds zero, nobody has won. If it also stays "
    "within 5 points either way, both are as good as each other: a tie.",
    "Comparison": "Two levers on the same holdout examples, with the difference and its interval.",
    "Verdict": "The lever to pull, with the reason at each step. Not enough evidence is a "
    "verdict, too.",
    "Memo": "The verdict as one page for a stakeholder.",
}

st.title("Learn", anchor=False)
words, picture = st.columns(2, gap="medium", vertical_alignment="center")
words.markdown(
    "A language model can be brought to do your task in three ways: tell it better, give it "
    "something to read, or train it. They differ in what stands in front of the model and in "
    "which weights answer.\n\nFirst Lever tries them all on the same task and measures which "
    "one is worth its price."
)
picture.mermaid_chart(
    PICTURE, width="content", alt="What the model reads, which weights answer, and the answer"
)

st.subheader("Three levers", anchor=False)
grid = st.grid(3, min_column_width=240, border=True)
for name, (what, wins, costs, beware) in LEVERS.items():
    with grid.cell():
        st.markdown(widgets.lever(name))
        st.markdown(f"{what}\n\n**Wins when** {wins}\n\n**Costs:** {costs}\n\n**Beware:** {beware}")
st.markdown(
    "They combine: a trained model can read passages, too. And the cheapest lever that is good "
    "enough is the one to pull."
)
st.page_link(
    "pages/play/documents.py",
    label="Change a fact, and see which lever follows",
    icon=":material/edit_document:",
)

st.subheader("From question to verdict", anchor=False)
for page, title, says in STEPS:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(page, label=f"**{title}**", width=110)
        st.markdown(says, width="content")

st.subheader("What others measured", anchor=False)
for study in STUDIES:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{widgets.escaped(study.title)}**")
        for line in (study.measured, study.found, study.ours):
            st.markdown(widgets.escaped(line))
        st.caption(widgets.escaped(study.source))

st.subheader("Words", anchor=False)
for word, meaning in WORDS.items():
    st.markdown(f"**{word}** · {meaning}")
