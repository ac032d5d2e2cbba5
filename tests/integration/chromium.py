"""Headless Chromium, driven by the DevTools protocol: what a reader sees who opens a link."""

import asyncio
import itertools
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
START_S = 60
STEP_S = 30
# The colour of no letter: where it is seen, the browser marks what the fragment names.
MARK_CSS = "::target-text { background: #ff00ff; color: #ff00ff; }"
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--window-size=900,1600",
    "--remote-debugging-port=0",
)

# The place of every character that is wanted, and whether the picture has the colour of the mark there.
_LOOK = """
async (png, start, end) => {
  const picture = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const pen = canvas.getContext('2d');
  pen.drawImage(picture, 0, 0);
  const {data, width, height} = pen.getImageData(0, 0, picture.width, picture.height);
  const coloured = (x, y) => {
    const at = 4 * (y * width + x);
    return data[at] > 200 && data[at + 1] < 60 && data[at + 2] > 200;
  };
  const wanted = new Uint8Array(width * height);
  const unmarked = [];
  let letters = 0, inView = 0, at = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; at += node.length, node = walker.nextNode()) {
    for (let i = Math.max(start - at, 0); i < Math.min(end - at, node.length); i++) {
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const isLetter = node.data[i].trim() !== '';
      for (const box of range.getClientRects()) {
        for (let y = Math.max(Math.floor(box.top) - 3, 0); y < Math.min(box.bottom + 3, height); y++)
          for (let x = Math.max(Math.floor(box.left) - 3, 0); x < Math.min(box.right + 3, width); x++)
            wanted[y * width + x] = 1;
      }
      const box = range.getBoundingClientRect();
      if (!isLetter || box.width === 0) continue;
      letters++;
      const x = Math.round((box.left + box.right) / 2), y = Math.round((box.top + box.bottom) / 2);
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      inView++;
      if (!coloured(x, y)) unmarked.push(node.data[i]);
    }
  }
  let marked = 0, outside = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (coloured(x, y)) { marked++; if (!wanted[y * width + x]) outside++; }
  return {letters, in_view: inView, unmarked: unmarked.join(''), marked, outside, scrolled_px: window.scrollY};
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a page shows of a stretch of its text: letters, those in view, those in view that are not marked.

    ``marked`` and ``outside`` are pixels: with the colour of the mark, and of these the ones beside the stretch.
    """

    letters: int
    in_view: int
    unmarked: str
    marked: int
    outside: int
    scrolled_px: float

    @property
    def is_right(self) -> bool:
        """Whether the reader sees the stretch marked, all of it and nothing else."""
        return self.in_view == self.letters > 0 and self.marked > 0 and not self.unmarked and not self.outside


class Tab:
    """One page of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)

    async def look(self, url: str, start: int, end: int) -> Seen:
        """Open ``url`` as if it were typed, and look at the characters ``start`` to ``end`` of the page's text.

        Characters are counted in UTF-16 units through all text nodes of the body.
        """
        await self.call("Page.navigate", url="about:blank")  # else a fragment alone would not load the page anew
        await self._loaded("about:blank")
        await self.call("Page.navigate", url=url)
        await self._loaded(url.partition("#")[0])
        # Two frames: the browser looks for the text, then paints what it has found.
        await self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        for _ in range(20):
            if await self.evaluate("window.scrollY > 0"):
                break
            await asyncio.sleep(0.02)
        png = (await self.call("Page.captureScreenshot", format="png", optimizeForSpeed=True))["data"]
        return Seen(**await self.evaluate(f"({_LOOK})({json.dumps(png)}, {start}, {end})"))

    async def text(self, url: str) -> str:
        """The text of the page at ``url``: all text nodes of its body, one after the other."""
        await self.call("Page.navigate", url=url)
        await self._loaded(url)
        return str(await self.evaluate("document.body.textContent"))

    async def evaluate(self, script: str) -> Any:
        """The value of an expression in the page, its promise kept."""
        answer = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a command of the protocol. Events in between are passed over."""
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(STEP_S):
            while True:
                message = await self._socket.receive_json()
                if message.get("id") == number:
                    if "error" in message:
                        raise AssertionError(f"{method}: {message['error']}")
                    return dict(message["result"])

    async def _loaded(self, url: str) -> None:
        script = f"document.readyState === 'complete' && location.href.startsWith({json.dumps(url)})"
        async with asyncio.timeout(STEP_S):
            while not await self.evaluate(script):
                await asyncio.sleep(0.01)


@asynccontextmanager
async def open_tab(profile: Path) -> AsyncIterator[Tab]:
    """Start Chromium with a profile of its own, and end it."""
    assert PROGRAM is not None
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *_FLAGS,
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "HOME": str(profile)},
    )
    try:
        port = await _port(profile, process)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                page = next(target for target in await answer.json() if target["type"] == "page")
            async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                yield Tab(socket)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _port(profile: Path, process: asyncio.subprocess.Process) -> int:
    told = profile / "DevToolsActivePort"
    async with asyncio.timeout(START_S):
        while not (told.exists() and told.read_text().count("\n")):
            assert process.returncode is None, "Chromium ended before it could be reached"
            await asyncio.sleep(0.05)
    return int(told.read_text().split("\n")[0])
