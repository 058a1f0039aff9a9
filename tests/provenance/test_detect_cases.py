"""Whole pages: each folder of cases/ holds a page and the claims that it makes (copyright lines and further evidence left out)."""

import json
from pathlib import Path

import pytest

from archiver.extract.read import read
from archiver.model.capture import Payload
from archiver.model.claim import Relation
from archiver.model.document import Role
from archiver.provenance.detect.detect import detect

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_a_page_makes_the_claims_of_its_case_and_no_other_upstream_claim(folder):
    wanted = json.loads((folder / "expected.json").read_text("utf-8"))
    source = (folder / "page.html").read_bytes()
    document = read(Payload(url=wanted["url"], content=source, media_type="text/html", charset="utf-8"))
    claims = detect(document)
    got = [
        (claim.relation.value, claim.publisher, claim.url)
        for claim in claims
        if claim.relation is not Relation.COPYRIGHT
    ]
    expected = [(claim["relation"], claim["publisher"], claim["url"]) for claim in wanted["claims"]]
    for claim in expected:
        assert claim in got
    assert [claim for claim in got if claim not in expected and claim[0] not in ("cites", "image_credit")] == []
    for claim in claims:
        for evidence in claim.evidence:
            if evidence.role is Role.MARKUP:
                assert evidence.quote in source.decode("utf-8")
            else:
                assert document.whole[evidence.start : evidence.end] == evidence.quote
