"""A definition read before is not parsed again, and a changed one is."""

import pytest

from virt.facts.domain import DomainInfo
from virt.xml import known, read


def test_only_a_changed_definition_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    real = read.domain

    def noted(xml: str) -> DomainInfo:
        parsed.append(xml)
        return real(xml)

    monkeypatch.setattr(read, "domain", noted)
    one = "<domain><name>known</name><vcpu>1</vcpu></domain>"
    two = one.replace("<vcpu>1", "<vcpu>2")
    assert [known.domain(xml).vcpus for xml in (one, one, two, one)] == [1, 1, 2, 1]
    assert parsed == [one, two]


def test_no_more_than_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "MOST", 3)
    for number in range(10):
        known.domain(f"<domain><name>kept-{number}</name></domain>")
    assert len(known._known) == 3
