"""The options of filters and facets, in the real commands, alone and beside a service."""

import pytest

from tests.commands import Commands, new_store

LEASE = (
    "LEASE\n\nThis lease is made on {} between {} and Doyle Tool Co.\n\nThe rent is {} dollars.\n"
)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    root = tmp_path_factory.mktemp("firm")
    for matter, day, party, rent in (
        ("Harbour", "March 1, 2019", "Aldergate Holdings, LLC", "5,000"),
        ("Northwind", "May 5, 2021", "Harbor Mills Ltd", "9,000"),
    ):
        (root / "in" / matter).mkdir(parents=True)
        (root / "in" / matter / "lease.txt").write_text(LEASE.format(day, party, rent))
    kb = new_store(root)
    kb.ingest(root / "in")
    for matter, party, day in (
        ("Harbour", "Aldergate Holdings, LLC", "2019-03-01"),
        ("Northwind", "Harbor Mills Ltd", "2021-05-05"),
    ):
        kb.run("fact", f"{matter}/lease.txt", "party", party)
        kb.run("fact", f"{matter}/lease.txt", "date", day)
    return kb


def found(kb: Commands, *options: str) -> set[str]:
    told = kb.json("search", "What is the rent?", *options)
    return {passage["matter"] for passage in told["passages"]}


def test_filters_are_options_and_are_the_same_beside_a_service(kb: Commands) -> None:
    def both() -> None:
        assert found(kb) == {"Harbour", "Northwind"}
        assert found(kb, "--party", "aldergate") == {"Harbour"}
        assert found(kb, "--after", "2021", "--party", "mills", "--party", "x") == {"Northwind"}
        answer = kb.json("ask", "What is the rent?", "--no-llm", "--before", "2019-03-01")
        assert {passage["matter"] for passage in answer["passages"]} == {"Harbour"}
        counted = kb.json("search", "rent", "--facets", "--party", "aldergate")
        assert counted["selected"] == 1
        assert counted["facets"]["year"]["values"] == [{"value": "2019", "count": 1}]
        assert len(counted["facets"]["party"]["values"]) == 2
        alike = kb.json("similar", "Harbour/lease.txt", "--limit", "3")
        assert [one["matter"] for one in alike["documents"]] == ["Northwind"]
        assert alike["passages"] and {one["matter"] for one in alike["passages"]} == {"Northwind"}
        assert not kb.json("similar", "Harbour/lease.txt", "--before", "2019")["documents"]
        refused = kb.run("search", "rent", "--after", "May", code=1)
        assert "takes a day that there is" in " ".join(refused.split())

    both()
    with kb.serving():
        both()


def test_facets_are_shown_to_people(kb: Commands) -> None:
    shown = kb.run("search", "rent", "--facets")
    assert "Of 2 documents" in shown
    assert "2019 1 · 2021 1" in shown
    assert "Of 2 documents" not in kb.run("search", "rent")


def test_what_is_alike_is_shown_to_people(kb: Commands) -> None:
    start = str(LEASE.index("This lease"))
    shown = kb.run("similar", "Harbour/lease.txt", "--start", start, "--end", "60")
    assert "Documents" in shown and "lease.txt · Northwind" in shown
    nothing = kb.run("similar", "Harbour/lease.txt", "--party", "nobody")
    assert "Nothing like it was found" in nothing
