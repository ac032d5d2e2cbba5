"""Numbers written out, in Chinese and in English."""

import re
from fractions import Fraction

FORMAL_DIGITS = {char: n for n, char in enumerate("壹贰叁肆伍陆柒捌玖", start=1)}
CHINESE_DIGITS = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2} | FORMAL_DIGITS
SMALL_SCALES = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_MANY_TENS = {"廿": 20, "卅": 30}
LARGE_SCALES = {"万": 10**4, "亿": 10**8}

_UNITS = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ENGLISH_NUMBERS = {word: n for n, word in enumerate(_UNITS)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
ENGLISH_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_ONES = "|".join(_UNITS[1:10])
_BELOW_HUNDRED = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_ONES})\b)?|{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
_SCALE = "|".join(ENGLISH_SCALES)
ENGLISH_WORD = "|".join(sorted([*ENGLISH_NUMBERS, *ENGLISH_SCALES], key=len, reverse=True))
ENGLISH_NUMERAL = rf"(?:{_BELOW_HUNDRED}|{_SCALE})(?:[- ](?:{_SCALE})\b(?:(?: and |[- ]){_BELOW_HUNDRED}\b)?){{0,4}}"
"""A number in words; `ten two-digit` are two of them."""


def chinese_value(numeral: str) -> Fraction:
    """What ``numeral`` says, of the characters 零 to 九, 两, 〇, 十百千万亿; 二〇二五 is read digit by digit."""
    if len(numeral) > 1 and all(char in CHINESE_DIGITS for char in numeral):
        return Fraction("".join(str(CHINESE_DIGITS[char]) for char in numeral))
    total = section = digit = 0
    for char in numeral:
        if char in CHINESE_DIGITS:
            digit = CHINESE_DIGITS[char]
        elif char in _MANY_TENS:
            section += _MANY_TENS[char]
        elif char in SMALL_SCALES:
            section += (digit or 1) * SMALL_SCALES[char]
            digit = 0
        else:
            total = (total + section + digit or 1) * LARGE_SCALES[char]
            section = digit = 0
    return Fraction(total + section + digit)


def chinese_scale(scales: str) -> int:
    """The factor that ``scales`` (any of 十百千万亿, in a row) stand for."""
    factor = 1
    for char in scales:
        factor *= SMALL_SCALES.get(char, 1) * LARGE_SCALES.get(char, 1)
    return factor


def english_value(words: str) -> Fraction:
    """What ``words`` such as `three hundred and five thousand` say."""
    total = section = 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in ENGLISH_NUMBERS:
            section += ENGLISH_NUMBERS[word]
        elif word == "hundred":
            section = (section or 1) * 100
        elif word in ENGLISH_SCALES:
            total += (section or 1) * ENGLISH_SCALES[word]
            section = 0
    return Fraction(total + section)
