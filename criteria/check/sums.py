"""Do the maxima add up: children to their parent, fields to the total of the set?"""

from fractions import Fraction

from criteria.check.findings import Findings
from criteria.exact import shortest
from criteria.model import Group, Leaf, maximum_of
from criteria.yaml_tree import Loc


def check_sums(findings: Findings) -> None:
    """Stated maxima against sums; nothing is said of sums where a leaf could not be read."""
    for loc, criterion in findings.criteria():
        if isinstance(criterion, Leaf) and criterion.maximum <= 0:
            findings.add(
                "maximum-not-positive",
                (*loc, "maximum"),
                about=criterion.id,
                value=shortest(criterion.maximum),
            )
    if findings.source.leaves_lost:
        return
    for loc, criterion in findings.criteria():
        if isinstance(criterion, Group) and criterion.maximum is not None:
            _compare(findings, (*loc, "maximum"), criterion, criterion.maximum)
    total = sum((maximum_of(field) for field in findings.set.fields), Fraction(0))
    if "total" not in findings.source.lost and total != findings.set.total:
        findings.add(
            "total-does-not-add-up",
            ("total",) if findings.set.total != 100 else ("fields",),
            sum=shortest(total),
            total=shortest(findings.set.total),
            parts=" + ".join(shortest(maximum_of(field)) for field in findings.set.fields),
        )


def _compare(findings: Findings, loc: Loc, group: Group, stated: Fraction) -> None:
    total = maximum_of(group)
    if total != stated:
        findings.add(
            "maxima-do-not-add-up",
            loc,
            about=group.id,
            sum=shortest(total),
            stated=shortest(stated),
            parts=" + ".join(shortest(maximum_of(below)) for below in group.criteria),
        )
