"""# Upkeep: backup, restore on trial, retention

**When**: every day when it ends, for that day D.

**Reads** the home · **writes** `FANPIN_BACKUPS/D/` (default: `backups/` in the home; set it to a folder on another
disk), and removes, only once the backup was read back and restored on trial: deliveries in landing older than
`FANPIN_KEEP_LANDING` days (400) whose very bytes were staged, published dates older than `FANPIN_KEEP_PUBLISHED`
days (800, never the newest), all but `FANPIN_KEEP_BACKUPS` backups (7), and what cut-off runs left in the scratch
folder.

**To look**: the return values of its tasks; `manifest.json` of a backup lists its files with their SHA-256.

**To restore**: unpack `home.tar` of a backup into an empty folder; set `FANPIN_HOME` to it, `FANPIN_REFERENCE` to its
`reference/`, `FANPIN_KEY` to the key (it is in no backup); then run the `run_dates` of its `manifest.json` again, no
more and no fewer (docs/runbooks.md).

**When it breaks**
- *`back_up` failed*: there is no room, or no right to write. Nothing was removed. Make room, trigger the DAG
  for the date.
- *`verify` failed*: the disk gave back other bytes than were written. Have it looked at; trigger the DAG
  for the date.
- *`try_restore` failed*: its log says what the restored home concludes differently. Nothing is removed until it
passes."""

from __future__ import annotations

from airflow.sdk import DAG
from scheduling import DEFAULTS, business_day, daily, installation, say, step, takes_at_most

with DAG(
    "upkeep",
    description="backs up, restores on trial, clears what is old",
    schedule=daily(),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS | {"priority_weight": -10, "weight_rule": "absolute"},  # after everything else
    deadline=takes_at_most("upkeep", 480),
    doc_md=__doc__,
    tags=["fanpin", "5 upkeep"],
):

    @step(writes=True)
    def back_up() -> dict:
        """Make the backup of D."""
        from pipelines.scheduled.backup import back_up

        return back_up(installation(), business_day())

    @step()
    def verify() -> int:
        """Read the backup through, file by file."""
        from pipelines.scheduled.backup import verify

        return verify(installation(), business_day())

    @step(reads=True)
    def try_restore() -> str:
        """Restore the backup elsewhere, and see that its newest day concludes the same."""
        from pipelines.scheduled.backup import try_restore

        found = try_restore(installation(), business_day())
        say(found)
        return found

    @step(writes=True)
    def clear() -> dict:
        """Remove what is old."""
        from pipelines.scheduled import backup, upkeep

        day, settings = business_day(), installation()
        return {
            "landing": upkeep.clear_landing(settings, day),
            "published": [d.isoformat() for d in upkeep.clear_published(settings, day)],
            "backups": backup.keep_newest(settings, day, upkeep.keeps("FANPIN_KEEP_BACKUPS")),
            "scratch": upkeep.clear_scratch(settings),
        }

    back_up() >> verify() >> try_restore() >> clear()
