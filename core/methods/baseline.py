"""One network from the aligned face to the whole avatar, trained on engine renders only.

Source: SwiftAvatar (arXiv 2301.08153), section 3.3 for the network and 4.1 for this comparison, which ignores the gap between
photographs and renders.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.avatar.schema import AvatarSchema, DiscreteParameter
from core.avatar.vector import AvatarVector
from core.deciding import EstimatorModel, decided, likeness
from core.faces.selfie import Selfie
from core.methods import Estimate, FieldEstimate
from core.reporting import Reporter
from core.shapes import expect_shape

FACE_VIEW_SIZE = 80


def face_view(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An aligned face (S, S, 3) of any size -> what the network sees, (80, 80, 3)."""
    expect_shape(image, "S S 3")
    return np.asarray(Pillow.fromarray(image).resize((FACE_VIEW_SIZE, FACE_VIEW_SIZE), Pillow.Resampling.BOX))


class Baseline:
    """The paper's baseline."""

    name = "baseline"

    def __init__(self, schema: AvatarSchema) -> None:
        self.schema = schema
        self._model = EstimatorModel(schema, "baseline")
        self._alike = {choice.id: likeness(choice) for choice in schema.discrete}

    def estimate(self, selfie: Selfie, reporter: Reporter) -> Estimate:  # noqa: ARG002 - one forward pass has nothing to report
        """Estimate the avatar of a selfie in one forward pass."""
        probabilities, guesses = self._model(face_view(selfie.image))
        for name, chances in probabilities.items():
            parameter = self.schema[name]
            assert isinstance(parameter, DiscreteParameter)
            guesses[name] = decided(parameter, chances, self._alike[name])
        vector = AvatarVector.from_values(self.schema, {name: guess.value for name, guess in guesses.items()})
        fields = {name: FieldEstimate(guess.confidence, guess.best) for name, guess in guesses.items()}
        return Estimate(vector, fields, self.name, self._model.sha256)
