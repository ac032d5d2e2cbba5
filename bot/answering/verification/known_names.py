"""Names that are known in both languages: a claim about Google may rest on a sentence about 谷歌."""

from functools import cache

_ORGANISATIONS = (
    "google 谷歌|microsoft 微软|apple 苹果|amazon 亚马逊|nvidia 英伟达 黄教主 老黄|intel 英特尔|amd 超威"
    "|tsmc 台积电|samsung 三星|huawei 华为|alibaba 阿里巴巴 阿里|tencent 腾讯|baidu 百度"
    "|bytedance 字节跳动 字节|deepseek 深度求索 深思 迪普希克|tesla 特斯拉|meta 脸书|openai 奥特曼 closedai"
    "|anthropic|xai|mistral|oracle 甲骨文|ibm|asml 阿斯麦|softbank 软银|sony 索尼|xiaomi 小米"
    "|moonshot 月之暗面|zhipu 智谱|sensetime 商汤|zhihu 知乎|wechat 微信|twitter 推特|facebook 脸书"
    "|stanford 斯坦福|tsinghua 清华|cambridge 剑桥|oxford 牛津|harvard 哈佛|berkeley 伯克利|princeton 普林斯顿"
    "|ti 德州仪器|texas instruments 德州仪器"
)
_PEOPLE = (
    "altman 奥特曼 阿尔特曼|musk 马斯克|trump 特朗普|biden 拜登|galois 伽罗瓦 迦罗瓦|liouville 刘维尔"
    "|cauchy 柯西|fourier 傅里叶|minsky 闵斯基 明斯基|rosenblatt 罗森布拉特|sutskever 苏茨克维|hinton 辛顿"
    "|lecun 杨立昆|bengio 本吉奥|karpathy 卡帕西|turing 图灵|neumann 诺依曼|shannon 香农|einstein 爱因斯坦"
    "|newton 牛顿|darwin 达尔文|chomsky 乔姆斯基|moore 摩尔|schrodinger 薛定谔|jevons 杰文斯|sisyphus 西西弗斯"
    "|camus 加缪|lucy 露西|plato 柏拉图|aristotle 亚里士多德|kant 康德|gauss 高斯|euler 欧拉|huang 黄仁勋"
    "|zuckerberg 扎克伯格|bezos 贝佐斯|obama 奥巴马|hawking 霍金|riemann 黎曼|abel 阿贝尔"
)
_COUNTRIES = (
    "china 中国|america 美国|japan 日本|britain 英国|england 英国|france 法国|germany 德国|taiwan 台湾"
    "|korea 韩国|russia 俄罗斯 俄国|india 印度|singapore 新加坡|canada 加拿大|netherlands 荷兰|israel 以色列"
    "|vietnam 越南|europe 欧洲"
)
_CITIES = (
    "beijing 北京|shanghai 上海|shenzhen 深圳|guangdong 广东|hangzhou 杭州|chengdu 成都|nanjing 南京|guangzhou 广州"
    "|wuhan 武汉|zhongguancun 中关村|texas 德克萨斯 得州|abilene 阿比林|california 加州|arizona 亚利桑那|london 伦敦"
    "|paris 巴黎|tokyo 东京|boston 波士顿|buffalo 水牛城 布法罗|toronto 多伦多|vancouver 温哥华|montreal 蒙特利尔"
    "|waterloo 滑铁卢|seattle 西雅图|berlin 柏林|moscow 莫斯科|seoul 首尔|sydney 悉尼|melbourne 墨尔本"
)
_WRITTEN_ALIKE = (  # in Chinese, too, though nothing but their first letter is a capital
    "apache|linux|android|python|pytorch|tensorflow|github|claude|gemini|llama|mamba|palm|bard|copilot|cursor|perplexity"
    "|cohere|databricks|palantir|excel|windows|kubernetes|docker|ubuntu|debian|postgres|redis|rust|golang"
)
_SPELLED_OUT = (
    "agi 通用人工智能 通用智能|asi 超级智能 超人工智能|rl 强化学习|ml 机器学习|dl 深度学习|nn 神经网络|rnn 循环神经网络"
    "|cnn 卷积神经网络|cot 思维链|rag 检索增强|moe 混合专家 专家混合|sft 微调|nlp 自然语言|nlu 自然语言 语言理解"
    "|gpu 显卡 图形处理|cpu 中央处理|gdp 国内生产总值|ipo 上市|vc 风险投资 风投|hr 人力|mcts 蒙特卡洛|rlhf 人类反馈"
    "|api 接口|ui 界面|os 操作系统|ux 用户体验|oss 开源|tv 电视|ar 增强现实|vr 虚拟现实|ev 电动|phd 博士|euv 极紫外"
    "|rd 研发|ngo 非政府|eu 欧盟|un 联合国|nasa 宇航局|fbi 联邦调查局|dna 基因|mle 工程师|sota 最先进 领先|po 偏好优化"
)
_LOOSE = frozenset(  # what a text may mean without a name: 国内, 中文, 当地
    name for pair in _COUNTRIES.split("|") for name in pair.split()
)


def aliases() -> dict[str, frozenset[str]]:
    """Every known name (Latin ones in small letters) with all names of the same."""
    groups = [
        frozenset(group.split())
        for group in f"{_ORGANISATIONS}|{_PEOPLE}|{_COUNTRIES}|{_CITIES}|{_WRITTEN_ALIKE}".split("|")
    ]
    found: dict[str, frozenset[str]] = {}
    for group in groups:
        for name in group:
            found[name] = found.get(name, frozenset()) | group
    return found


@cache
def kinds() -> dict[str, str]:
    """Of every known name that only some others can be taken for: whether it is a firm's, a person's or a place's."""
    rows = {"organisation": _ORGANISATIONS, "person": _PEOPLE, "country": _COUNTRIES, "city": _CITIES}
    return {name: kind for kind, row in rows.items() for group in row.split("|") for name in group.split()}


def spelled_out(abbreviation: str) -> tuple[str, ...]:
    """What a Chinese text may write for an English ``abbreviation`` (in small letters)."""
    return _spelled_out().get(abbreviation.removesuffix("s"), ()) or _spelled_out().get(abbreviation, ())


@cache
def _spelled_out() -> dict[str, tuple[str, ...]]:
    return {short: tuple(words) for short, *words in (group.split() for group in _SPELLED_OUT.split("|"))}


def is_loose(name: str) -> bool:
    """Whether ``name`` is often left unsaid by a text in the other language."""
    return name in _LOOSE
