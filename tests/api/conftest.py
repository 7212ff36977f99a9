"""A house with three documents, and ways to reach its service."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kb.settings import Settings
from tests.api.house import LEASE, NOTE, House
from tests.api.serving import application, served


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(Settings(data_dir=tmp_path / "data", max_file_mb=1, chat_queue=1))
    house.add("Northwind lease", "lease.pdf", LEASE)
    house.add("Northwind lease", "note.txt", NOTE.encode())
    house.add("Aldergate", "other.txt", b"The rent in this matter is secret.")
    yield house
    house.close()


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    with TestClient(application(house), base_url="http://localhost:8321") as client:
        yield client


@pytest.fixture
def address(house: House) -> Iterator[str]:
    """A real server on a loopback port: the address of its page."""
    with served(application(house)) as address:
        yield address
