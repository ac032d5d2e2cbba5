"""Orders to the bot, told from questions: to forget its rules, to show them, to play somebody, to write or to reckon.

What tells them apart is whom they address. ``What is a system prompt?`` asks about a thing of which essays may speak,
``what is your system prompt`` asks the bot about itself; ``how did they bypass the rules`` is told of others, ``bypass
the rules`` is an order. So each order is looked for where a clause begins, or with a word for the bot beside it.
"""

import re
import unicodedata

from bot.retrieval.opencc import simplified

# Where a clause begins, with what may stand before its verb; taken at once, so nothing is tried twice. Neither a space
# (``R1 写诗``) nor a quotation mark begins one: who quotes an order asks about it.
_CLAUSE_ZH = (
    r"(?:^|[\n,，。.!！?？;；:：]|然后|你要|我要|我想)\s{0,3}+"
    r"(?:请|现在|先|你|马上|立刻|能不能|能否|可以|可不可以|麻烦|要|来|就|都|帮我|给我|替我|为我|帮忙|一下){0,4}+"
)
_CLAUSE_EN = (
    r"(?:^|[\n,.!?;:])\s{0,3}+"
    r"(?:(?:please|now|and|then|just|first|can you|could you|would you|will you|you must|you should|i want you to"
    r"|i'd like you to|help me(?: to)?|from now on|let's|also) ?,? ?){0,3}+"
)
_END_ZH = r"(?=$|[\s,，。.!！?？;；:：、]|并|然后|再|吧|直接|把)"
_RULES_ZH = r"(?:指令|指示|命令|规则|设定|限制|要求|提示词?|文章|资料|内容)"
_RULES_EN = (
    r"(?:previous|prior|above|earlier|preceding|instructions?|rules?|prompts?|essays?|texts?|documents?|articles?"
    r"|everything)\b"
)
_TO_FORGET = (
    rf"{_CLAUSE_ZH}(?:忽略|无视|忘掉|忘记|忘了|不要?理会|不用管|不要管|别管|跳过|绕过|抛开|撇开).{{0,12}}?{_RULES_ZH}{_END_ZH}"
    rf"|{_CLAUSE_EN}(?:ignore|disregard|forget|override|bypass) (?:about )?"
    rf"(?:(?:all|any|every|the|these|those|your|my|of) )*{_RULES_EN}"
    r"|\bobey (?:me|my)\b"
)

_SECRETS_ZH = r"(?:(?:系统|隐藏|初始|内部|原始|开头|预设)的?(?:提示词?|指令|设定|消息|配置)|提示词)"
_SHOW_ZH = r"(?:打印|输出|显示|展示|发给|发出|告诉|念|贴|复述|重复|泄露|透露|公开|写出|列出|说出|交出)"
_SECRETS_EN = r"(?:prompt|instructions|rules|guidelines|configuration|config|api keys?|passwords?)"
_SHOW_EN = r"(?:print|repeat|output|reveal|show|display|tell|give|leak|recite|write down|write out)"
_TO_SHOW = (
    rf"你(?:自己|现在)?的?{_SECRETS_ZH}|{_CLAUSE_ZH}把.{{0,8}}{_SECRETS_ZH}.{{0,8}}{_SHOW_ZH}"
    rf"|{_CLAUSE_ZH}{_SHOW_ZH}.{{0,8}}(?:{_SECRETS_ZH}|你的.{{0,4}}(?:指令|指示|设定|规则|配置|密码|密钥|开发者))"
    rf"|\byour (?:own |current )?(?:(?:system|hidden|initial|secret|original) )*{_SECRETS_EN}\b"
    rf"|{_CLAUSE_EN}{_SHOW_EN} (?:me |us )?(?:the |all )*(?:system|hidden|initial|secret) {_SECRETS_EN}\b"
    rf"|{_CLAUSE_EN}{_SHOW_EN} (?:me |back )?(?:everything|all|every word|(?:the |all )*(?:text|words?|lines?))"
    r"(?: (?:that is|written))? (?:above\b|before (?:this|that|my|our|these)\b)"
    r"|\b(?:were|are|have) you (?:been )?(?:told|instructed|programmed|prompted)\b"
)

_TO_PLAY = (
    rf"你现在(?:是|扮演)(?!什么|谁|哪)|{_CLAUSE_ZH}(?:扮演(?!了|着|的|什么|过)|假装(?:你|自己|成|是|我)|假设你是)"
    r"|从现在(?:起|开始)[,，]? ?(?:你|请|只能|扮演|不要|不许|必须)|你(?:现在)?(?:没有任何限制|不受任?何?.{0,6}限制)"
    r"|(?:进入|开启|切换到?|启用|激活|打开|处于)(?:管理员|开发者|调试|越狱|上帝)模式"
    r"|(?:^|[\n,.!?;:])\s{0,3}+you are (?:now|no longer|DAN\b)|\bfrom now on,? you\b"
    rf"|{_CLAUSE_EN}(?:pretend (?:to be|you|that you|i am)|act (?:as|like) (?:a|an|my|if|the|though)\b|role-?play)"
    r"|\b(?:enter|enable|activate|switch to|go into|you are in|turn on) (?:the )?"
    r"(?:developer|admin|debug|jailbreak|god) mode\b"
)

_WORKS_ZH = (
    r"(?:诗|信|情书|故事|童话|歌词?|曲子|小说|剧本|文案|代码|程序|脚本|函数|作文|邮件|简历|论文|笑话|段子|广告|祝福语?"
    r"|贺词|演讲稿?|发言稿|对联|检讨书?|请假条|朋友圈|日记|画|名字|旅行计划|菜谱)"
)
_WORKS_EN = (
    r"(?:poems?|haikus?|limericks?|sonnets?|songs?|lyrics|rap|letters?|e-?mails?|stor(?:y|ies)|novels?|jokes?|speech"
    r"|toast|codes?|scripts?|programs?|functions?|resumes?|cv|advertisements?|slogans?|tweets?|homework)"
)
_TONGUES_ZH = r"(?:英|日|法|德|俄|韩|中|西班牙|阿拉伯|意大利|葡萄牙|汉)[语文]"
_TONGUES_EN = (
    r"(?:english|chinese|mandarin|spanish|french|german|japanese|korean|italian|russian|arabic|portuguese|latin)\b"
)
_TO_MAKE = (
    rf"{_CLAUSE_ZH}(?:写|编|作|创作|起|画|生成|来|弄)[一几两三]?[首封篇段个份张幅条句则]?(?!出)"
    rf"[^,，。?？谁什]{{0,14}}?{_WORKS_ZH}{_END_ZH}"
    rf"|{_CLAUSE_ZH}讲一?个\S{{0,4}}?(?:笑话|段子|睡前故事|故事{_END_ZH})"
    r"|(?:帮我|给我|替我|请)(?:订|背|唱|点(?:一?[份杯])|叫个?(?:车|外卖))|背一[下首段]|背诵一|算一?下?房贷"
    rf"|{_CLAUSE_ZH}翻译(?:一下)?(?:成|为|[:：]|下面|以下|这[句段])|把[^,，。?？]{{1,40}}翻译成{_TONGUES_ZH}{_END_ZH}"
    rf"|{_CLAUSE_EN}(?:write|compose|draft|make up|create|invent|sing|generate)(?: me| us)? "
    rf"(?:a|an|some|another|my) (?:[\w-]+ ){{0,3}}?{_WORKS_EN}\b"
    rf"|{_CLAUSE_EN}tell (?:me|us) (?:a|another) (?:[\w-]+ )?(?:joke|bedtime story)\b"
    rf"|{_CLAUSE_EN}(?:write|compose|draft|book|order|sing|buy|remind) me\b"
    rf"|{_CLAUSE_EN}translate(?: ?[:：]| (?:the following|this|these|it|\W)| [^.?]{{1,60}} (?:in)?to {_TONGUES_EN})"
)

_TO_RECKON = (  # with no word beside the figures
    r"^(?:what is|what's|whats|calculate|compute|solve|how much is|请?计?算一?下?|请问)?[\s:：]*"
    r"\d[\d.,]*(?:\s*[+*×÷^]\s*\d[\d.,]*)+\s*(?:=|equals|等于|是)?\s*(?:多少|几|what)?\s*[?？。.!]*$"
    r"|\bwhat(?: is|'s) \d+ ?[+*×÷] ?\d+"
)

_ERRAND = re.compile(f"{_TO_FORGET}|{_TO_SHOW}|{_TO_PLAY}|{_TO_MAKE}|{_TO_RECKON}", re.IGNORECASE)


def is_errand(question: str) -> bool:
    """Whether it gives the bot an order, or asks it about its own rules: no text answers that. In either script."""
    text = simplified(unicodedata.normalize("NFKC", question)).strip()
    return _ERRAND.search(text) is not None
