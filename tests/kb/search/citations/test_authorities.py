"""What documents cite, who cites them, and that walls hold in every count."""

import json
from pathlib import Path

import pytest

from ingest.citations.extract import citations, in_court
from ingest.citations.reextract import read_again
from kb.app.bootstrap import KnowledgeBase
from kb.domain import Document, Fact, Scope
from kb.domain.authorities import Table
from kb.errors import BadRequest, NotFound
from kb.search.citations.case_names import same_case
from kb.serializers.citations import cited_json, table_json
from kb.settings import Settings
from tests.commands import ROOT, new_store
from tests.shelf import entries, offer, put

ROE = "Roe v. Wade, 410 U.S. 113 (1973)"
MEMO = f"We rely on {ROE}. Id. at 120. See also 18 U.S.C. § 1839(3).\n\nRoe, supra, at 125."
BRIEF = "Roe v. Wade, 410 U. S. 113, 93 S. Ct. 705 (1973), was overruled in 2022.\n\nRent is due."
OPINION = (
    Fact("court", "United States Court of Appeals for the First Circuit"),
    Fact("date", "2010-06-02"),
    Fact("party", "Jessica C. Rule"),
    Fact("party", "Fort Dodge Animal Health, Inc."),
    Fact("party", "Wyeth Corporation"),
)
RULE = "Rule v. Fort Dodge Animal Health, Inc., 607 F.3d 250 (1st Cir. 2010)"


def shelve(
    kb: KnowledgeBase, matter: str, name: str, text: str, facts: tuple[Fact, ...] = ()
) -> Document:
    """A document with its citations, as the worker would leave it."""
    document = put(kb, matter, name, text, facts=facts)
    title = name.rsplit(".", 1)[0]
    kb.citings.replace(document.id, citations(text, [], title, court_paper=in_court(facts)))
    return document


def everything(kb: KnowledgeBase, *matters: str, superseded: bool = False) -> Scope:
    return kb.access.scope(kb.access.local_user(), matters, superseded=superseded)


def without(scope: Scope, *hidden: Document) -> Scope:
    return Scope(scope.user_id, scope.matters, frozenset(one.id for one in hidden))


def citing(kb: KnowledgeBase, query: str, scope: Scope | None = None) -> list[str]:
    found = kb.authorities.cites(query, scope or everything(kb))
    return [one.document.name for one in found.citing]


def listed(table: Table) -> list[tuple[str, int, list[str]]]:
    return [
        (one.normal, len(one.mentions), [held.name for held in one.held])
        for one in table.authorities
    ]


def test_a_table_of_authorities_has_each_with_all_its_places(kb: KnowledgeBase) -> None:
    memo = shelve(kb, "alpha", "memo.txt", MEMO)
    table = kb.authorities.table(memo.id, everything(kb))
    assert listed(table) == [("410 U.S. 113", 3, []), ("18 U.S.C. § 1839", 1, [])]
    [roe, _] = table.authorities
    assert [one.text for one in roe.mentions] == [
        "410 U.S. 113",
        "Id. at 120",
        "Roe, supra, at 125",
    ]
    assert (roe.name, roe.year) == ("Roe v. Wade", 1973)
    for one in roe.mentions:
        assert MEMO[one.citation.char_start : one.citation.char_end] == one.text
    assert table_json(table)["lacking"] == ["410 U.S. 113", "18 U.S.C. § 1839"]


@pytest.mark.parametrize(
    "spelling",
    [
        "410 U.S. 113", "410 US 113", "410 U. S. 113", "  410   u.s. 113. ", "410 U.S., at 116",
        "Roe v. Wade, 410 U.S. 113, 120-21 (1973)", "Roe v Wade 410 US 113", "410 U.S. 113 (1973)",
        "see Roe v. Wade, 410 U.S. 113", "93 S. Ct. 705", "93 Sup. Ct. 705", "93 SCt 705",
        "Roe v. Wade", "roe v. wade",
    ],
)  # fmt: skip
def test_a_citation_is_found_in_every_spelling(kb: KnowledgeBase, spelling: str) -> None:
    text = f"{BRIEF} Roe, 410 U.S. at 116. Doe v. Bolton, 410 U.S. 179 (1973)."
    shelve(kb, "alpha", "brief.txt", text)
    shelve(kb, "alpha", "other.txt", "Smith v. Jones, 93 F.3d 705 (1st Cir. 1996).")
    assert citing(kb, spelling) == ["brief.txt"]


@pytest.mark.parametrize(
    ("stored", "spelling"),
    [
        ("18 U.S.C. § 1839(3)", "18 USC 1839"),
        ("18 U.S.C. § 1839(3)", "18 U. S. C. §1839(3)"),
        ("29 C.F.R. § 1910.12", "29 CFR 1910.12"),
        ("Cal. Penal Code § 187", "Cal Penal Code 187"),
        ("Fed. R. Civ. P. 12(b)(6)", "FRCP 12(b)(6)"),
        ("Fed. R. Civ. P. 12(b)(6)", "Fed.R.Civ.P. 12"),
        ("U.S. Const. amend. XIV, § 1", "US Const amend XIV"),
        ("Pub. L. No. 107-56", "Pub. L. No. 107–56"),
        ("66 Fed. Reg. 1234", "66 Fed Reg 1234"),
        ("5 U.S. (1 Cranch) 137", "5 U.S. 137"),
        ("5 U.S. (1 Cranch) 137", "5 U.S. (1 Cranch) 137 (1803)"),
        ("123 F.Supp.2d 5", "123 F Supp 2d 5"),
        ("[2019] UKSC 12", "2019 UKSC 12"),
        ("[2020] EWHC 123 (Ch)", "[2020] EWHC 123 (Ch)"),
        ("2015 SCC 5", "[2015] SCC 5"),
        ("[1932] AC 562", "Donoghue v Stevenson [1932] A.C. 562"),
        ("ECLI:EU:C:2014:317", "ecli:eu:c:2014:317"),
        ("90 Harv. L. Rev. 1", "90 Harv L Rev 1"),
    ],
)
def test_statutes_and_foreign_citations_are_found_too(
    kb: KnowledgeBase, stored: str, spelling: str
) -> None:
    shelve(kb, "alpha", "memo.txt", f"The court relied on {stored}, and so do we.")
    assert citing(kb, spelling) == ["memo.txt"]


@pytest.mark.parametrize("query", ["", "What is the cap?", "the lease"])
def test_what_is_no_citation_is_refused(kb: KnowledgeBase, query: str) -> None:
    with pytest.raises(BadRequest, match="not read as a citation"):
        kb.authorities.cites(query, everything(kb))


def test_a_citation_that_nobody_cites_is_found_nowhere(kb: KnowledgeBase) -> None:
    shelve(kb, "alpha", "memo.txt", MEMO)
    assert cited_json(kb.authorities.cites("999 U.S. 1", everything(kb)))["documents"] == 0
    assert citing(kb, "12 May 2020") == []


def test_passages_around_the_places_are_told(kb: KnowledgeBase) -> None:
    shelve(kb, "alpha", "memo.txt", MEMO)
    [one] = kb.authorities.cites("410 US 113", everything(kb)).citing
    assert [chunk.text for chunk in one.passages] == MEMO.split("\n\n")


def test_an_opinion_is_linked_by_the_citation_it_gives_itself(kb: KnowledgeBase) -> None:
    text = "Supreme Court of the United States\n\n410 U.S. 113\n\nROE v. WADE\n\nWe affirm."
    court = Fact("court", "Supreme Court of the United States")
    opinion = shelve(kb, "beta", "roe.txt", text, (court,))
    memo = shelve(kb, "alpha", "memo.txt", MEMO)
    table = kb.authorities.table(memo.id, everything(kb))
    assert listed(table)[0] == ("410 U.S. 113", 3, ["roe.txt"])
    found = kb.authorities.cites("410 US 113", everything(kb))
    assert [one.name for one in found.held] == ["roe.txt"]
    assert [one.document.name for one in found.citing] == ["memo.txt"]
    by = kb.authorities.cited_by(opinion.id, everything(kb))
    assert [one.document.name for one in by.citing] == ["memo.txt"]
    assert kb.authorities.table(opinion.id, everything(kb)).own == ("410 U.S. 113",)


def test_an_opinion_is_linked_by_name_court_and_year(kb: KnowledgeBase) -> None:
    opinion = shelve(kb, "beta", "rule.txt", "RULE v. FORT DODGE\n\nBoudin, J.", OPINION)
    memo = shelve(kb, "alpha", "memo.txt", f"See {RULE}.")
    assert listed(kb.authorities.table(memo.id, everything(kb))) == [
        ("607 F.3d 250", 1, ["rule.txt"])
    ]
    by = kb.authorities.cited_by(opinion.id, everything(kb))
    assert [one.document.name for one in by.citing] == ["memo.txt"]
    for wrong in (RULE.replace("2010", "2011"), RULE.replace("1st", "2d")):
        other = shelve(kb, "alpha", f"{wrong[-12:-1]}.txt", f"See {wrong}.")
        assert listed(kb.authorities.table(other.id, everything(kb))) == [("607 F.3d 250", 1, [])]


@pytest.mark.parametrize(
    ("name", "parties", "same"),
    [
        ("Rule v. Fort Dodge Animal Health, Inc.",
         ("JESSICA RULE", "Fort Dodge Animal Health"), True),
        ("Ostrander Mills v. Pike Valley Mut. Ins. Co.",
         ("OSTRANDER MILLS, INC.", "PIKE VALLEY MUTUAL INSURANCE COMPANY"), True),
        ("U.S. v. Bryant", ("United States", "Bryant"), True),
        ("Zhao v. Dep't of Justice", ("Zhao", "Department of Justice"), True),
        ("In re Colonial Mortgage", ("Colonial Mortgage", ), True),
        ("Bryant v. United States", ("United States", "Bryant"), True),
        ("Smith v. Jones", ("Smith Barney", "Jones"), False),
        ("Smith v. Jones", ("Jones", "Doe"), False),
        ("Smith v. Smith", ("Ann Smith", "Doe"), False),
        ("Colonial Mortgage", ("Colonial Mortgage", ), False),
    ],
)  # fmt: skip
def test_names_are_compared_as_cases_are_cited(
    name: str, parties: tuple[str, ...], same: bool
) -> None:
    assert same_case(name, "", parties, "Supreme Court of the United States") is same


@pytest.mark.parametrize(
    ("cited", "paper", "same"),
    [
        ("Court of Appeals for the First Circuit",
         "United States Court of Appeals for the First Circuit", True),
        ("District Court, D. Massachusetts",
         "United States District Court for the District of Massachusetts", True),
        ("District Court, S.D. New York",
         "United States District Court for the Southern District of New York", True),
        ("Massachusetts Supreme Judicial Court", "Supreme Judicial Court of Massachusetts", True),
        ("Court of Appeals for the First Circuit",
         "United States Court of Appeals for the Second Circuit", False),
        ("District Court, S.D. New York",
         "United States District Court for the Northern District of New York", False),
        ("Supreme Court of the United States",
         "United States Court of Appeals for the First Circuit", False),
    ],
)  # fmt: skip
def test_courts_are_compared_as_they_are_abbreviated(cited: str, paper: str, same: bool) -> None:
    assert same_case("Rule v. Dodge", cited, ("Rule", "Dodge"), paper) is same


def test_a_walled_document_changes_no_count_name_or_parallel(kb: KnowledgeBase) -> None:
    memo = shelve(kb, "alpha", "memo.txt", "See 93 S. Ct. 705. Rule v. Dodge, 5 F.3d 1 (2010).")
    before = everything(kb)
    told = [
        cited_json(kb.authorities.cites("93 S. Ct. 705", before)),
        cited_json(kb.authorities.cites("410 U.S. 113", before)),
        table_json(kb.authorities.table(memo.id, before)),
    ]
    sides = (Fact("party", "Rule"), Fact("party", "Dodge"))
    hidden = [
        shelve(kb, "alpha", "brief.txt", BRIEF),  # says that both are one authority
        shelve(kb, "alpha", "roe.txt", "93 S. Ct. 705\n\nROE v. WADE", OPINION[:1]),
        shelve(kb, "alpha", "rule.txt", "RULE v. DODGE", (*OPINION[:2], *sides)),
    ]
    open_ = cited_json(kb.authorities.cites("410 U.S. 113", everything(kb)))
    assert (open_["documents"], len(open_["held"])) == (2, 1)
    scope = without(everything(kb), *hidden)
    assert told == [
        cited_json(kb.authorities.cites("93 S. Ct. 705", scope)),
        cited_json(kb.authorities.cites("410 U.S. 113", scope)),
        table_json(kb.authorities.table(memo.id, scope)),
    ]
    for ask in (kb.authorities.table, kb.authorities.cited_by):
        with pytest.raises(NotFound):
            ask(hidden[1].id, scope)


def test_another_matter_is_as_walled(kb: KnowledgeBase) -> None:
    shelve(kb, "alpha", "memo.txt", MEMO)
    shelve(kb, "beta", "brief.txt", BRIEF)
    assert citing(kb, "410 U.S. 113", everything(kb, "alpha")) == ["memo.txt"]
    assert citing(kb, "93 S. Ct. 705", everything(kb, "alpha")) == []
    assert citing(kb, "Roe v. Wade", everything(kb, "beta")) == ["brief.txt"]


def test_a_search_for_a_citation_finds_the_passages_that_cite_it_first(kb: KnowledgeBase) -> None:
    about = "Page 113 of volume 410 has nothing to do with it, wade through it as you may."
    for number in range(8):
        shelve(kb, "alpha", f"{number}.txt", f"{about}\n\nNumber {number}: US 410 113 US 113 410.")
    memo = shelve(kb, "alpha", "memo.txt", f"{about}\n\n{MEMO}")
    found = kb.retriever.search("410 US 113", everything(kb), limit=4).passages
    assert [passage.chunk.text for passage in found[:2]] == MEMO.split("\n\n")
    assert [passage.rank for passage in found] == [1, 2, 3, 4]
    pinned = kb.retriever.search("410 U.S. 113, 125", everything(kb), limit=4).passages
    assert pinned[0].chunk.text == MEMO.split("\n\n")[1]
    hidden = without(everything(kb), memo)
    assert all(p.document.id != memo.id for p in kb.retriever.search("410 US 113", hidden).passages)
    elsewhere = frozenset(d.id for d in kb.library.documents(hidden))
    left = kb.retriever.search("410 US 113", everything(kb), within=elsewhere).passages
    assert all(passage.document.id != memo.id for passage in left)


def test_old_versions_are_counted_on_request_alone(kb: KnowledgeBase) -> None:
    path = "/alpha/memo.txt"
    old = put(kb, "alpha", "memo.txt", MEMO, path=path)
    kb.citings.replace(old.id, citations(MEMO, [], "", court_paper=False))
    put(kb, "alpha", "memo.txt", "It cites nothing now.", path=path)
    assert citing(kb, "410 U.S. 113") == []
    assert citing(kb, "410 U.S. 113", everything(kb, superseded=True)) == ["memo.txt"]


def test_citations_go_with_their_document(kb: KnowledgeBase) -> None:
    memo = shelve(kb, "alpha", "memo.txt", MEMO)
    assert kb.database.rows("SELECT 1 FROM citation")
    kb.eraser.delete(memo.id, everything(kb))
    assert kb.database.rows("SELECT 1 FROM citation") == []
    assert citing(kb, "410 U.S. 113") == []


@pytest.mark.process
def test_an_old_store_gets_its_citations(kb: KnowledgeBase, settings: Settings) -> None:
    put(kb, "alpha", "memo.txt", MEMO)
    with kb.database.write() as connection:
        connection.execute("UPDATE document SET citing = ''")
    assert citing(kb, "410 U.S. 113") == []
    assert read_again(kb, settings) == 1
    assert citing(kb, "410 U.S. 113") == ["memo.txt"]
    assert read_again(kb, settings) == 0


def test_what_was_shown_is_written_to_the_audit_trail(kb: KnowledgeBase) -> None:
    memo = shelve(kb, "alpha", "memo.txt", MEMO)
    kb.authorities.cites("410 U.S. 113", everything(kb))
    [row] = entries(kb, "cites")
    detail = json.loads(row["detail"])
    second = MEMO.index("Roe, supra")
    assert detail["shown"] == [[memo.id, 0, second - 2], [memo.id, second, len(MEMO)]]
    assert "410" not in detail


def test_a_document_that_is_not_read_yet_has_no_table(kb: KnowledgeBase) -> None:
    waiting = offer(kb, "alpha", "/alpha/later.txt", b"later")
    with pytest.raises(NotFound):
        kb.authorities.table(waiting.id, everything(kb))


def test_the_commands_tell_what_is_cited(tmp_path: Path) -> None:
    kb = new_store(tmp_path)
    sample = ROOT / "data" / "sample"
    lease = sample / "aldergate-lease-dispute" / "memo-constructive-eviction.docx"
    opinion = sample / "authorities" / "marchbank-v-cordwainer-cafe.pdf"
    kb.ingest(lease, opinion, "--matter", "Aldergate")
    told = kb.json("authorities", lease.name)
    [one] = [each for each in told["authorities"] if each["authority"] == "318 Tam. 402"]
    assert [held["document"] for held in one["held"]] == [opinion.name]
    assert "207 Tam. App. 2d 88" in told["lacking"]
    cited = kb.json("cites", "318 Tam 402")
    assert [each["document"] for each in cited["citing"]] == [lease.name]
    assert [each["document"] for each in cited["held"]] == [opinion.name]
    assert kb.json("cited-by", opinion.name)["documents"] == 1
    assert "a hint where to look, not a judgment" in kb.run("cites", "318 Tam. 402")
    assert opinion.name in kb.run("authorities", lease.name)
    assert "not read as a citation" in kb.run("cites", "the rent", code=1)
