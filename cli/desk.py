"""The desk (bàn nhận): what every workbook that comes back to a year is held against."""

from __future__ import annotations

import datetime

from cli.folder import Year
from inputs.store.admission import local_day
from inputs.store.store import Store
from inputs.workbooks.desk import Desk
from inputs.workbooks.owed import owed_by_unit


def desk_of(year: Year, store: Store, moment: datetime.datetime) -> Desk:
    """What the year's workbooks are held against."""
    from criteria.fingerprint import fingerprint

    sets = {each.set.group: each.set for each in year.sets}
    return Desk(
        assessment=year.assessment,
        sets=sets,
        fingerprints={each.id: fingerprint(each) for each in sets.values()},
        units=year.units.by_id,
        owed=owed_by_unit(year.plan, year.bodies, year.units, sets),
        secret=store.seal,
        today=local_day(moment),
        plan_from=None if year.plan is None else year.plan.starts,
    )
