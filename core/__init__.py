"""First Lever without a screen: tasks, models, retrieval, levers, training, evaluation, verdict."""

import os

# Nothing phones home; libraries keep their progress bars to themselves; threads that wait for
# work sleep, so that two processes on the same cores do not slow each other down tenfold.
# Read by the libraries when they are imported, hence here.
os.environ.update(
    ANONYMIZED_TELEMETRY="False",
    HF_HUB_DISABLE_PROGRESS_BARS="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    LANGSMITH_TRACING="false",
    OMP_WAIT_POLICY="PASSIVE",
    TOKENIZERS_PARALLELISM="false",
)
