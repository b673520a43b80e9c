"""Where the tree ends: what to do, what to do next, and what to look out for."""

from core.verdict.node import Leaf

SHIPPED = (
    "Logs hold what people typed: set how long they are kept, and delete them after that.",
    "A vendor may change or end a model under the same name: pin its version, and evaluate again "
    "after every change.",
    "What people ask drifts: rate a fresh sample now and then, and compare it with this holdout.",
)
TUNED = (
    "Fine-tuning does not add facts to rely on: it teaches form. Facts belong in documents.",
    "Check that the licences of the base and of your examples allow training and what you plan "
    "to do with the result.",
    "Keep the base model with RAG or the prompt ready: rolling back is one setting.",
    "Tune again when the task, the labels or the base model change, and evaluate before each swap.",
    "Training data ends up in the weights: keep personal data out, and tune anew to forget a row.",
)
SEARCHED = (
    "Answers are as good as the documents: name an owner who keeps them current.",
    "Documents are shown to the model as they are: keep out what a reader may not see.",
)

PROMPT = Leaf(
    "prompt",
    "Prompt: a prompt is enough",
    "Ship the prompt, keep this holdout, and evaluate again whenever the prompt or model changes.",
    (("prompt_enough", True),),
    SHIPPED,
)
FEW_SHOT = Leaf(
    "few-shot",
    "Few-shot: show the model examples",
    "Ship the prompt with examples from the train part, and evaluate again when either changes.",
    (("few_shot_enough", True),),
    (
        "Examples make every request longer: watch the cost as volume grows.",
        "Each example is sent with every request: keep personal data out of the train part.",
        *SHIPPED,
    ),
)
RAG = Leaf(
    "rag",
    "RAG: let the model read your documents",
    "Ship RAG. Then read the questions whose passages missed the answer, and improve the documents "
    "first.",
    (
        ("knowledge", True),
        ("changes", True),
        ("rag_enough", True),
        ("combined_rag_intact", False),
        ("combined_beats_rag", False),
    ),
    SEARCHED + SHIPPED,
)
FINE_TUNE = Leaf(
    "fine-tune",
    "LoRA: fine-tune",
    "Tune the model that you would ship on the same split, and evaluate it before it replaces any.",
    (("form", True), ("learned", True), ("lora_enough", True), ("combined_beats_both", False)),
    TUNED + SHIPPED,
)
FINE_TUNE_SMALLER = Leaf(
    "fine-tune-smaller",
    "LoRA for cost: as good for half the tokens",
    "Tune the next smaller base on the same split and evaluate both: keep it if it still ties.",
    (("cost_prompt", True), ("cost_few_shot", True), ("cost_tuned", True)),
    TUNED + SHIPPED,
)
COMBINE = Leaf(
    "combine",
    "LoRA+RAG: fine-tune, and let the model read your documents",
    "Tune on rows that show passages, ship it with RAG, and evaluate after each change of either.",
    (
        ("knowledge", True),
        ("combined_beats_rag", True),
        ("form", True),
        ("combined_beats_both", True),
        ("combined_only", True),
    ),
    TUNED + SEARCHED + SHIPPED,
)
COLLECT_MORE = Leaf(
    "collect-data",
    "Collect examples first",
    "Collect real inputs with their ideal outputs, then evaluate again.",
    (("enough_examples", False), ("enough_train", False)),
    ("Write references without looking at any model's answer.",),
)
MEND_DATA = Leaf(
    "collect-data",
    "Mend the examples first",
    "Mend the rows that the data gate names, then evaluate again.",
    (("clean_data", False),),
    ("Every figure measured on faulty examples is provisional.",),
)
NOTHING_WORKS = Leaf(
    "collect-data",
    "No measured lever does this task yet",
    "Read twenty wrong answers, break the task into smaller steps, and try a larger base model; "
    "collect examples of what fails.",
    (("half_way", False),),
    ("A lever that ties with the best is no success while the best is far below the bar.",),
)
MEND_TUNING = Leaf(
    "collect-data",
    "Mend the tuning first",
    "Add train examples of what tuning unlearned, for instance questions that have no answer; "
    "train again, then evaluate again.",
    (("tuned_intact", False), ("lora_enough", True), ("form", True)),
    ("The score of a lever that was vetoed says nothing about what it broke.",),
)
REVIEW_FIRST = Leaf(
    "not-enough-evidence",
    "Not without review: the output is regulated",
    "Name who reads each answer before it takes effect, state it here, then decide again.",
    (("reviewed", False),),
    ("A score on a holdout is no licence: ask who answers for a wrong output.",),
)
NOT_ENOUGH = Leaf(
    "not-enough-evidence",
    "Not enough evidence",
    "Measure Prompt and every other lever you can; if they were all measured, add examples until "
    "they can be told apart. Then evaluate again.",
    (("measurable", False), ("half_way", True)),
    ("Picking the lever with the highest figure now would be picking by luck.",),
)

LEAVES = (
    PROMPT,
    FEW_SHOT,
    RAG,
    FINE_TUNE,
    FINE_TUNE_SMALLER,
    COMBINE,
    COLLECT_MORE,
    MEND_DATA,
    NOTHING_WORKS,
    MEND_TUNING,
    REVIEW_FIRST,
    NOT_ENOUGH,
)
