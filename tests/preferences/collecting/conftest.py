"""What the tests of collecting share: items, and databases of both kinds."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="needs the collect extra")
pytest.importorskip("starlette", reason="needs the collect extra")

from infometer.preferences.collecting import AnswerStore, Item
from infometer.preferences.collecting.database import database_url


@pytest.fixture
def items():
    """Six items under one prompt and three under another."""
    return tuple(
        Item(f"{prompt}{i}", text=f"Answer {i}", prompt=prompt)
        for prompt, n in (("a", 6), ("b", 3))
        for i in range(n)
    )


def _program(name):
    places = [os.environ.get("PATH", ""), *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
    return shutil.which(name, path=os.pathsep.join(places))


def _owner():
    """Root may not run PostgreSQL: someone who may, and None for oneself."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known.get("nobody")


@pytest.fixture(scope="session")
def postgresql():
    """Make databases in a PostgreSQL of this session's own, on a socket in a temporary folder."""
    psycopg = pytest.importorskip("psycopg", reason="needs the postgres extra")
    initdb, control = _program("initdb"), _program("pg_ctl")
    if initdb is None or control is None:
        pytest.skip("needs PostgreSQL's initdb and pg_ctl")
    owner = _owner()
    if os.getuid() == 0 and owner is None:
        pytest.skip("root may not run PostgreSQL, and there is neither postgres nor nobody")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    data, settings = folder / "data", {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL}
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        settings |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    subprocess.run([initdb, "-D", data, "-U", "ann", "-A", "trust", "-E", "UTF8", "--no-sync",
                    "--locale=C"], **settings)  # fmt: skip
    own = f"-k {folder} -c listen_addresses='' -c fsync=on"
    subprocess.run([control, "-D", data, "-w", "-l", folder / "log", "-o", own, "start"],
                   **settings)  # fmt: skip
    where = f"host={folder} user=ann"

    def make():
        name = f"answers_{uuid.uuid4().hex}"
        with psycopg.connect(f"{where} dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://ann@/{name}?host={folder}"

    yield make
    subprocess.run([control, "-D", data, "-w", "-m", "immediate", "stop"], **settings)
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    """Give the address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'answers.db'}"
    return request.getfixturevalue("postgresql")()


@pytest.fixture
def open_store(items):
    """Open a database, and close it after the test."""
    opened = []

    def open_store(address, items=items, **settings):
        opened.append(AnswerStore.open(database_url(address), items, **settings))
        return opened[-1]

    yield open_store
    for store in opened:
        store.close()
