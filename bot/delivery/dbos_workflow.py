"""Durable workflows on DBOS. Nothing outside this file knows of it.

DBOS is a singleton that runs async code on a loop and threads of its own here, so that it neither blocks
the program's loop nor puts its thread pool in place of the loop's own. The actions of the steps run on
the loop that called ``start``: the clients that they use live there.
"""

import asyncio
import logging
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from dbos import error as dbos_error
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.delivery.model import JsonValue, Steps
from bot.delivery.resumer import Resumer
from bot.delivery.sqlite_file import SqliteFile
from bot.errors import OperatorError, TransientError

logger = logging.getLogger(__name__)
library_logger = logging.getLogger("dbos")

QUEUE = "letters"
WORKFLOW = "deliver"
# DBOS resumes only what was begun under the same version and executor, and by default a version is a hash
# of the code: every upgrade would strand the questions under way. So both are fixed. A change in the order
# or the names of the steps needs a new WORKFLOW name, with the old one kept registered for a release.
VERSION = "1"
EXECUTOR = "yinju"

POLL_S = 0.1  # a letter waits half of it on average; idle, 0.05 / 0.1 / 0.2 s cost 5 / 3 / 2 % of a core
# Letters under way at a time. Most of them wait for a turn in their chat, which costs 30 kB each; were they to
# take the places of others, one busy group would silence every chat.
AT_ONCE = 2000
THREADS = 8  # for the database; SQLite writes one at a time anyway
MAX_RECOVERIES = 50  # a letter that was under way in so many crashes is suspected of causing them
KEPT_FOR = timedelta(days=30)
SWEEP_EVERY_S = 24 * 3600.0
SWEEP_AT_MOST = 1000
STOP_GRACE_S = 3.0
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


class DbosWorkflow:
    """Runs ``run(payload, steps)`` to its end for each payload enqueued, across restarts.

    One at a time in each line, in the order enqueued. ``run`` is called on another loop than ``start``,
    so it must do nothing but call steps and compute. What the database could not record is resumed once
    it has been left behind for ``stranded_s``.
    """

    def __init__(
        self, database_url: str, *, run: Callable[[str, Steps], Awaitable[None]], stranded_s: float = 5.0
    ) -> None:
        self._database_url = database_url
        self._file = SqliteFile(database_url)
        self._run = run
        self._steps: _DbosSteps | None = None
        self._enqueue: Callable[[str], object] | None = None
        self._dbos: DBOS | None = None
        self._swept_at = -math.inf
        self._running: Counter[str] = Counter()
        self._stranded_s = stranded_s
        self._resumer: Resumer | None = None

    async def start(self) -> None:
        """Open the database and resume what is unfinished there.

        Raises OperatorError where the database cannot be used or another process uses it, RuntimeError
        where this process has another one open.
        """
        self._steps = _DbosSteps(asyncio.get_running_loop())
        try:
            await asyncio.to_thread(self._launch, self._steps)
        except BaseException:
            await self.close()
            raise

    def _launch(self, steps: Steps) -> None:
        if not library_logger.handlers:
            library_logger.addHandler(logging.NullHandler())  # else it adds one of its own that writes to stderr
        self._file.claim()
        try:
            self._dbos = _open_dbos(self._database_url)
            workflow = self._register(steps)
            library_logger.setLevel(logging.CRITICAL)  # it logs the traceback of what is raised as well
            DBOS.launch()
            library_logger.setLevel(logging.WARNING)
            DBOS.register_queue(
                QUEUE,
                worker_concurrency=AT_ONCE,
                partition_concurrency=1,
                polling_interval_sec=POLL_S,
                on_conflict="always_update",
            )
        except (SQLAlchemyError, dbos_error.DBOSException, OSError) as exc:
            raise OperatorError(f"the record of questions under way cannot be opened ({type(exc).__name__})") from exc
        self._enqueue = lambda payload: DBOS.enqueue_workflow(QUEUE, workflow, payload)
        self._resumer = Resumer(pending=_pending, running=self._running_now, resume=_resume, wait_s=self._stranded_s)
        self._resumer.start()

    def _register(self, steps: Steps) -> Callable[[str], Awaitable[None]]:
        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
        async def deliver(payload: str) -> None:
            key = str(DBOS.workflow_id)
            self._running[key] += 1
            try:
                await self._run(payload, steps)
            finally:
                self._running[key] -= 1
                if not self._running[key]:
                    del self._running[key]

        return deliver

    def _running_now(self) -> frozenset[str]:
        return frozenset(self._running.copy())  # a copy is made in one go, while another thread changes it

    async def enqueue(self, key: str, *, line: str, payload: str) -> bool:
        """Store a payload under its key; False where the key is taken. Durable once it returned.

        SQLite stamps to the second: within one, a line goes by the order of its keys, which must ascend.
        Raises TransientError where the database cannot be written now.
        """
        try:
            return await asyncio.to_thread(self._store, key, line, payload)
        except (SQLAlchemyError, dbos_error.DBOSException) as exc:
            raise TransientError(f"the question could not be stored ({type(exc).__name__})") from exc

    def _store(self, key: str, line: str, payload: str) -> bool:
        if self._enqueue is None:
            raise RuntimeError("the inbox is not open")
        try:
            with SetWorkflowID(key, workflow_id_reuse_policy="reject"), SetEnqueueOptions(queue_partition_key=line):
                self._enqueue(payload)
        except dbos_error.DBOSWorkflowIDInUseError:
            return False
        if time.monotonic() - self._swept_at > SWEEP_EVERY_S:
            self._sweep()
        return True

    def _sweep(self) -> None:
        """Delete what ended long ago: it holds what people asked, and is needed no more."""
        before = (datetime.now(UTC) - KEPT_FOR).isoformat()
        try:
            old = DBOS.list_workflows(
                status=ENDED, end_time=before, limit=SWEEP_AT_MOST, load_input=False, load_output=False
            )
            if old:
                DBOS.delete_workflows([workflow.workflow_id for workflow in old])
        except (SQLAlchemyError, dbos_error.DBOSException):
            logger.warning("old letters could not be deleted; tried again in a day", exc_info=True)
            old = []
        if len(old) < SWEEP_AT_MOST:
            self._swept_at = time.monotonic()

    async def close(self) -> None:
        """Stop; what is unfinished stays so. Waits up to ``STOP_GRACE_S`` for brief steps under way."""
        self._enqueue = None
        resumer, self._resumer = self._resumer, None
        if resumer is not None:
            await asyncio.to_thread(resumer.stop, STOP_GRACE_S)
        steps, self._steps = self._steps, None
        if steps is not None:
            await steps.stop(STOP_GRACE_S)
        if self._dbos is not None:
            self._dbos = None
            library_logger.setLevel(logging.ERROR)  # it warns of each workflow that the stop cuts short
            await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        if steps is not None:
            await steps.quiet(STOP_GRACE_S)
        self._file.release()


def _pending() -> frozenset[str]:
    found = DBOS.list_workflows(
        status="PENDING", queue_name=QUEUE, executor_id=EXECUTOR, load_input=False, load_output=False
    )
    return frozenset(workflow.workflow_id for workflow in found)


def _resume(key: str) -> None:
    DBOS.resume_workflow(key, queue_name=QUEUE)


class _Dbos(DBOS):
    """There is one DBOS in a process: to make another gives the one that is open, whose config stays as it is."""

    is_taken = False


def _open_dbos(database_url: str) -> DBOS:
    config: DBOSConfig = {
        "name": "yinju",
        "system_database_url": database_url,
        "application_version": VERSION,
        "executor_id": EXECUTOR,
        "serializer": DBOSPortableJSONSerializer(),  # the default is pickle
        "db_engine_kwargs": {"hide_parameters": True},  # else questions stand in the text of database errors
        "enable_otlp": False,
        "log_level": "WARNING",
        "max_executor_threads": THREADS,
        "notification_listener_polling_interval_sec": 0.25,  # nothing listens, but closing waits for one poll
    }
    dbos = _Dbos(config=config)
    if dbos.is_taken:
        raise RuntimeError("an inbox is open in this process already; close it first")
    dbos.is_taken = True
    return dbos


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    workflow: str
    name: str


class _DbosSteps:
    """Steps recorded by DBOS, with their actions run on the program's loop. Called on the loop of DBOS.

    What was done but could not be recorded is kept in mind, so that no message is sent twice when its
    letter is resumed.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._stopping = False
        self._brief = 0
        self._acting: set[asyncio.Task[object]] = set()
        self._unrecorded: dict[_Step, object] = {}

    async def run(self, name: str, action: Callable[[], Awaitable[JsonValue]], *, brief: bool = True) -> JsonValue:
        if self._stopping:
            raise asyncio.CancelledError  # DBOS records no end of a cancelled workflow, so it is resumed

        step = _Step(workflow=str(DBOS.workflow_id), name=name)

        async def act() -> JsonValue:
            if step in self._unrecorded:
                return cast("JsonValue", self._unrecorded[step])
            result = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._act(action), self._loop))
            self._unrecorded[step] = result
            return result

        self._brief += brief
        try:
            result = await DBOS.run_step_async({"name": name}, act)
        except SQLAlchemyError as exc:
            why = exc.orig if isinstance(exc, DBAPIError) else type(exc).__name__  # without the statement
            logger.error("letter %s: a step could not be recorded (%s); to be resumed", step.workflow, why)  # noqa: TRY400
            raise asyncio.CancelledError from exc
        finally:
            self._brief -= brief
        self._unrecorded.pop(step, None)
        return result

    async def _act(self, action: Callable[[], Awaitable[JsonValue]]) -> JsonValue:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 (a coroutine runs in a task)
        self._acting.add(task)
        try:
            return await action()
        finally:
            self._acting.discard(task)

    async def stop(self, grace_s: float) -> None:
        """Begin no further step, and give brief ones time to be recorded, lest they are repeated."""
        self._stopping = True
        deadline = time.monotonic() + grace_s
        while self._brief and time.monotonic() < deadline:  # noqa: ASYNC110 (another thread counts it down)
            await asyncio.sleep(0.02)

    async def quiet(self, grace_s: float) -> None:
        """Wait until actions that were cut short have cleaned up after themselves."""
        if self._acting:
            await asyncio.wait(set(self._acting), timeout=grace_s)
