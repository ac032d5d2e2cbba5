"""Sections made one report."""

from bot.answering.deep.report import Section, write_report
from bot.answering.model import Answer, Citation, Status
from bot.answering.phrases import phrases
from bot.corpus.model import Span
from tests.fakes.passages import make_essay

ESSAY = make_essay()


def cited(n: int, start: int) -> Citation:
    span = Span(file="cats.md", start=start, end=start + 5)
    return Citation(n=n, essay=ESSAY, passage_id="p", section="", span=span, quote="miaow", link=f"cats.md#{start}")


def section(text: str, *starts: int, question: str = "What?", status: Status = Status.ANSWERED) -> Section:
    citations = tuple(cited(n, start) for n, start in enumerate(starts, start=1))
    return Section(question=question, answer=Answer(status=status, text=text, lang="en", citations=citations))


def test_the_same_sentence_keeps_its_number() -> None:
    """Citations run through the report in the order in which a reader meets them; none is there twice."""
    report = write_report(
        [section("It purrs.[1] It sleeps.[2]", 0, 10), section("It eats.[1] It sleeps.[2] It purrs.[3]", 20, 10, 0)],
        lang="en",
    )
    assert report.text == (
        "**In short**\n\n- It purrs.[1]\n- It eats.[2]\n\n"
        "### 1. What?\n\nIt purrs.[1] It sleeps.[3]\n\n"
        "### 2. What?\n\nIt eats.[2] It sleeps.[3] It purrs.[1]"
    )
    assert [(c.n, c.span.start) for c in report.citations] == [(1, 0), (2, 20), (3, 10)]


def test_years_and_code_are_no_citations() -> None:
    """What stands in brackets and cites nothing stays as it is."""
    text = "In [2024] it was `a[1]` [9].[1]"
    report = write_report([section("Before.[1]", 5), section(text, 0)], lang="en")
    assert "In [2024] it was `a[1]` [9].[2]" in report.text


def test_the_summary_is_plain_and_says_nothing_twice() -> None:
    """The first cited sentence of each section, without its markup; quotes and what is not said are passed over."""
    sections = [
        section("Well, that depends:\n\n- **It *purrs*.**[1]", 0),
        section("It purrs.[1]", 0),
        section("> Quoted. [1]\n\nThe essays don't say why it eats.[1] It `hunts` mice at 2*3*4.[1]", 10),
    ]
    summary = write_report(sections, lang="en").text.split("###")[0]
    assert summary == "**In short**\n\n- It purrs.[1]\n- It hunts mice at 2\\*3\\*4.[2]\n\n"


def test_questions_are_shown_as_they_are() -> None:
    """Markdown in a question is not styled, in headings and in the list."""
    declined = section("", question="a *b*?", status=Status.DECLINED)
    report = write_report([section("It purrs.[1]", 0, question="[x](http://e.org)?"), declined], lang="en")
    assert "### 1. \\[x\\](http://e.org)?" in report.text
    assert report.text.endswith("**What the essays don't say**\n\n- a \\*b\\*?")


def test_a_report_of_quotes_has_no_summary() -> None:
    """Quotes are short enough by themselves, and their lead-in is said by the heading."""
    quoted = section(f"{phrases('en').quoted_lead}\n\n> It purrs. [1]", 0, status=Status.QUOTED)
    failed = section("Sorry.", status=Status.FAILED)
    report = write_report([quoted, failed], lang="en")
    assert report.text == "### 1. What?\n\n> It purrs. [1]\n\n### 2. What?\n\nSorry."
    assert report.status is Status.QUOTED
    assert write_report([failed], lang="en").status is Status.FAILED
