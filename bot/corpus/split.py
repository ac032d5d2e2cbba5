"""Where the essays of a file begin: one a file, or by the manifest's rule for an archive or a book."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.corpus.blocks import Line, lines_of
from bot.corpus.headings import heading_name
from bot.corpus.manifest import MANIFEST_NAME, FilePlan, Post
from bot.corpus.markup import HEADING_MARK, bare, has_content
from bot.errors import CorpusError


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Where an essay begins, the line of its title, and what is known of it from the manifest."""

    start: int
    title_line: Line | None = None
    title: str | None = None
    post: Post | None = None
    same_as: str | None = None


def find_openings(file: str, text: str, text_start: int, plan: FilePlan) -> list[Opening]:
    """The openings of a file's essays, at least one, in order; what stands before the first belongs to it.

    Raises CorpusError where a post of the plan is not found behind the one before.
    """
    lines = lines_of(text, text_start, len(text))
    if plan.posts:
        found = list(_at_posts(file, lines, plan.posts))
    elif plan.split_at is not None:
        found = list(_at_matches(lines, plan.split_at))
    elif plan.split_after is not None:
        found = list(_after_matches(lines, plan.split_after))
    else:
        found = []
    if not found:
        return [Opening(start=0, same_as=plan.same_as)]
    return [replace(found[0], start=0), *found[1:]]


def split_fault(text: str, text_start: int, plan: FilePlan) -> str | None:
    """What is wrong with the plan's rule where no line matches it; None where one does, or there is no rule."""
    for name, rule in (("split_at", plan.split_at), ("split_after", plan.split_after)):
        if rule and not any(rule.search(bare(line.text)) for line in lines_of(text, text_start, len(text))):
            return f"no line of it matches its {name} in {MANIFEST_NAME}; it was read as one essay"
    return None


def same_line(text: str) -> str:
    """A line as it is compared with a title: without heading marks, white space folded."""
    mark = HEADING_MARK.match(text)
    return " ".join(bare(text[mark.end() :] if mark else text).split())


def _at_posts(file: str, lines: Sequence[Line], posts: Sequence[Post]) -> Iterator[Opening]:
    rest = iter(lines)
    after = ""
    for post in posts:
        line = next((line for line in rest if same_line(line.text) == same_line(post.line)), None)
        if line is None:
            raise CorpusError(f"{MANIFEST_NAME}: {file} has no line that reads '{post.line}'{after}")
        after = f" after '{post.title}'"
        yield Opening(start=line.start, title_line=line, title=post.title, post=post, same_as=post.same_as)


def _at_matches(lines: Sequence[Line], opens: re.Pattern[str]) -> Iterator[Opening]:
    for line in lines:
        if found := opens.search(bare(line.text)):
            named = found.groupdict().get("title")
            yield Opening(start=line.start, title_line=line, title=heading_name(named or same_line(line.text)))


def _after_matches(lines: Sequence[Line], closes: re.Pattern[str]) -> Iterator[Opening]:
    due = True
    for line in lines:
        if due and has_content(line.text):
            yield Opening(start=line.start, title_line=line, title=heading_name(same_line(line.text)))
            due = False
        due = due or closes.search(bare(line.text)) is not None
