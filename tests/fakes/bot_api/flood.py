"""Telegram's flood limits, as documented at https://core.telegram.org/bots/faq#my-bot-is-hitting-limits."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a bot may send. ``grace_s``: what was under way when a penalty began is not held against the bot."""

    chat_per_s: float = 1.0
    chat_burst: int = 3
    group_per_window: int = 20
    group_window_s: float = 60.0
    total_per_s: int = 30
    grace_s: float = 0.3
    enforced: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Flooded:
    """A send that was refused. ``early_s``: how much too early, 0 where the bot could not know."""

    retry_after_s: int
    early_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Penalty:
    since: float
    until: float


class FloodGate:
    """Counts what is sent to each chat and refuses what is too much."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._sent: dict[int, deque[float]] = defaultdict(deque)
        self._all_sent: deque[float] = deque()
        self._penalties: dict[int, _Penalty] = {}
        self._ordered: dict[int, int] = {}
        self._ordered_for_signs: dict[int, int] = {}
        self.exceeded = 0  # times that a limit was passed, ordered penalties left out

    def order_penalty(self, chat: int, retry_after_s: int, *, sign: bool = False) -> None:
        """Refuse the next send (or typing sign) to this chat, and everything for the given time after that."""
        (self._ordered_for_signs if sign else self._ordered)[chat] = retry_after_s

    def send(self, chat: int, *, group: bool) -> Flooded | None:
        """Count a send, or say why it is refused."""
        now = self._clock()
        if (flooded := self._penalised(chat, now)) is not None:
            return flooded
        ordered_s = self._ordered.pop(chat, 0)
        wait_s = ordered_s or (self._wait_s(chat, group=group, now=now) if self.limits.enforced else 0)
        if wait_s:
            self.exceeded += not ordered_s
            retry_after_s = max(1, math.ceil(wait_s))
            self._penalties[chat] = _Penalty(since=now, until=now + retry_after_s)
            return Flooded(retry_after_s=retry_after_s)
        self._sent[chat].append(now)
        self._all_sent.append(now)
        return None

    def sign(self, chat: int) -> Flooded | None:
        """Say why a typing sign is refused, if it is: it takes no turn of the messages, but penalties hold for it."""
        now = self._clock()
        if (flooded := self._penalised(chat, now)) is not None:
            return flooded
        if not (ordered_s := self._ordered_for_signs.pop(chat, 0)):
            return None
        self._penalties[chat] = _Penalty(since=now, until=now + ordered_s)
        return Flooded(retry_after_s=ordered_s)

    def _penalised(self, chat: int, now: float) -> Flooded | None:
        penalty = self._penalties.get(chat)
        if penalty is None or now >= penalty.until:
            return None
        known = now > penalty.since + self.limits.grace_s
        left = penalty.until - now
        return Flooded(retry_after_s=max(1, math.ceil(left)), early_s=left if known else 0.0)

    def _wait_s(self, chat: int, *, group: bool, now: float) -> float:
        limits, sent = self.limits, self._sent[chat]
        while sent and sent[0] <= now - limits.group_window_s:
            sent.popleft()
        while self._all_sent and self._all_sent[0] <= now - 1:
            self._all_sent.popleft()
        if group and len(sent) >= limits.group_per_window:
            return sent[-limits.group_per_window] + limits.group_window_s - now
        level = last = 0.0
        for at in sent:  # a bucket that leaks at the allowed rate
            level = max(0.0, level - (at - last) * limits.chat_per_s) + 1
            last = at
        level = max(0.0, level - (now - last) * limits.chat_per_s)
        if level + 1 > limits.chat_burst:
            return (level + 1 - limits.chat_burst) / limits.chat_per_s
        return 1.0 if len(self._all_sent) >= limits.total_per_s else 0.0
