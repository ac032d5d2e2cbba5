"""A client of the fake Bot API for its own tests."""


class Caller:
    """A client that says what it wants, right or wrong."""

    def __init__(self, server, session):
        self.server = server
        self.session = session

    async def __call__(self, method, *, token=None, **params):
        url = f"{self.server.url}/bot{token or self.server.token}/{method}"
        async with self.session.post(url, json=params) as response:
            body = await response.json()
            assert body["ok"] is (response.status == 200)
            return body

    async def result(self, method, **params):
        body = await self(method, **params)
        assert body["ok"], body
        return body["result"]

    async def updates(self, **params):
        return await self.result("getUpdates", **params)


def whats(server):
    """What the violations that the server saw were."""
    return [violation.what for violation in server.violations]
