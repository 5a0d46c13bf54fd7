"""People who seal, ask and agree in the same moment: one seal, one request, one destruction, and never by one person alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError
from pytest_django import Settings

from heedful.captures.actions.seal import ask_destruction, destroy_picture, seal_picture_of
from heedful.captures.models import Capture, PictureSeal
from heedful.captures.rules import Agency, NotAllowedNow
from heedful.people.actions import add_staff
from heedful.people.models import User
from heedful.people.rules import RoleName
from heedful.vault.queries import forget_keys
from tests.harness.contention import Contention
from tests.harness.westbrook import NOW, Westbrook, build_school

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = b"RIFF" + (300).to_bytes(4, "little") + b"WEBP" + b"x" * 300


@pytest.fixture
def contended(tmp_path: Path, settings: Settings, small_library: None) -> Contention:
    settings.DATA_DIR = tmp_path
    settings.KEYS_DIR = tmp_path / "keys"
    forget_keys()
    return Contention(tmp_path, apps.get_models())


def set_up() -> tuple[Westbrook, int, User]:
    """A school with a picture to seal, and its head."""
    school = build_school()
    school.school.pictures = True
    school.school.save()
    head = add_staff(school=school.school, email="head@westbrook.example", name="The head", roles=[RoleName.HEAD], now=NOW)
    return school, school.stored(2, picture=PICTURE).pk, head


def tried(act: Callable[[], object]) -> bool:
    try:
        act()
    except NotAllowedNow:
        return False
    return True


def sealed_and_asked(contended: Contention) -> tuple[Westbrook, int, User, datetime]:
    school, number, head = contended.run(set_up)

    def ask() -> datetime:
        seal_picture_of(number=number, viewer=school.deputy, now=NOW)
        asked = ask_destruction(number=number, agency=Agency.POLICE, reference="CR/1234/26", viewer=school.dsl, now=NOW)
        assert asked.asked_at is not None
        return asked.asked_at

    return school, number, head, contended.run(ask)


def test_of_many_who_seal_one_does_and_all_find_it(contended: Contention, tmp_path: Path) -> None:
    school, number, _ = contended.run(set_up)
    people = [school.dsl, school.deputy, school.dsl, school.deputy]
    seals = contended.together(lambda n: seal_picture_of(number=number, viewer=people[n], now=NOW).pk, threads=4)
    assert len(set(seals)) == 1
    row = contended.run(PictureSeal.objects.get)
    assert [path.stem for path in (tmp_path / "blobs").rglob("*.sealed")] == [row.blob]
    assert contended.run(Capture.objects.get).picture_blob == ""


def test_of_many_who_ask_one_is_heard(contended: Contention) -> None:
    school, number, head = contended.run(set_up)
    contended.run(lambda: seal_picture_of(number=number, viewer=school.dsl, now=NOW).pk)
    people = [school.dsl, school.deputy, head, school.dsl]

    def ask(n: int) -> bool:
        return tried(lambda: ask_destruction(number=number, agency=Agency.POLICE, reference=f"CR/{n}/26", viewer=people[n], now=NOW))

    assert sorted(contended.together(ask, threads=4)) == [False, False, False, True]


def test_who_asked_destroys_nothing_however_often_they_press(contended: Contention, tmp_path: Path) -> None:
    school, number, _, asked_at = sealed_and_asked(contended)

    def agree(_: int) -> bool:
        return tried(lambda: destroy_picture(number=number, asked_at=asked_at, viewer=school.dsl, now=NOW))

    assert contended.together(agree, threads=4) == [False] * 4
    assert contended.run(PictureSeal.objects.get).destroyed_at is None
    assert len(list((tmp_path / "blobs").rglob("*.sealed"))) == 1


def test_of_those_who_agree_one_destroys_and_it_is_never_who_asked(contended: Contention, tmp_path: Path) -> None:
    school, number, head, asked_at = sealed_and_asked(contended)
    people = [school.dsl, head, school.dsl, school.deputy]

    def agree(n: int) -> bool:
        return tried(lambda: destroy_picture(number=number, asked_at=asked_at, viewer=people[n], now=NOW))

    assert sorted(contended.together(agree, threads=4)) == [False, False, False, True]
    row = contended.run(PictureSeal.objects.get)
    assert row.destroyed_by_id in {head.pk, school.deputy.pk}
    assert bytes(row.key_sealed) == b""
    assert list((tmp_path / "blobs").rglob("*.sealed")) == []


def test_the_database_itself_refuses_one_person_alone(contended: Contention) -> None:
    school, number, _, _ = sealed_and_asked(contended)

    def alone() -> None:
        PictureSeal.objects.filter(number=number).update(destroyed_at=NOW, destroyed_by=school.dsl)

    with pytest.raises(IntegrityError):
        contended.run(alone)
