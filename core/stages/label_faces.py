"""Label portraits with the teachers: landmarks, regions, people.

The teachers give landmarks, hair and person. The mesh ends below the hairline, so forehead, ears and neck are found as person
pixels of the face's own skin colour. Glasses, hats and earrings have no teacher here.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from core.configs import LabelFacesConfig
from core.datasets.mending import skin_distance
from core.datasets.portraits import IGNORED, REGIONS_SIZE, FaceLabels, read_portraits, regions_frame
from core.datasets.teachers import TeacherFace, Teachers
from core.engines import CLASSES
from core.errors import DataError
from core.faces.align import Frame, square, whole_frame
from core.faces.mesh import LEFT_BROW, LEFT_EYE, NOSE, OUTER_LIPS, OVAL, RIGHT_BROW, RIGHT_EYE
from core.images import read_photo
from core.paths import training_data_folder
from core.reporting import Reporter

Float = NDArray[np.float32]
Mask = NDArray[np.bool_]

_HEAD_FACTOR = 3.2  # sides of the crop that hair and person are found on, in face heights (forehead to chin)
_HEAD_SIZE = 512
_SKIN_DISTANCE = 3.0  # Mahalanobis distance in Lab from the face's own skin


def label_faces(config: LabelFacesConfig, folder: Path, reporter: Reporter) -> None:
    """Write a labels folder (core.datasets.portraits) for every portrait of a split in which a face is found."""
    data = training_data_folder()
    portraits = read_portraits(config.split)[: config.limit or None]
    if data is None:
        raise DataError("There are no teachers here. Set LIKENESS_DATA to the folder that holds them.")
    teachers = Teachers(data / "teachers")
    files, landmarks, regions, people = [], [], [], []
    for index, portrait in enumerate(portraits):
        photo = read_photo(portrait.path)
        faces = teachers.find(photo)
        if faces:
            points = teachers.landmarks(photo, _main_face(faces))
            files.append(portrait.path.name)
            landmarks.append(points)
            regions.append(_regions(teachers, photo, points[:, :2]))
            people.append(_people(teachers, photo))
        reporter.progress(index + 1, len(portraits))
        if reporter.should_stop():
            return
    flat, depth = np.stack(landmarks)[..., :2], np.stack(landmarks)[..., 2]
    labels = FaceLabels(config.split, tuple(files), flat, depth, np.stack(regions), people, teachers.digests)
    labels.save(folder)
    reporter.measure("faces", len(files), len(portraits))


def _main_face(faces: list[TeacherFace]) -> TeacherFace:
    def weight(face: TeacherFace) -> float:
        width, height = face.box[2:] - face.box[:2]
        return float(face.score * np.sqrt(max(width * height, 0)))

    return max(faces, key=weight)


def _people(teachers: Teachers, photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W) uint8: 255 is a person."""
    height, width = photo.shape[:2]
    frame = whole_frame(photo, 256)
    person = Pillow.fromarray(teachers.person(frame.crop(photo)))
    left, top, right, bottom = frame.from_picture(np.array([[0, 0], [width, height]])).ravel().round().astype(int).tolist()
    person = person.crop((left, top, right, bottom)).resize((width, height), Pillow.Resampling.BILINEAR)
    return np.asarray(np.asarray(person) * 255, np.uint8)


def _regions(teachers: Teachers, photo: NDArray[np.uint8], landmarks: Float) -> NDArray[np.uint8]:
    frame = regions_frame(landmarks)
    head = _head_frame(landmarks)
    crop = head.crop(photo)
    hair = _moved(_both_ways(teachers.hair, crop), head, frame)
    smaller = np.asarray(Pillow.fromarray(crop).reduce(2))
    person = _moved(_both_ways(teachers.person, smaller), head, frame)
    regions = draw_regions(frame.crop(photo), frame.from_picture(landmarks), hair, person)
    regions[~frame.inside(*photo.shape[:2])] = IGNORED
    return regions


def _both_ways(ask: Callable[[NDArray[np.uint8]], Float], picture: NDArray[np.uint8]) -> Float:
    """A probability, the mean of what is said of a picture and of its mirror: of hair the teacher says 7 % else in the mirror."""
    return np.asarray(0.5 * (ask(picture) + ask(np.ascontiguousarray(picture[:, ::-1]))[:, ::-1]), np.float32)


def _head_frame(landmarks: Float) -> Frame:
    eyes = landmarks[RIGHT_EYE].mean(axis=0) - landmarks[LEFT_EYE].mean(axis=0)
    across = eyes / np.hypot(*eyes)
    height = np.hypot(*(landmarks[152] - landmarks[10]))
    upward = np.array([across[1], -across[0]])
    centre = landmarks[[10, 152]].mean(axis=0) + upward * 0.1 * height
    return Frame(square(centre, across * _HEAD_FACTOR * height / 2), _HEAD_SIZE)


def _moved(mask: Float, source: Frame, target: Frame) -> Float:
    """A probability over `source`, at the pixels of `target`."""
    source = Frame(source.quad, len(mask))
    a, b = target.matrix, source.matrix
    turn = np.linalg.inv(b[:, :2])
    matrix = np.hstack([turn @ a[:, :2], (turn @ (a[:, 2] - b[:, 2]))[:, None]])
    picture = Pillow.fromarray(np.pad(mask, 200, mode="edge"))
    matrix[:, 2] += 200
    size = (target.size, target.size)
    return np.asarray(picture.transform(size, Pillow.Transform.AFFINE, tuple(matrix.ravel()), Pillow.Resampling.BILINEAR))


def draw_regions(crop: NDArray[np.uint8], landmarks: Float, hair: Float, person: Float) -> NDArray[np.uint8]:
    """The class of every pixel of a square crop: (S, S) uint8, indices into core.engines.CLASSES.

    Args:
        crop: (S, S, 3) uint8 sRGB.
        landmarks: (478, 2) pixels of the crop.
        hair: (S, S) probability.
        person: (S, S) probability.
    """
    oval = polygon(landmarks[OVAL])
    is_hair = hair > 0.5
    body = (person > 0.5) & ~is_hair
    features = {
        "nose": (NOSE,), "eyes": (LEFT_EYE, RIGHT_EYE), "mouth": (OUTER_LIPS,), "brows": (LEFT_BROW, RIGHT_BROW),
    }  # fmt: skip
    drawn = {name: np.any([polygon(landmarks[part]) for part in parts], axis=0) for name, parts in features.items()}
    alike = _skin_alike(crop, oval & ~drawn["eyes"] & ~drawn["brows"] & ~drawn["mouth"] & (hair < 0.2), oval)
    head, neck, ears = _skin_places(landmarks)
    regions = np.full(crop.shape[:2], CLASSES.index("background"), np.uint8)
    regions[body] = CLASSES.index("clothes")
    # About the head, a person's pixel that is neither hair nor skin is a highlight, a shadow or a hat: nobody knows.
    regions[body & head] = IGNORED
    regions[body & alike & neck] = CLASSES.index("neck")
    regions[body & alike & head] = CLASSES.index("skin")
    regions[body & alike & ears & ~oval] = CLASSES.index("ears")
    regions[oval & ~is_hair] = CLASSES.index("skin")
    regions[is_hair] = CLASSES.index("hair")
    for name, mask in drawn.items():
        regions[mask & ~((hair > 0.8) & (name == "nose"))] = CLASSES.index(name)
    return regions


def polygon(points: Float, size: int = REGIONS_SIZE) -> Mask:
    """(size, size): the pixels whose centres lie inside a polygon of (N, 2) points; Pillow's polygons are a pixel too wide."""
    from skimage.draw import polygon as pixels_inside  # of the extra `build`

    inside = np.zeros((size, size), bool)
    # The centres of skimage's pixels are whole numbers, ours are halves.
    rows, columns = pixels_inside(points[:, 1] - 0.5, points[:, 0] - 0.5, inside.shape)  # type: ignore[no-untyped-call]
    inside[rows, columns] = True
    return inside


def _skin_places(landmarks: Float) -> tuple[Mask, Mask, Mask]:
    """Where skin is looked for outside the mesh: head, neck and ears."""
    oval = landmarks[OVAL]
    (left, top), (right, bottom) = oval.min(axis=0), oval.max(axis=0)
    width, height, middle = right - left, bottom - top, (left + right) / 2
    rows, columns = np.mgrid[0:REGIONS_SIZE, 0:REGIONS_SIZE] + 0.5
    aside = np.abs(columns - middle)
    head = (aside < 0.64 * width) & (rows < bottom - 0.15 * height) & (rows > top - 0.45 * height)
    neck = ~head & (aside < 0.75 * width) & (rows >= bottom - 0.35 * height) & (rows < bottom + 0.6 * height)
    brow, mouth = landmarks[[105, 334], 1].mean(), landmarks[[61, 291], 1].mean()
    ears = head & (aside > 0.46 * width) & (rows > brow) & (rows < mouth)
    return head, neck, ears


def _skin_alike(crop: NDArray[np.uint8], sure: Mask, oval: Mask) -> Mask:
    """(S, S): pixels of the colour of the face's own skin, its lightness loosened."""
    distance = skin_distance(crop, sure if sure.sum() >= 50 else oval)
    alike = Pillow.fromarray((distance < _SKIN_DISTANCE).astype(np.uint8)).filter(ImageFilter.MedianFilter(5))
    return np.asarray(alike) > 0
