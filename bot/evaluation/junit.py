"""A report in the form of JUnit: a test case a question, and one a threshold."""

import re
from xml.etree import ElementTree as ET

from bot.evaluation.bars import Verdict
from bot.evaluation.model import Judgement
from bot.evaluation.report import Report

# What XML 1.0 cannot hold, escaped or not: https://www.w3.org/TR/xml/#charsets
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> str:
    """The XML text. A question with a fault is a failure, one that no figure applies to is skipped."""
    kind = report.evaluation.kind
    root = ET.Element("testsuites", name=f"yinju eval {kind}")
    questions = ET.SubElement(root, "testsuite", name="questions")
    for judgement in report.evaluation.judgements:
        _question(questions, kind, judgement)
    thresholds = ET.SubElement(root, "testsuite", name="thresholds")
    for verdict in report.verdicts:
        _threshold(thresholds, kind, verdict)
    for suite in (questions, thresholds, root):
        suite.set("tests", str(len(suite.findall(".//testcase"))))
        suite.set("failures", str(len(suite.findall(".//failure"))))
        suite.set("skipped", str(len(suite.findall(".//skipped"))))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _question(suite: ET.Element, kind: str, judgement: Judgement) -> None:
    case = judgement.case
    test = ET.SubElement(suite, "testcase", classname=_clean(f"{kind}.{case.type}"), name=_clean(case.id))
    if judgement.faults:
        failure = ET.SubElement(test, "failure", message=_clean("; ".join(judgement.faults)))
        wanted = "\n".join(f"should have come: {shown.text}" for shown in judgement.wanted)
        failure.text = _clean(f"{case.question}\n{wanted}".strip())
    elif not judgement.scores:
        ET.SubElement(test, "skipped", message="no figure applies to this question")


def _threshold(suite: ET.Element, kind: str, verdict: Verdict) -> None:
    test = ET.SubElement(suite, "testcase", classname=f"{kind}.thresholds", name=_clean(verdict.bar.name))
    if not verdict.passed:
        value = "no question to judge" if verdict.value is None else f"{verdict.value:.6f}"
        ET.SubElement(test, "failure", message=f"{value}, but at least {verdict.bar.bound:g} was wanted")


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
