"""Words in links: each good for one purpose, made by nobody else, and kept by nobody as they are."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tracker.models import Purpose
from tracker.tokens import (
    Unsubscribe,
    Unsubscribes,
    address_key,
    form_age,
    form_stamp,
    form_word,
    fresh_id,
    fresh_seed,
    is_form_word,
    mailed_token,
    network_key,
    read_unsubscribe,
    token_digest,
    unsubscribe_token,
)

SECRET = "a secret"


def test_a_mailed_token_is_made_again_from_its_seed_and_the_secret_alone() -> None:
    seed = fresh_seed()
    token = mailed_token(SECRET, Purpose.CONFIRM, seed)
    assert len(token) == len(seed) == 43  # 32 bytes
    assert token == mailed_token(SECRET, Purpose.CONFIRM, seed)
    others = {
        mailed_token("another", Purpose.CONFIRM, seed),
        mailed_token(SECRET, Purpose.MANAGE, seed),
        mailed_token(SECRET, Purpose.CONFIRM, fresh_seed()),
        seed,
        token_digest(token),
    }
    assert token not in others
    assert len(others) == 5


@pytest.mark.parametrize("what", Unsubscribes)
def test_an_unsubscribe_token_says_what_it_ends(what: Unsubscribes) -> None:
    public_id = fresh_id()
    token = unsubscribe_token(SECRET, what, public_id)
    assert read_unsubscribe(SECRET, token) == Unsubscribe(what, public_id)
    assert read_unsubscribe("another", token) is None


def test_no_changed_unsubscribe_token_is_taken() -> None:
    token = unsubscribe_token(SECRET, Unsubscribes.FOLLOW, fresh_id())
    for place in range(len(token)):
        for other in "Aa0-.s":
            changed = token[:place] + other + token[place + 1 :]
            assert (read_unsubscribe(SECRET, changed) is None) == (changed != token)
    for made_up in (
        "",
        "v1",
        "v1..",
        f"v2{token[2:]}",
        f"{token}x",
        f" {token}",
        token.replace("f", "s", 1),
        "é" * 50,
    ):
        assert read_unsubscribe(SECRET, made_up) is None


def guesses(count: int) -> None:
    chance = random.Random(7)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    public_id = fresh_id()
    for _ in range(count):
        guess = "".join(chance.choices(letters, k=22))
        assert read_unsubscribe(SECRET, f"v1.s{public_id}.{guess}") is None


def test_a_proof_is_not_guessed() -> None:
    guesses(1_000)


@pytest.mark.long
def test_a_proof_is_not_guessed_in_a_million_tries() -> None:
    guesses(1_000_000)


@pytest.mark.parametrize("other", ["ANN@example.org", "Ann@Example.ORG", " ann@example.org "])
def test_an_address_has_one_key_however_it_is_spelled(other: str) -> None:
    key = address_key(SECRET, "ann@example.org")
    assert address_key(SECRET, other) == key
    assert len(key) == 64
    assert key not in (address_key("another", "ann@example.org"), address_key(SECRET, "anne@example.org"))


def test_a_network_has_another_key_every_day() -> None:
    key = network_key(SECRET, "192.0.2.0/24", NOW)
    assert network_key(SECRET, "192.0.2.0/24", NOW + timedelta(hours=1)) == key
    assert network_key(SECRET, "192.0.2.0/24", NOW + timedelta(days=1)) != key


def test_a_form_tells_its_age_by_a_stamp_of_ours() -> None:
    stamp = form_stamp(SECRET, NOW)
    assert form_age(SECRET, stamp, NOW + timedelta(seconds=90)) == timedelta(seconds=90)
    later = str(int(stamp.partition(".")[0]) + 1)
    for made_up in (
        "",
        "x",
        "1780000000",
        f"{later}.{stamp.partition('.')[2]}",
        f"{stamp}x",
        "٣.x",
        "9" * 40,
        "1.é",
    ):
        assert form_age(SECRET, made_up, NOW) is None
    assert form_age("another", stamp, NOW) is None


def test_a_form_belongs_to_its_session() -> None:
    word = form_word(SECRET, "one session")
    assert is_form_word(SECRET, "one session", word)
    assert not is_form_word(SECRET, "another session", word)
    assert not is_form_word("another", "one session", word)
    for made_up in ("", "x", f"{word}x", "é"):
        assert not is_form_word(SECRET, "one session", made_up)
