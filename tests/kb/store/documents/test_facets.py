"""Counts by value: of the scope and the filters, and of nothing else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kb.app.catalogue import Catalogue
from kb.domain import Scope
from kb.domain.filters import FACETS, Facets, Filters
from kb.search.filter_parser import filters_of
from kb.settings import Settings
from kb.store.documents.facets import MOST_VALUES
from tests.kb.filing import Known, file_away

FILED: list[tuple[str, Known]] = [
    ("Harbour Road", {"type": ("lease",), "party": ("Aldergate", "Cobble Lane"), "court": ()}),
    ("Harbour Road", {"type": ("lease",), "party": ("Aldergate",), "date": ("2019-02-01",)}),
    ("Harbour Road", {"type": ("letter",), "date": ("2020-05-05",)}),
    ("Northwind", {"type": ("opinion",), "court": ("Court of Chancery",), "judge": ("Laster",)}),
]


@pytest.fixture
def catalogue(settings: Settings) -> Iterator[Catalogue]:
    opened = Catalogue(settings)
    opened.library.add_matter("Harbour Road", "Aldergate Holdings")
    opened.library.add_matter("Northwind")
    yield opened
    opened.close()


def everything(kb: Catalogue) -> Scope:
    return kb.access.scope(kb.access.local_user())


def told(counted: Facets) -> dict[str, dict[str, int]]:
    return {facet.name: dict(facet.values) for facet in counted.facets if facet.values}


def test_documents_are_counted_by_each_value(catalogue: Catalogue) -> None:
    file_away(catalogue, FILED)
    counted = catalogue.facets.count(Filters(), everything(catalogue))
    assert counted.selected == 4
    assert tuple(facet.name for facet in counted.facets) == FACETS
    assert told(counted) == {
        "type": {"lease": 2, "letter": 1, "opinion": 1},
        "court": {"Court of Chancery": 1},
        "judge": {"Laster": 1},
        "year": {"2019": 1, "2020": 1},
        "party": {"Aldergate": 2, "Cobble Lane": 1},
        "matter": {"Harbour Road": 3, "Northwind": 1},
        "client": {"Aldergate Holdings": 3},
    }
    [types] = [facet.values for facet in counted.facets if facet.name == "type"]
    assert types == (("lease", 2), ("letter", 1), ("opinion", 1))  # most first, then by name


def test_a_facet_is_counted_without_its_own_filter(catalogue: Catalogue) -> None:
    file_away(catalogue, FILED)
    filters = filters_of({"type": "lease", "after": "2019"})
    counted = catalogue.facets.count(filters, everything(catalogue))
    assert counted.selected == 1
    assert told(counted) == {
        "type": {"lease": 1, "letter": 1},  # both are dated; not only leases
        "year": {"2019": 1},  # leases alone; of any day
        "party": {"Aldergate": 1},
        "matter": {"Harbour Road": 1},
        "client": {"Aldergate Holdings": 1},
    }


def test_the_documents_that_a_query_matches_are_counted_alone(catalogue: Catalogue) -> None:
    known = file_away(catalogue, FILED)
    within = frozenset([known[0], known[3]])
    counted = catalogue.facets.count(Filters(), everything(catalogue), within=within)
    assert counted.selected == 2
    assert told(counted)["type"] == {"lease": 1, "opinion": 1}
    assert told(counted)["matter"] == {"Harbour Road": 1, "Northwind": 1}
    assert told(catalogue.facets.count(Filters(), everything(catalogue), within=frozenset())) == {}


@pytest.mark.parametrize("written", [{}, {"type": "lease"}, {"matter": "harbour"}])
def test_what_is_outside_a_scope_changes_no_count_and_no_order(
    catalogue: Catalogue, written: dict[str, str]
) -> None:
    file_away(catalogue, FILED)
    filters = filters_of(written)
    inside = catalogue.access.scope(catalogue.access.local_user(), ["Harbour Road"])
    before = catalogue.facets.count(filters, inside)
    hidden = file_away(catalogue, [FILED[2], FILED[2], ("Harbour Road", {"party": ("Zeta",)})])
    file_away(catalogue, [("Northwind", {"type": ("letter",), "party": ("Cobble Lane",)})] * 5)
    walled = replace(inside, walled=frozenset(hidden))
    assert catalogue.facets.count(filters, walled) == before
    every = frozenset(catalogue.selection.documents(Filters(), everything(catalogue)))
    assert catalogue.facets.count(filters, walled, within=every) == before


def test_spellings_that_are_one_name_are_counted_as_one(catalogue: Catalogue) -> None:
    spelled = ("ALDERGATE HOLDINGS LIMITED", "Aldergate Holdings Ltd.")
    file_away(catalogue, [("Northwind", {"party": spelled}), ("Northwind", {"party": spelled[:1]})])
    counted = catalogue.facets.count(Filters(), everything(catalogue))
    assert told(counted)["party"] == {"Aldergate Holdings Ltd.": 2}


def test_a_value_in_quotes_leaves_as_many_as_were_counted(catalogue: Catalogue) -> None:
    file_away(
        catalogue, [*FILED, ("Northwind", {"party": ("Aldergate Bank",), "language": ("de",)})]
    )
    scope = everything(catalogue)
    for facet in catalogue.facets.count(Filters(), scope).facets:
        for value, count in facet.values:
            asked = {facet.name: f'"{value}"'}
            if facet.name == "year":
                asked = {"after": value, "before": value}
            assert len(catalogue.selection.documents(filters_of(asked), scope)) == count, asked


def test_of_very_many_values_the_rest_is_a_number(catalogue: Catalogue) -> None:
    file_away(catalogue, [("Northwind", {"party": (f"P{n:03}",)}) for n in range(MOST_VALUES + 7)])
    counted = catalogue.facets.count(Filters(), everything(catalogue))
    [party] = [facet for facet in counted.facets if facet.name == "party"]
    assert (len(party.values), party.more) == (MOST_VALUES, 7)
    assert party.values[0] == ("P000", 1)


def test_what_cannot_be_searched_is_not_counted(catalogue: Catalogue) -> None:
    file_away(catalogue, FILED, current=False)
    assert catalogue.facets.count(Filters(), everything(catalogue)).selected == 0
    old = replace(everything(catalogue), superseded=True)
    assert catalogue.facets.count(Filters(), old).selected == 4
