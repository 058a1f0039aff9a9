"""PROV-JSON: who is said to have taken what from where, and that it is PROV for those who read nothing else.

With ARCHIVER_PROV=/somewhere/bin (the `bin` of an environment with the package `prov`) that package reads it, too.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given

from archiver.export import prov
from archiver.model.citation import Citation
from tests.export.answers import CAPTURE, CITATION, FIRST, GONE, REPOST, edge
from tests.export.cited import ASSERTED, ATTEMPTED, CITED, CONTRADICTED, CORROBORATED, SAYS, WITHDRAWN
from tests.export.test_cite import hostile
from tests.export.test_lineage import NASTY, addresses, foreign

GOLDEN = Path(__file__).parent / "golden"
PROV = Path(os.environ.get("ARCHIVER_PROV") or "/nowhere")

#: By relation, what it stands between: the kinds of things, by the attributes that name them (W3C PROV-JSON, section 3).
RELATIONS = {
    "wasGeneratedBy": {"prov:entity": "entity", "prov:activity": "activity"},
    "used": {"prov:activity": "activity", "prov:entity": "entity"},
    "wasInvalidatedBy": {"prov:entity": "entity", "prov:activity": "activity"},
    "wasDerivedFrom": {"prov:generatedEntity": "entity", "prov:usedEntity": "entity"},
    "wasAttributedTo": {"prov:entity": "entity", "prov:agent": "agent"},
    "wasAssociatedWith": {"prov:activity": "activity", "prov:agent": "agent"},
    "specializationOf": {"prov:specificEntity": "entity", "prov:generalEntity": "entity"},
    "alternateOf": {"prov:alternate1": "entity", "prov:alternate2": "entity"},
}


@pytest.mark.parametrize("name", ["corroborated", "contradicted", "withdrawn"])
def test_a_fixed_citation_is_told_as_it_always_was(name: str) -> None:
    assert prov.document(CITED[name]) == (GOLDEN / f"{name}.prov.json").read_text("utf-8")


def told(citation: Citation):
    return json.loads(prov.document(citation))


def derived(document, kind: str):
    """The derivations of a type."""
    known = document.get("wasDerivedFrom", {}).values()
    return [one for one in known if one["prov:type"]["$"] == kind]


def test_a_text_goes_back_to_its_payload_its_record_its_capture_and_its_address() -> None:
    document = told(CORROBORATED)
    text, payload, record = (
        f"archiver:document/{CORROBORATED.document_id}",
        f"urn:sha256:{CAPTURE.sha256}",
        f"urn:uuid:{CAPTURE.capture_id}",
    )
    steps = {(one["prov:generatedEntity"], one["prov:usedEntity"]) for one in document["wasDerivedFrom"].values()}
    assert {(text, payload), (payload, record)} <= steps
    capture = f"archiver:capture/{CAPTURE.capture_id}"
    assert {"prov:entity": record, "prov:activity": capture, "prov:time": CAPTURE.captured_at} in document[
        "wasGeneratedBy"
    ].values()
    assert {"prov:activity": capture, "prov:entity": REPOST} in document["used"].values()
    assert document["specializationOf"] == {
        "_:specializationOf1": {"prov:specificEntity": text, "prov:generalEntity": REPOST}
    }
    agents = {one["prov:agent"] for one in document["wasAttributedTo"].values() if one["prov:entity"] == text}
    assert agents == {"archiver:publisher/The%20Lamp", "archiver:author/Ida%20Moor", "archiver:author/T.%20Reil"}


def test_a_republication_is_derived_from_its_source_with_status_quote_and_rule() -> None:
    (step, _) = derived(told(CORROBORATED), "archiver:Republication")
    assert (step["prov:generatedEntity"], step["prov:usedEntity"]) == (REPOST, FIRST)
    assert (step["archiver:status"], step["archiver:quote"], step["archiver:rule"]) == (
        "corroborated",
        [SAYS],
        ["by-hand@1"],
    )
    (first,) = derived(told(CORROBORATED), "prov:PrimarySource")
    assert first["prov:usedEntity"] == FIRST
    (claimed,) = derived(told(ASSERTED), "prov:PrimarySource")
    assert claimed["archiver:known"] == "pages say so, and no archived text confirms it"
    assert told(ASSERTED)["entity"][GONE]["archiver:archived"] is False


def test_what_is_contradicted_is_derived_from_nothing_and_said_by_the_page_alone() -> None:
    document = told(CONTRADICTED)
    assert not derived(document, "archiver:Republication")
    assert not derived(document, "prov:PrimarySource")
    ((name, bundle),) = document["bundle"].items()
    (step,) = derived(bundle, "archiver:Republication")
    assert (step["archiver:status"], step["prov:usedEntity"]) == ("contradicted", FIRST)
    assert document["entity"][name]["prov:type"]["$"] == "prov:Bundle"
    assert {"prov:entity": name, "prov:agent": "archiver:publisher/The%20Lamp"} in document["wasAttributedTo"].values()


def test_a_withdrawn_record_is_no_more_and_its_words_are_not_told() -> None:
    written = prov.document(WITHDRAWN)
    assert "first ran" not in written
    document = json.loads(written)
    (gone,) = document["wasInvalidatedBy"].values()
    assert gone["prov:entity"] == f"urn:uuid:{CAPTURE.capture_id}"
    assert document["activity"][gone["prov:activity"]]["archiver:because"] == "a court order | {42}"
    assert {"prov:activity": gone["prov:activity"], "prov:agent": "archiver:person/M.%20Frey"} in document[
        "wasAssociatedWith"
    ].values()


def test_an_address_that_was_only_attempted_is_an_entity_and_nothing_else() -> None:
    document = told(ATTEMPTED)
    assert document.keys() == {"prefix", "entity"}
    assert document["entity"][ATTEMPTED.url]["archiver:archived"] is False


def test_bytes_that_were_taken_in_were_captured_by_somebody_else() -> None:
    document = told(replace(CITATION, captures=(replace(CAPTURE, source="import", source_note="of M. Frey"),)))
    assert f"archiver:capture/{CAPTURE.capture_id}" not in {
        one["prov:activity"] for one in document["wasAssociatedWith"].values()
    }


def test_several_documents_share_what_they_have_in_common() -> None:
    document = json.loads(prov.documents([CORROBORATED, ASSERTED, CORROBORATED]))
    assert document == json.loads(prov.documents([CORROBORATED, ASSERTED]))
    assert sum(name.startswith("archiver:document/") for name in document["entity"]) == 2
    check(document)


def test_versions_of_one_address_are_not_derived_from_themselves() -> None:
    document = told(replace(CITATION, edges=(edge(REPOST, REPOST, "republished_from"),)))
    assert not derived(document, "archiver:Republication")


def check(document) -> None:
    """Every relation stands between things that are there, and each name has a prefix that is declared."""
    for part in (document, *document.get("bundle", {}).values()):
        for relation, known in part.items():
            if relation in ("prefix", "bundle", "entity", "activity", "agent"):
                continue
            for one in known.values():
                for attribute, kind in RELATIONS[relation].items():
                    assert one[attribute] in document[kind]
    names = [name for kind in ("entity", "activity", "agent") for name in document.get(kind, {})]
    assert {name.partition(":")[0] for name in names} <= document["prefix"].keys()
    assert all(name.isprintable() and " " not in name for name in names)


@given(foreign, foreign, foreign, addresses)
@example(*NASTY)
def test_whatever_a_page_says_it_is_prov_and_the_text_has_its_place(
    title: str, publisher: str, quote: str, url: str
) -> None:
    one = hostile(title, publisher, quote, url)
    written = prov.document(one)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ud800-\udfff]", written)
    document = json.loads(written)
    check(document)
    assert document["entity"][f"archiver:document/{one.document_id}"].get("prov:label", "") == title


#: What the judge runs: it reads a document a line, and reads again what it writes of it.
_JUDGE = """
import sys
from prov.model import ProvDocument
for line in sys.stdin:
    read = ProvDocument.deserialize(content=line, format="json")
    assert read == ProvDocument.deserialize(content=read.serialize(format="json"), format="json")
    assert read.get_provn()
"""


@pytest.mark.skipif(
    not (PROV / "python").exists(), reason="ARCHIVER_PROV names no folder with a python that has `prov`"
)
def test_the_package_prov_reads_it_and_writes_the_same() -> None:
    nasty = [
        hostile(*NASTY),
        hostile(*NASTY[::-1]),
        replace(CITATION, url="http://x.example/%|,;(\\'=[1])-.", edges=()),
    ]
    lines = "".join(json.dumps(told(one)) + "\n" for one in (*CITED.values(), *nasty))
    judged = subprocess.run([PROV / "python", "-W", "error", "-c", _JUDGE], input=lines, capture_output=True, text=True, check=False, timeout=60)  # fmt: skip
    assert judged.returncode == 0, judged.stderr
