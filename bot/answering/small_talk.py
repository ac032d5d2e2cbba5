"""What people say to a bot that asks nothing of the essays: Simplified, in small letters, without punctuation."""

import re

SMALL_TALK = re.compile(
    r"how (?:are|r) (?:you|u)(?: doing)?(?: today)?|how i?s it going|how do you do|what ?i?s up|sup|"
    r"(?:are )?you there|nice to meet you|sorry|never ?mind|(?:lol|lmao|rofl|(?:ha){2,}h?|(?:he){2,}h?|hmm+|wow|yay)|"
    r"test(?:ing)?(?: test| \d)*|(?:good|bad|stupid|nice|silly) bot|i (?:love|hate|like|miss) (?:you|u)|"
    r"(?:you are|you re|you|u r|ur|u) (?:so |very |really |too )?"
    r"(?:stupid|dumb|smart|clever|great|awesome|funny|cute|useless|the best|wrong|right)|"
    r"[你您]好[吗么]|[哈呵嘿嘻]{2,}|6{3,}|哈?测试(?:一下)?|你?在(?:干[嘛吗什么]+|做什么|忙[吗什么]*)|吃了[吗没]|最近(?:好吗|怎么样|如何)|"
    r"你(?:真|好|太|很|是个?|怎么这么)(?:的)?(?:笨|傻|蠢|坏|棒|聪明|厉害|可爱|牛|有趣|好)(?:蛋|瓜)?[了啊呀的]?|"
    r"我(?:爱|喜欢|讨厌|恨|想)你|好?无聊啊?|[好真太]?(?:厉害|棒|牛|搞笑|有意思)了?|对不起|抱歉|没事"
)
WHO_IT_IS = re.compile(
    r"(?:who|what) (?:are|r) (?:you|u)|what (?:can|do|could) (?:you|u|this bot) (?:do|help(?: me)? with)(?: for me)?|"
    r"what are you (?:for|able to do|good for|capable of)|how (?:do you|does this bot) work|help|"
    r"how (?:do|can|should) i use (?:you|this bot|this)|(?:what ?i?s|tell me) your name|what i?s this bot|"
    r"are you (?:an? )?(?:real |human|bot|robot|ai|person|chatgpt|machine)+|(?:please )?introduce yourself|"
    r"tell me about yourself|who (?:made|created|built|wrote|developed) you|(?:can|could) you help(?: me)?|"
    r"你(?:到底|究竟)?是(?:谁|啥|哪位|什么(?:东西|机器人|模型)?|[干做](?:什么|啥|嘛)的)|你叫(?:什么|啥)(?:名字)?|你的名字(?:是|叫)什么|"
    r"你(?:都)?(?:会|能|可以)(?:帮我)?(?:做|干)?(?:些|点)?(?:什么|啥|哪些事)|你有(?:什么|啥|哪些)(?:用|功能|本事|能力)|"
    r"(?:怎么|如何)(?:使用|用)你?|(?:你|这个机器人)(?:怎么|如何)(?:使用|用)|"
    r"你是(?:不是)?一?个?(?:机器人|真人|人|人工智能|ai|chatgpt|gpt|模型|程序)[吗么]?|(?:做个)?自我介绍(?:一下)?|介绍(?:一下)?你自己|"
    r"谁(?:做|造|开发|创造|发明|写)了?(?:的|了)?你"
)
WHAT_IT_HAS = re.compile(
    r"(?:which|what) (?:essays|articles|texts|documents|posts|sources) (?:are (?:there|here|these|included|available)|"
    r"do you (?:have|know|hold|cover)|have you (?:got|read)|can i (?:read|ask about))|"
    r"(?:please )?(?:list|show)(?: me)?(?: all)?(?: the| your)? (?:essays|articles|texts|sources)|"
    r"what (?:questions )?(?:can|could|may|should) i ask(?: you)?(?: about| here)?|"
    r"what (?:are|r) (?:the|these|your) (?:essays|articles|texts) about|"
    r"what do (?:the|these|your) (?:essays|articles|texts) (?:cover|say|talk about|discuss)|"
    r"how many (?:essays|articles|texts) (?:are (?:there|here)|do you have|have you)|"
    r"what do you know(?: about)?|what (?:topics|subjects) do you (?:cover|know)|"
    r"(?:你|这里|这儿|现在|一共|总共|都)*(?:收录|收|有|读过|知道)[了有]?(?:哪些|什么|啥|多少篇?|几篇)(?:文章|文集|文档|资料|书)(?:可以?[问看读])?|"
    r"(?:文章|资料)(?:列表|目录|清单)|列(?:出|一下|举)(?:所有|全部|一下)?的?文章|"
    r"我?(?:可以|能)(?:向你|问你|问)?问?(?:些|点)?(?:什么|啥|哪些问题|什么问题)|"
    r"这[些里](?:的)?文章(?:都|主要)?在?(?:讲|说|写|谈|关于)了?(?:些)?(?:什么|啥)的?(?:内容)?|你(?:都)?(?:知道|懂|了解)些?(?:什么|啥)"
)
