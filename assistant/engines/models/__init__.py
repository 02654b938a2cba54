"""The model store: which weights exist, where they come from, and that they are exactly what they should be."""

from assistant.engines.models.manifest import MANIFEST, Model, ModelFile
from assistant.engines.models.store import ModelProblem, ModelStore, Progress

__all__ = ["MANIFEST", "Model", "ModelFile", "ModelProblem", "ModelStore", "Progress"]
