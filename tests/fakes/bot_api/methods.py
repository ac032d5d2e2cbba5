"""What each method does to the world."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.bot_api.text import trim
from tests.fakes.bot_api.updates import UpdateQueue
from tests.fakes.bot_api.world import GENERAL_TOPIC, FakeChat, FakeMessage, Version, World

Json = dict[str, Any]


class Refused(Exception):
    """The request is answered with an error. ``violation``: no correct bot would have sent it."""

    def __init__(self, code: int, description: str, *, violation: bool = False, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.violation = violation
        self.parameters = parameters


def bad(description: str, *, violation: bool = False) -> Refused:
    return Refused(400, f"Bad Request: {description}", violation=violation)


class Methods:
    """The methods that this fake knows, over one world; getUpdates lives in the server."""

    def __init__(self, world: World, updates: UpdateQueue) -> None:
        self._world = world
        self._updates = updates
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.callbacks: dict[str, Json | None] = {}
        self.drafts: list[Json] = []
        self.known: dict[str, Callable[[Json], Any]] = {
            "getMe": self._get_me,
            "sendMessage": self._send_message,
            "sendMessageDraft": self._send_message_draft,
            "editMessageText": self._edit_text,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete_message,
            "sendChatAction": self._send_chat_action,
            "answerCallbackQuery": self._answer_callback,
            "setMyCommands": self._set_commands,
            "getMyCommands": self._get_commands,
            "deleteMyCommands": self._delete_commands,
            "getChat": lambda params: self._chat(params).json(),
            "getWebhookInfo": self._get_webhook_info,
            "deleteWebhook": self._delete_webhook,
        }
        for name, field in (
            ("Name", "name"),
            ("Description", "description"),
            ("ShortDescription", "short_description"),
        ):
            self.known[f"setMy{name}"] = self._profile_setter(field)
            self.known[f"getMy{name}"] = self._profile_getter(field)

    def _get_me(self, params: Json) -> Json:
        del params
        abilities = {"can_join_groups": True, "can_read_all_group_messages": True, "supports_inline_queries": False}
        more = {"can_connect_to_business": False, "has_main_web_app": False, "has_topics_enabled": False}
        return {**self._world.bot.json(), **abilities, **more}

    def _chat(self, params: Mapping[str, Any]) -> FakeChat:
        chat = self._world.find_chat(params.get("chat_id"))
        if chat is None:
            raise bad("chat not found", violation=True)
        if chat.moved_to is not None:
            upgraded = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, upgraded, migrate_to_chat_id=chat.moved_to.id)
        if chat.bot_is_out:
            why = "bot was kicked from the group chat" if chat.is_group else "bot was blocked by the user"
            raise Refused(403, f"Forbidden: {why}")
        return chat

    def _thread(self, chat: FakeChat, params: Mapping[str, Any], *, action: bool = False) -> int | None:
        thread = params.get("message_thread_id")
        if thread is None or (action and thread == GENERAL_TOPIC and chat.is_forum):
            return thread
        if thread == GENERAL_TOPIC or thread not in chat.topics:
            raise bad("message thread not found", violation=True)
        return int(thread)

    def _version(self, params: Mapping[str, Any]) -> Version:
        text, entities = trim(params.get("text") or "", params.get("entities") or [])
        if not text:
            raise bad("message text is empty", violation=True)
        preview_off = bool((params.get("link_preview_options") or {}).get("is_disabled"))
        markup = params.get("reply_markup") or None
        if markup is not None and not markup.get("inline_keyboard", True):
            markup = None
        return Version(at=time.monotonic(), text=text, entities=tuple(entities), markup=markup, preview_off=preview_off)

    def _send_message(self, params: Json) -> Json:
        chat = self._chat(params)
        thread = self._thread(chat, params)
        version = self._version(params)
        reply_to = self._replied(chat, params.get("reply_parameters"))
        sent = self._world.post(chat, self._world.bot, version)
        sent.reply_to = reply_to
        sent.thread = reply_to.thread if thread is None and reply_to is not None else thread
        return sent.json()

    def _replied(self, chat: FakeChat, reply: Json | None) -> FakeMessage | None:
        if reply is None:
            return None
        message = chat.all_messages.get(reply["message_id"])
        if message is None or message.deleted:
            if reply.get("allow_sending_without_reply"):
                return None
            raise bad("message to be replied not found", violation=message is None)
        if reply.get("quote") and reply["quote"] not in message.text:
            raise bad("QUOTE_TEXT_INVALID", violation=True)
        return message

    def _send_message_draft(self, params: Json) -> bool:
        if self._chat(params).is_group:
            raise bad("drafts are for private chats", violation=True)
        if not params["draft_id"]:
            raise bad("draft_id must not be 0", violation=True)
        self.drafts.append(params)
        return True

    def _own(self, params: Json, what: str) -> FakeMessage:
        message = self._chat(params).all_messages.get(params.get("message_id", 0))
        if message is None or message.deleted:
            raise bad(f"message to {what} not found", violation=message is None)
        if message.sender != self._world.bot:
            raise bad(f"message can't be {what}ed", violation=True)
        return message

    def _edit_text(self, params: Json) -> Json:
        return self._change(self._own(params, "edit"), self._version(params))

    def _edit_markup(self, params: Json) -> Json:
        message = self._own(params, "edit")
        now = message.versions[-1]
        text = {"text": now.text, "entities": now.entities}
        preview = {"link_preview_options": {"is_disabled": now.preview_off}}
        return self._change(message, self._version({**text, **preview, "reply_markup": params.get("reply_markup")}))

    def _change(self, message: FakeMessage, version: Version) -> Json:
        if message.versions[-1].same_as(version):
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same "
                "as a current content and reply markup of the message"
            )
        message.versions.append(version)
        return message.json()

    def _delete_message(self, params: Json) -> bool:
        self._own(params, "delet").deleted = True
        return True

    def _send_chat_action(self, params: Json) -> bool:
        chat = self._chat(params)
        thread = self._thread(chat, params, action=True)
        chat.actions.append((time.monotonic(), params["action"], thread))
        return True

    def _answer_callback(self, params: Json) -> bool:
        query = params["callback_query_id"]
        if query not in self.callbacks:
            too_old = "query is too old and response timeout expired or query ID is invalid"
            raise bad(too_old, violation=True)
        self.callbacks[query] = params
        return True

    def _set_commands(self, params: Json) -> bool:
        self.commands[_place(params)] = params["commands"]
        return True

    def _get_commands(self, params: Json) -> list[Json]:
        return self.commands.get(_place(params), [])

    def _delete_commands(self, params: Json) -> bool:
        self.commands.pop(_place(params), None)
        return True

    def _profile_setter(self, field: str) -> Callable[[Json], bool]:
        def setter(params: Json) -> bool:
            self.profile[field, params.get("language_code", "")] = params.get(field, "")
            return True

        return setter

    def _profile_getter(self, field: str) -> Callable[[Json], Json]:
        def getter(params: Json) -> Json:
            chosen = self.profile.get((field, params.get("language_code", "")), self.profile.get((field, ""), ""))
            return {field: chosen}

        return getter

    def _get_webhook_info(self, params: Json) -> Json:
        del params
        return {"url": "", "has_custom_certificate": False, "pending_update_count": len(self._updates.waiting)}

    def _delete_webhook(self, params: Json) -> bool:
        if params.get("drop_pending_updates"):
            self._updates.drop_all()
        return True


def _place(params: Json) -> tuple[str, str]:
    return json.dumps(params.get("scope") or {"type": "default"}, sort_keys=True), params.get("language_code", "")
