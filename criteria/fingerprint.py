"""Fingerprints (dấu vân tay): the meaning of a criteria set as one canonical text and its SHA-256.

Two files that mean the same, whatever their comments and layout, have the same fingerprint.
"""

import datetime
import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from criteria.model import CriteriaSet
from criteria.plan.deadlines import Deadline
from criteria.plan.model import Plan
from criteria.scalars import Bound, Plain


def canonical_text(declared: CriteriaSet | Plan) -> str:
    """A set or a plan as JSON with sorted keys and exact numbers as texts (`8/5`).

    Of its plan a set holds what its rules take from it, and nothing else.
    """
    value = _plain(declared)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(declared: CriteriaSet | Plan) -> str:
    """SHA-256, in hexadecimal, of the canonical text."""
    return hashlib.sha256(canonical_text(declared).encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    match value:
        case BaseModel():
            return {
                name: _plain(getattr(value, name))
                for name in type(value).model_fields
                if getattr(value, name) is not None and not isinstance(getattr(value, name), Plan)
            }
        case Fraction() | datetime.date():
            return str(value)
        case Bound(value=number):
            return str(number)
        case Deadline(text=text):
            return text
        case Plain(text=text):
            return text
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value
