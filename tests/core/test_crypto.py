"""Encryption at rest: several keys, tampering, lost keys, digests for looking up, and changing keys in batches."""

import base64
import io
import os
import stat
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from core import crypto
from core.exceptions import CannotBeRead
from core.settings import env
from core.settings.base import BASE_DIR

OLD, NEW, OTHER = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))


@pytest.fixture
def keys(settings):
    def use(*names: str) -> None:
        settings.DATA_KEYS = list(names)

    use(OLD)
    return use


def test_a_value_comes_back_and_is_not_in_its_token(keys):
    value = {"病": ["低保", 3, None, True]}
    token = crypto.seal(value)
    assert crypto.unseal(token) == value
    assert "低保" not in token
    assert crypto.seal(value) != token


def test_every_key_decrypts_and_the_first_encrypts(keys):
    token = crypto.encrypt("310101")
    keys(NEW, OLD)
    assert crypto.decrypt(token) == "310101"
    assert not crypto.is_current(token)
    keys(NEW)
    with pytest.raises(CannotBeRead):
        crypto.decrypt(token)


def test_a_rotated_token_needs_the_new_key_alone(keys):
    token = crypto.encrypt("310101")
    keys(NEW, OLD)
    new = crypto.rotated(token)
    assert crypto.rotated(new) == new
    keys(NEW)
    assert crypto.decrypt(new) == "310101"
    with pytest.raises(CannotBeRead):
        crypto.rotated(token)


@pytest.mark.parametrize("token", ["", "x", "gAAAA", "你好", "\0", "a" * 100_000])
def test_what_is_no_token_is_refused_and_nothing_breaks(keys, token):
    with pytest.raises(CannotBeRead):
        crypto.decrypt(token)


def test_a_token_that_was_tampered_with_is_refused(keys):
    token = crypto.encrypt("310101")
    middle = len(token) // 2
    bad = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    with pytest.raises(CannotBeRead):
        crypto.decrypt(bad)


def test_digests_find_the_same_text_however_it_is_written(keys):
    digest = crypto.blind_index("11010519491231002x", "resident:id")
    assert crypto.blind_index(" 110105 1949-1231 002Ｘ", "resident:id") == digest
    assert crypto.blind_index("11010519491231002x", "other:id") != digest
    assert crypto.blind_index("11010519491231003x", "resident:id") != digest


def test_digests_are_looked_for_under_every_key(keys):
    digest = crypto.blind_index("310101", "a:b")
    keys(NEW, OLD)
    assert crypto.blind_index("310101", "a:b") != digest
    assert crypto.blind_indexes("310101", "a:b") == [crypto.blind_index("310101", "a:b"), digest]


@pytest.mark.parametrize("bad", [[], ["short"], [OLD, "你好"], [OLD, "!!!"], [OLD + "AAAA"]])
def test_a_bad_key_stops_the_start_and_is_not_shown(bad):
    with pytest.raises(ImproperlyConfigured) as refused:
        env.data_keys("DANDELION_DATA_KEYS", bad)
    assert "DANDELION_DATA_KEYS" in str(refused.value)
    assert not any(key in str(refused.value) for key in bad)


def test_the_first_start_makes_keys_that_only_their_owner_reads(tmp_path):
    script = "from django.conf import settings; print(settings.DATA_KEYS[0])"
    around = {"PATH": os.environ["PATH"], "DANDELION_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "core.settings.dev"}
    seen = [
        subprocess.check_output([sys.executable, "-c", script], cwd=BASE_DIR, env=around, text=True).strip()
        for _start in range(2)
    ]
    assert seen[0] == seen[1] == (tmp_path / "data_keys").read_text()
    assert all(stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600 for name in ("data_keys", "secret_key"))


@pytest.mark.django_db
def test_the_command_tells_of_each_store_and_fails_when_something_is_lost():
    def walk(size: int):
        yield crypto.Batch(size, 1, 0)
        yield crypto.Batch(1, 0, 2)

    out = io.StringIO()
    with crypto.STORES.temporarily("tests.store", walk), pytest.raises(CommandError, match="2 values"):
        call_command("rotate_keys", batch=7, stdout=out)
    assert "tests.store: 8 rows, 1 written anew, 2 values unreadable" in out.getvalue()
