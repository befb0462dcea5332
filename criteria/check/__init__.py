"""What is checked of a criteria set before anybody is scored with it."""

from criteria.check.exactness import check_exactness
from criteria.check.findings import Findings
from criteria.check.references import check_references
from criteria.check.shapes import check_shapes
from criteria.check.sums import check_sums
from criteria.load import Source
from criteria.model import CriteriaSet
from criteria.problems import Problem, in_file_order


def check_set(criteria_set: CriteriaSet, source: Source) -> tuple[Problem, ...]:
    """All findings on a loaded set, in the order of its lines; worked cases are run elsewhere."""
    findings = Findings(criteria_set, source)
    check_references(findings)
    check_sums(findings)
    check_exactness(findings)
    check_shapes(findings)
    return in_file_order(findings.problems)
