"""Words that say the opposite of each other, in what they compare or in which way something goes."""

_PAIRS = (
    "高于/低于 多于/少于 大于/小于 优于/劣于 早于/晚于 强于/弱于 快于/慢于 增加/减少 增长/下降 提高/降低 "
    "提升/降低 上升/下降 上涨/下跌 升高/降低 更高/更低 更多/更少 更大/更小 更快/更慢 更好/更差 更强/更弱 "
    "更贵/更便宜 更容易/更难 最高/最低 最多/最少 最大/最小 最好/最差 最强/最弱 最快/最慢 至少/至多 至少/最多 "
    "以上/以下 之前/之后 成功/失败 容易/困难 "
    "必要/多余 正确/错误 乐观/悲观 超过/不足 超过/低于 扩大/缩小 加快/放慢 增强/削弱 有利/不利 "
    "优势/劣势 优点/缺点 首先/最后 便宜/昂贵 严格/宽松 集中/分散 more/less more/fewer higher/lower "
    "greater/smaller larger/smaller bigger/smaller better/worse faster/slower stronger/weaker "
    "cheaper/costlier increase/decrease increases/decreases increased/decreased increasing/decreasing "
    "rise/fall rises/falls rose/fell raise/lower raises/lowers raised/lowered above/below before/after "
    "over/under most/least best/worst highest/lowest largest/smallest support/oppose "
    "supports/opposes easier/harder earlier/later "
    "success/failure succeed/fail "
    "true/false correct/wrong gain/loss up/down longer/shorter sufficient/insufficient rich/poor "
    "盈利/亏损 合法/非法 紧密/松散 充足/不足 充足/受限 充足/紧张 足以/不足 赞同/反对 支持/反对 同意/反对 肯定/否定 "
    "加强/削弱 缩短/延长 领先/落后 高效/低效 开源/闭源 购买/出售 买入/卖出 下一代/当前一代 下一代/上一代 "
    "过长/过短 太长/太短 周期短/过长 周期长/过短 生效前/生效后 出台前/出台后 完成前/完成后 "
    "发布前/发布后 去世前/去世后 开始前/开始后 "
    "profitable/unprofitable legal/illegal easy/hard easy/difficult easily/struggled early/late cheap/expensive "
    "accessible/inaccessible praise/dismiss accept/reject open/closed build/avoid always/rarely"
)
# Each word of the one row is the opposite of each of the other that is in its language.
_UP = (
    "增加 增长 增大 增强 提高 提升 上升 上涨 升高 飙升 暴涨 激增 猛增 攀升 升至 增至 涨到 升到 翻番 翻一番 翻倍 "
    "increase increases increased increasing rise rises rose risen raise raises raised grow grows grew grown "
    "surge surges surged soar soars soared climb climbs climbed jump jumps jumped boost boosts boosted "
    "double doubles doubled"
)
_DOWN = (
    "减少 减弱 减半 减小 降低 下降 下跌 骤降 暴跌 锐减 削减 削弱 缩减 降至 减至 跌至 降到 跌到 "
    "decrease decreases decreased decreasing reduce reduces reduced fall falls fell fallen drop drops dropped "
    "decline declines declined plunge plunges plunged plummet plummets plummeted shrink shrinks shrank "
    "halve halves halved slash slashes slashed"
)


def _opposites() -> dict[str, frozenset[str]]:
    pairs = [tuple(pair.split("/")) for pair in _PAIRS.split()]
    pairs += [(up, down) for up in _UP.split() for down in _DOWN.split() if up.isascii() == down.isascii()]
    both = [*pairs, *((other, one) for one, other in pairs)]
    return {
        word: frozenset(other for one, other in both if one == word) for word in dict.fromkeys(one for one, _ in both)
    }


OPPOSITES = _opposites()
"""Every such word, in small letters, with those that say the opposite."""
