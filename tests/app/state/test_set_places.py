import pytest

from app.state.set_places import RECENT, caption, remembered, with_password, with_recent, without_password


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("/home/ada/a:b@c.avatarset", "/home/ada/a:b@c.avatarset"),
        ("postgresql://ada@server/faces", "postgresql://ada@server/faces"),
        ("postgresql://ada:s3cret@server:5432/faces", "postgresql://ada@server:5432/faces"),
        (
            "postgresql://ada:s%40cret@server/faces?password=s3cret&sslmode=require",
            "postgresql://ada@server/faces?sslmode=require",
        ),
        ("postgresql://ada:s@cret@server/faces", "postgresql://ada@server/faces"),
        ("postgresql://server/faces", "postgresql://server/faces"),
    ],
)
def test_no_password_is_shown_or_remembered(location: str, shown: str) -> None:
    assert without_password(location) == shown
    assert remembered(with_recent("", location)) == [shown]
    assert "cret" not in caption(location)


def test_a_password_is_put_in_so_that_it_can_be_read_back() -> None:
    from sqlalchemy import make_url

    location = with_password("postgresql://ada:old@server:5432/faces?sslmode=require", "s/c@r:e t%")
    assert make_url(location).password == "s/c@r:e t%"
    assert make_url(location).host == "server"
    assert without_password(location) == "postgresql://ada@server:5432/faces?sslmode=require"
    assert with_password("postgresql://ada@server/faces", "") == "postgresql://ada@server/faces"


def test_the_last_sets_are_remembered_each_once() -> None:
    recent = ""
    for name in "abcdefghija":
        recent = with_recent(recent, f"/sets/{name}.avatarset")
    assert [one[6] for one in remembered(recent)] == list("ajihgfed")
    assert len(remembered(recent)) == RECENT
