"""A stand-in (see ../README.md)."""


class SpacyNlpEngine:
    def __init__(self, models=None):
        if not all({"lang_code", "model_name"} <= set(model) for model in models):
            raise ValueError("models")
        self.nlp = None
