import inspect

from core import errors
from core.errors import AvatarError, SeveralFacesError


def test_every_error_is_for_a_user_and_stands_in_the_tree() -> None:
    classes = [value for _, value in inspect.getmembers(errors, inspect.isclass)]

    assert len(classes) > 10
    assert all(issubclass(value, AvatarError) for value in classes)
    assert all(value.__name__ in (errors.__doc__ or "") for value in classes)


def test_several_faces_say_how_many() -> None:
    assert SeveralFacesError("There are 3 faces.", 3).count == 3
