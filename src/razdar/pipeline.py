"""The life of an interaction, as one ordered list of stage names.

A stage is a job in some room, registered under its name with `razdar.interactions.stages`. When a stage has passed,
the next one is queued in the same transaction. Until *redact* has passed, recording and transcript are locked.
"""

STAGES: tuple[str, ...] = ("transcribe", "redact")
