"""What corpus.toml says, how it splits archives, and what it answers to mistakes."""

from pathlib import Path

import pytest

from bot.corpus.load import load_corpus, load_essays
from bot.errors import CorpusError
from tests.fakes.documents import count_tokens, write_corpus

BOOK = "# Chapter 1: 开端\n\n第一句。\n\n# Chapter 2: 结尾\n\n第二句。\n"
ARCHIVE = "前言一句。\n\n第一\u00a0 篇\n\n一句。\n\n【相关】\n\n第二篇\n\n二句。\n\n【相关】\n\n第三篇\n\n三句。\n"


def load(root: Path, manifest: str, **files: str) -> list[tuple[str, str]]:
    """Titles and texts of the essays of ``<name>.txt`` files under a manifest."""
    write_corpus(root, {"corpus.toml": manifest, **{f"{name}.txt": text for name, text in files.items()}})
    essays = load_essays(root)
    texts = {f"{name}.txt": text for name, text in files.items()}
    return [(essay.title, texts[essay.span.file][essay.span.start : essay.span.end]) for essay in essays]


def test_the_manifest_says_what_a_file_lacks(tmp_path: Path) -> None:
    """Title, author, date, address, language, description and tags hold for the file."""
    write_corpus(
        tmp_path,
        {
            "a.txt": "一句话。",
            "corpus.toml": '[files."a.txt"]\ntitle = "题"\nauthor = "某人"\ndate = 2025-01-28\nlang = "en"\n'
            'url = "https://example.org/a"\ndescription = "短"\ntags = ["x"]\n',
        },
    )
    (essay,) = load_essays(tmp_path)
    assert (essay.title, essay.author, essay.date, essay.lang) == ("题", "某人", "2025-01-28", "en")
    assert (essay.url, essay.description, essay.tags) == ("https://example.org/a", "短", ("x",))


def test_the_manifest_says_what_readers_call_a_file_and_a_post(tmp_path: Path) -> None:
    """Nicknames of a file hold for all its posts, beside those of their own."""
    posts = "[[files.'c.txt'.posts]]\ntitle='第一 篇'\n[[files.'c.txt'.posts]]\ntitle='第三篇'\nnicknames=['尾']\n"
    manifest = f"[files.'c.txt']\nnicknames=['博客']\n{posts}"
    write_corpus(tmp_path, {"c.txt": ARCHIVE, "corpus.toml": manifest})
    assert [essay.nicknames for essay in load_essays(tmp_path)] == [("博客",), ("博客", "尾")]
    assert {passage.essay.nicknames for passage in load_corpus(tmp_path, count_tokens).passages} == {
        ("博客",),
        ("博客", "尾"),
    }


def test_a_pattern_opens_essays(tmp_path: Path) -> None:
    """``split_at``: every line that matches opens an essay with that title, or with what the pattern names so."""
    assert load(tmp_path, "[files.'b.txt']\nsplit_at = '^# Chapter'", b=BOOK) == [
        ("Chapter 1: 开端", "# Chapter 1: 开端\n\n第一句。"),
        ("Chapter 2: 结尾", "# Chapter 2: 结尾\n\n第二句。"),
    ]
    named = load(tmp_path, "[files.'b.txt']\nsplit_at = '^# Chapter \\d+: (?P<title>.+)$'", b=BOOK)
    assert [title for title, _ in named] == ["开端", "结尾"]


def test_a_pattern_closes_essays(tmp_path: Path) -> None:
    """``split_after``: the line after a match opens the next essay."""
    found = load(tmp_path, "[files.'c.txt']\nsplit_after = '^【相关】$'", c=ARCHIVE)
    assert [title for title, _ in found] == ["前言一句。", "第二篇", "第三篇"]
    assert found[1][1] == "第二篇\n\n二句。\n\n【相关】"


def test_posts_are_found_by_their_titles(tmp_path: Path) -> None:
    """``posts``: each opens at the line that reads its title, whatever its spaces; a foreword goes with the first."""
    first, third = "title='第一 篇'\ndate=2024-01-01\n", "title='Third'\nline='第三篇'\n"
    manifest = f"[[files.'c.txt'.posts]]\n{first}[[files.'c.txt'.posts]]\n{third}"
    found = load(tmp_path, manifest, c=ARCHIVE)
    assert [title for title, _ in found] == ["第一 篇", "Third"]
    assert found[0][1].startswith("前言一句。")
    assert found[1][1] == "第三篇\n\n三句。"
    assert [essay.date for essay in load_essays(tmp_path)] == ["2024-01-01", None]


def test_file_facts_hold_for_its_posts(tmp_path: Path) -> None:
    """A post without an author of its own has the file's."""
    posts = "[[files.'c.txt'.posts]]\ntitle='第一 篇'\n[[files.'c.txt'.posts]]\ntitle='第三篇'\nauthor='乙'\n"
    manifest = f"[files.'c.txt']\nauthor='甲'\n{posts}"
    load(tmp_path, manifest, c=ARCHIVE)
    assert [essay.author for essay in load_essays(tmp_path)] == ["甲", "乙"]


def test_the_same_post_in_two_languages(tmp_path: Path) -> None:
    """Told by one of a pair, it holds for both."""
    manifest = "[files.'a.txt']\ntitle='One'\nsame_as='一'\n[files.'b.txt']\ntitle='一'\n"
    load(tmp_path, manifest, a="One.", b="一。")
    assert [essay.same_as for essay in load_essays(tmp_path)] == ["一", "One"]


def test_a_twin_that_is_not_there(tmp_path: Path) -> None:
    """A title that no essay has is told to the operator, and left out."""
    write_corpus(tmp_path, {"a.txt": "One.", "corpus.toml": "[files.'a.txt']\ntitle='One'\nsame_as='一'\n"})
    corpus = load_corpus(tmp_path, count_tokens)
    assert corpus.essays[0].same_as is None
    assert "'一', which no essay is" in corpus.skipped[0].reason


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that the manifest knows and the folder lacks is told, and the others load."""
    write_corpus(tmp_path, {"a.txt": "One.", "corpus.toml": "[files.'b.txt']\nauthor='某人'\n"})
    corpus = load_corpus(tmp_path, count_tokens)
    assert len(corpus.essays) == 1
    assert (corpus.skipped[0].file, corpus.skipped[0].reason) == (
        "b.txt",
        "named in corpus.toml, but not in the folder",
    )


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ("files = [", "not valid TOML"),
        ("[file.'a.txt']", "file: is not known here (known: files)"),
        ("files = 3", "files: must be a table"),
        ("[files]\n'a.txt' = 3", "a.txt: must be a table"),
        ("[files.'a.txt']\nautor = 'x'", 'files."a.txt".autor: is not known here'),
        ("[files.'a.txt']\ntitle = 3", 'files."a.txt".title: must be a text'),
        ("[files.'a.txt']\ntitle = ' '", "must be a text, not empty"),
        ("[files.'a.txt']\ntags = 'x'", "tags: must be a list of texts"),
        ("[files.'a.txt']\ndate = 'soon'", "date: must be a date such as"),
        ("[files.'a.txt']\nlang = 'de'", 'lang: must be "zh" or "en"'),
        ("[files.'a.txt']\nurl = 'example.org'", "url: must be an address"),
        ("[files.'a.txt']\nsplit_at = '('", "split_at: is not a regular expression"),
        ("[files.'a.txt']\nsplit_at = 'x'\nsplit_after = 'y'", "exclude each other"),
        ("[files.'a.txt']\nposts = 'x'", "posts: must be a list of tables"),
        ("[[files.'a.txt'.posts]]\nurl = 'https://example.org'", "posts[1].title: is missing"),
        ("[[files.'a.txt'.posts]]\ntitle = 'Not there'", "a.txt has no line that reads 'Not there'"),
    ],
)
def test_a_broken_manifest_says_where_and_what(tmp_path: Path, manifest: str, told: str) -> None:
    """Every mistake is one line with its place, for the operator."""
    write_corpus(tmp_path, {"a.txt": "One.", "corpus.toml": manifest})
    with pytest.raises(CorpusError) as caught:
        load_essays(tmp_path)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_posts_out_of_order(tmp_path: Path) -> None:
    """A post that stands before the one named ahead of it is not found, and the error names both."""
    manifest = "[[files.'c.txt'.posts]]\ntitle='第三篇'\n[[files.'c.txt'.posts]]\ntitle='第二篇'\n"
    with pytest.raises(CorpusError, match="no line that reads '第二篇' after '第三篇'"):
        load(tmp_path, manifest, c=ARCHIVE)


def test_a_manifest_in_another_encoding(tmp_path: Path) -> None:
    """It is told as such."""
    write_corpus(tmp_path, {"a.txt": "One.", "corpus.toml": "title = '题'".encode("gbk")})
    with pytest.raises(CorpusError, match="not UTF-8"):
        load_essays(tmp_path)


@pytest.mark.parametrize("rule", ["split_at", "split_after"])
def test_a_rule_that_matches_nothing_is_told(tmp_path: Path, rule: str) -> None:
    """The file is kept as one essay, and the operator reads which rule to mend."""
    write_corpus(tmp_path, {"a.md": "One.\n\nTwo.", "corpus.toml": f"[files.'a.md']\n{rule}='^Chapter'\n"})
    corpus = load_corpus(tmp_path, count_tokens)
    assert len(corpus.essays) == 1
    assert [told.line for told in corpus.skipped] == [
        f"a.md: kept, but no line of it matches its {rule} in corpus.toml; it was read as one essay"
    ]


def test_a_manifest_with_a_byte_order_mark(tmp_path: Path) -> None:
    """Some editors write one; it is no fault."""
    write_corpus(tmp_path, {"a.md": "One.", "corpus.toml": "\ufeff[files.'a.md']\ntitle='T'\n"})
    assert load_essays(tmp_path)[0].title == "T"


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ("a = " + "[" * 3000, "nested too deeply"),
        ("a = " + "9" * 5000, "not valid TOML"),
        (f"[files.'a.md']\nsplit_at = '{'(' * 5000}'", "not a regular expression"),
        ("[files.'a.md']\nsplit_at = 'a{99999999999999999999}'", "not a regular expression"),
    ],
    ids=["nested", "number", "pattern", "count"],
)
def test_a_manifest_beyond_all_measure_is_told(tmp_path: Path, manifest: str, told: str) -> None:
    """What the parsers cannot take is told as the operator's to mend."""
    write_corpus(tmp_path, {"a.md": "One.", "corpus.toml": manifest})
    with pytest.raises(CorpusError, match=told):
        load_essays(tmp_path)
