"""The DAGs as a whole: they load, they are what `graph.txt` says, and each keeps the customs of the house."""

import ast
import os
from pathlib import Path

import pytest

from pipelines.feeds import FEEDS
from pipelines.settings import CHECKOUT

DAGS = CHECKOUT / "dags"
KINDS = {
    "_PythonDecoratedOperator": "step",
    "_BranchPythonDecoratedOperator": "branch",
    "_ShortCircuitDecoratedOperator": "condition",
}
SNAPSHOT = Path(__file__).parent / "graph.txt"


@pytest.fixture(scope="module")
def bag():
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(DAGS)


def drawn(bag) -> str:
    """Every DAG: its schedule, its tasks with what comes after them, their pool and what they announce."""
    lines = []
    for dag_id, dag in sorted(bag.dags.items()):
        lines.append(f"{dag_id} — {scheduled(dag.timetable)}")
        for task in sorted(dag.tasks, key=lambda t: t.task_id):
            kind = "sign-off" if type(task).__name__ == "HITLOperator" else KINDS[task.task_type]
            after = ", ".join(sorted(task.downstream_task_ids)) or "end"
            pool = f" [{task.pool} {task.pool_slots}]" if task.pool != "default_pool" else ""
            says = "".join(f" ⇒ {asset.name}" for asset in task.outlets)
            lines.append(f"    {task.task_id}{pool} ({kind}) → {after}{says}")
    return "\n".join(lines) + "\n"


def scheduled(timetable) -> str:
    if getattr(timetable, "asset_condition", None):
        return f"when {condition(timetable.asset_condition)}"
    offset = getattr(timetable, "run_offset", None)
    zone = getattr(timetable.timezone, "name", timetable.timezone)
    return f"at {timetable.expression} {zone}" + (f", for the day {-offset} before" if offset else "")


def condition(asset) -> str:
    name = type(asset).__name__
    if name == "Asset":
        return asset.name
    word = {"AssetAll": " and ", "AssetAny": " or "}[name]
    return "(" + word.join(condition(part) for part in asset.objects) + ")"


def test_every_dag_loads(bag):
    assert bag.import_errors == {}
    assert {f"ingest_{feed}" for feed in FEEDS} < set(bag.dags)


def test_the_graph_is_as_drawn(bag):
    """After a wanted change: run it with FANPIN_DRAW=yes, and look at the difference."""
    found = drawn(bag)
    if os.environ.get("FANPIN_DRAW"):
        SNAPSHOT.write_text(found, encoding="utf-8")
    assert found == SNAPSHOT.read_text(encoding="utf-8")


def test_every_dag_has_a_runbook(bag):
    for dag in bag.dags.values():
        for part in ("**When**", "**Reads**", "**writes**", "**To look**", "**When it breaks**"):
            assert part in dag.doc_md, (dag.dag_id, part)
        assert dag.description


def test_every_task_can_be_repeated_and_is_watched(bag):
    for dag in bag.dags.values():
        assert not dag.catchup
        for task in dag.tasks:
            assert task.retries >= 1, task
            assert task.retry_exponential_backoff, task
            assert task.on_failure_callback, task
            assert task.execution_timeout or task.task_id == "sign_off", task


def test_days_are_partition_keys_of_one_format(bag):
    timetables = [d.timetable for d in bag.dags.values() if type(d.timetable).__name__ == "CronPartitionTimetable"]
    assert {
        (t.expression, t.run_offset, t.key_format, str(getattr(t.timezone, "name", t.timezone))) for t in timetables
    } == {("0 0 * * *", -1, "%Y-%m-%d", "Asia/Shanghai")}


def test_whoever_writes_takes_the_whole_pool():
    """`step` is the only way to hold the home, and what it decorates gets slots of the pool that `serve` makes."""
    import serve
    from scheduling import POOL, SLOTS

    for path in DAGS.glob("*.py"):
        assert "pipelines.files" not in path.read_text(encoding="utf-8") or path.name == "scheduling.py"
    assert (serve.POOL, serve.SLOTS) == (POOL, SLOTS)


def test_no_dag_takes_the_clock_for_the_day():
    for path in DAGS.glob("*.py"):
        if path.name in ("serve.py",):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        arguments = {a.arg for node in ast.walk(tree) if isinstance(node, ast.arguments) for a in node.args}
        assert not names & {"today", "now", "utcnow", "logical_date", "data_interval_start"}, path
        assert not arguments & {"ds", "logical_date", "data_interval_start", "data_interval_end"}, path
