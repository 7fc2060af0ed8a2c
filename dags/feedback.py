"""# Feedback: what the counties answered

**When**: for day D when it was published, also again. Feedback itself is a feed: `ingest_feedback` takes it in, and
the days it changes are run and published again.

**Reads** `warehouse/` · **writes** nothing but its return value and a notice, where answers are overdue or name
warnings that nobody knows.

**To look**: the return value of `count`: warnings that stand, were answered, are overdue, by county;
`fanpin export warnings --date D` has status and due date of each; `fanpin explain WARNING_ID` tells one's story.

**When it breaks**
- *A workbook was rejected*: its password is none of the counties' (`fanpin password COUNTY`), or no sheet has the
  columns.
- *Answers to unknown warnings*: workbooks of another installation or key; their warning IDs lead to nobody here.
- *Many overdue in one county*: that is no failure; call its bureau.
"""

from __future__ import annotations

import notices
from airflow.sdk import DAG, PartitionedAssetTimetable
from scheduling import DEFAULTS, PUBLISHED, business_day, installation, say, step

with DAG(
    "feedback",
    description="what the counties answered, what is overdue",
    schedule=PartitionedAssetTimetable(PUBLISHED),
    catchup=False,
    max_active_runs=4,
    default_args=DEFAULTS,
    doc_md=__doc__,
    tags=["fanpin", "4 feedback"],
):

    @step(reads=True)
    def count() -> dict:
        """Count what stands, was answered, is overdue, by county; a notice where somebody owes an answer."""
        from pipelines.scheduled.answers import answers

        day = business_day()
        found = answers(installation(), day)
        due = found["all"]
        for name, number in due.items():
            say(f"{name}: {number}")
        if due["overdue"] or due["service_overdue"] or due["unknown_warnings"]:
            notices.answers_due(day, due["overdue"], due["service_overdue"], due["unknown_warnings"])
        return found

    count()
