"""What a request asks of a model: read out of the prompt, as a model would have to."""

import re
from dataclasses import dataclass

from tests.fakes.openai_server import Request

_PASSAGE = re.compile(r'<passage n="(\d+)"[^>]*>\n(.*?)\n</passage>', re.DOTALL)
_QUESTION = re.compile(r"<question>\n(.*?)\n</question>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request: its prompt, the passages in it by number, the question, and the form that is wanted ('' for text)."""

    prompt: str
    passages: dict[int, str]
    question: str
    form: str

    @property
    def is_for_an_answer(self) -> bool:
        """Whether it is the question that is to be answered, and not a part of the work around it."""
        return bool(self.question) and self.form in {"", "answer"}


def read_request(request: Request) -> Asked:
    """Read a request of the chat-completions protocol."""
    prompt = "\n".join(str(message["content"]) for message in request["messages"])
    question = _QUESTION.search(prompt)
    schema = (request.get("response_format") or {}).get("json_schema") or {}
    return Asked(
        prompt=prompt,
        passages={int(n): text for n, text in _PASSAGE.findall(prompt)},
        question=question[1] if question else "",
        form=str(schema.get("name", "")),
    )
