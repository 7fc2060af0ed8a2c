"""What a task says when it fails, and which failures are tried again; whole DAGs in one process where that can work."""

import errno
import os
import time
import traceback
from datetime import date
from types import SimpleNamespace

import pytest

from pipelines.settings import FanpinError, TryAgain

ID_NUMBER = "340422198710087601"


def failing(error: Exception, monkeypatch, tmp_path, writes: bool = False):
    """What the task's function raises where the code it calls raises `error`."""
    import scheduling

    def function():
        raise error

    monkeypatch.setenv("FANPIN_HOME", str(tmp_path))
    monkeypatch.setenv("FANPIN_KEY", "a key")
    with pytest.raises(Exception) as caught:
        scheduling.step(writes=writes)(function).function()
    return caught.value


def test_the_text_of_an_unforeseen_error_is_not_said(monkeypatch, tmp_path):
    from airflow.sdk.exceptions import AirflowFailException

    raised = failing(ValueError(f"could not convert {ID_NUMBER}"), monkeypatch, tmp_path)
    said = "".join(traceback.format_exception(raised))
    assert "unforeseen ValueError in" in said
    assert ID_NUMBER not in said
    assert raised.__context__ is None and raised.__cause__ is None
    assert not isinstance(raised, AirflowFailException)  # it may pass


def test_what_somebody_must_mend_is_not_tried_again(monkeypatch, tmp_path):
    from airflow.sdk.exceptions import AirflowFailException

    raised = failing(FanpinError("no key: set FANPIN_KEY"), monkeypatch, tmp_path)
    assert isinstance(raised, AirflowFailException)
    assert "FANPIN_KEY" in str(raised)


def test_what_may_pass_by_itself_is_tried_again(monkeypatch, tmp_path):
    from airflow.sdk.exceptions import AirflowFailException

    raised = failing(TryAgain("the step states ran out of memory"), monkeypatch, tmp_path)
    assert not isinstance(raised, AirflowFailException)
    assert str(raised) == "the step states ran out of memory"


def test_a_full_disk_is_tried_again(monkeypatch, tmp_path):
    from airflow.sdk.exceptions import AirflowFailException

    from pipelines.staging.storage import write_json

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pipelines.staging.storage.sync_alone", full)
    with pytest.raises(FanpinError) as caught:
        write_json(tmp_path / "a.json", {})
    raised = failing(caught.value, monkeypatch, tmp_path)
    assert not isinstance(raised, AirflowFailException)
    assert "free space" in str(raised)


def test_a_folder_that_can_not_be_written_is_named_and_tried_again(monkeypatch, tmp_path):
    from airflow.sdk.exceptions import AirflowFailException

    for path, said in (("published", "published"), (f"landing/posts/{ID_NUMBER}.csv", "landing/posts")):
        error = PermissionError(errno.EACCES, "Permission denied", str(tmp_path / path))
        raised = failing(error, monkeypatch, tmp_path)
        assert not isinstance(raised, AirflowFailException)
        assert str(raised).startswith(f"{tmp_path / said} can't be read or written (Permission denied): see that")


def test_a_home_that_another_process_holds_is_tried_again(monkeypatch, tmp_path):
    import fcntl

    from airflow.sdk.exceptions import AirflowFailException

    with open(tmp_path / ".writing", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        raised = failing(RuntimeError("not reached"), monkeypatch, tmp_path, writes=True)
    assert not isinstance(raised, AirflowFailException)
    assert "another run" in str(raised)


@pytest.mark.parametrize("key", [None, "", "2025-6-4x", "2025-05-26T00:00:00"])
def test_a_run_without_a_day_is_refused(monkeypatch, key):
    import scheduling
    from airflow.sdk.exceptions import AirflowFailException

    monkeypatch.setattr(scheduling, "get_current_context", lambda: {"partition_key": key})
    with pytest.raises(AirflowFailException, match="partition key like 2025-06-04"):
        scheduling.business_day()


def test_a_notice_without_a_connection_is_not_sent_and_fails_nothing(monkeypatch):
    import notices
    from airflow.sdk import BaseHook

    def missing(_):
        raise KeyError("fanpin_notices")

    monkeypatch.setattr(BaseHook, "get_connection", missing)
    assert notices.send("subject", "body") is False


def test_a_notice_of_a_failure_does_not_carry_its_text(monkeypatch):
    import notices

    sent = []
    monkeypatch.setattr(notices, "send", lambda *parts: sent.append("\n".join(parts)))
    instance = SimpleNamespace(dag_id="monitoring", task_id="reconcile", log_url="http://127.0.0.1/log")
    run = SimpleNamespace(partition_key="2025-06-04", run_id="a run")
    notices.task_failed({"ti": instance, "dag_run": run, "exception": ValueError(ID_NUMBER)})
    assert "2025-06-04" in sent[0] and ID_NUMBER not in sent[0]


def test_sample_days_are_taken_in_by_their_closing_alone(monkeypatch, tmp_path):
    """`deliveries` finds nothing to do in what was laid out for it, and sees a corrected file all the same."""
    import serve

    from pipelines.scheduled.arrivals import arrivals, to_announce
    from pipelines.settings import settings

    place = {"FANPIN_HOME": str(tmp_path / "home"), "FANPIN_KEY_FILE": str(tmp_path / "key")}
    (tmp_path / "key").write_text("a key")
    monkeypatch.delenv("FANPIN_KEY", raising=False)
    for name in place:
        monkeypatch.setenv(name, "")  # what is set below goes with the test
    asked = []
    serve._sample(place, SimpleNamespace(call=lambda *request: asked.append(request)))
    (method, path, body), later = asked[0], time.time() + 60
    assert (method, path, body["dag_id"], body["to_date"][:10]) == ("POST", "/backfills", "close_day", "2025-06-04")
    assert len(arrivals(settings(), later)) > 50
    assert to_announce(settings(), "a look", later) == []
    corrected = next((settings().landing / "employment" / "2025-05-28").iterdir())
    corrected.write_bytes(corrected.read_bytes() + b"\n")
    assert to_announce(settings(), "a look", later) == [("employment", date(2025, 5, 28))]


def run_of(dag_id: str):
    """A run of the DAG in this process."""
    from airflow.dag_processing.dagbag import DagBag

    from pipelines.settings import CHECKOUT

    return DagBag(CHECKOUT / "dags" / f"{dag_id}.py").dags[dag_id].test()


def test_runs_in_one_process(database, monkeypatch, tmp_path):
    """A look at an empty landing ends well; a day's DAG without a day is refused at its first task."""
    monkeypatch.setenv("FANPIN_HOME", str(tmp_path))
    monkeypatch.setenv("FANPIN_KEY", "a key")
    looked = run_of("deliveries")
    assert str(looked.state) == "success"
    assert {ti.task_id: str(ti.state) for ti in looked.get_task_instances()}["announce_posts"] == "skipped"
    refused = run_of("upkeep")
    assert str(refused.state) == "failed"
    assert not os.listdir(tmp_path) or os.listdir(tmp_path) == [".writing"]
