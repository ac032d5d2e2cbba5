"""What the terminal says of itself, in both languages at once: before a question nobody knows the asker's."""

GREETING = "引据 · Yinju — {essays} essays. Ask in 中文 or English; /help for help, Ctrl-D to leave."
HELP = """\
Type a question. 输入问题即可。
/deep …  divide a question, write a report 拆开问题，写一份报告
/essays  the essays 文章列表
/new     forget this conversation 忘记这段对话
/quit    leave 退出"""
NEW = "Forgotten. 已忘记。"
