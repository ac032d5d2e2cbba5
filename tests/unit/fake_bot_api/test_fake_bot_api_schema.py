"""Requests checked against a description of the Bot API."""

import pytest

from tests.fakes.bot_api.schema import SPEC, Schema


def _field(name, *types, required=False):
    return {"name": name, "types": list(types), "required": required}


TINY = {
    "methods": {
        "send": {
            "fields": [
                _field("chat_id", "Integer", "String", required=True),
                _field("text", "String", required=True),
                _field("marks", "Array of Mark"),
                _field("rows", "Array of Array of Integer"),
                _field("scope", "Scope"),
                _field("silent", "Boolean"),
                _field("weight", "Float"),
            ]
        },
        "ping": {},
    },
    "types": {
        "Mark": {"fields": [_field("at", "Integer", required=True), _field("kind", "String")]},
        "Scope": {"subtypes": ["ScopeAll", "ScopeOne"]},
        "ScopeAll": {"fields": [_field("type", "String", required=True)]},
        "ScopeOne": {"fields": [_field("type", "String", required=True), _field("id", "Integer", required=True)]},
        "Update": {"fields": [_field("update_id", "Integer"), _field("message", "Mark")]},
    },
}
FINE = {"chat_id": 1, "text": "a"}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"chat_id": "@name"},
        {"marks": [{"at": 1}, {"at": 2, "kind": "x"}]},
        {"rows": [[1], []]},
        {"scope": {"type": "all"}},
        {"scope": {"type": "one", "id": 4}},
        {"weight": 1},
        {"silent": False},
    ],
)
def test_what_fits_the_description_passes(more):
    """Unions, nested objects, arrays of arrays and subtypes are followed."""
    assert Schema(TINY).faults("send", {**FINE, **more}) == []


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"chat_id": 1}, "'text' is required"),
        ({**FINE, "colour": "red"}, "unknown parameter 'colour'"),
        ({**FINE, "text": 1}, "send.text: is no String"),
        ({**FINE, "chat_id": 1.5}, "send.chat_id: is none of Integer, String"),
        ({**FINE, "silent": 1}, "send.silent: is no Boolean"),
        ({**FINE, "chat_id": True}, "send.chat_id: is none of Integer, String"),
        ({**FINE, "marks": {"at": 1}}, "send.marks: is no array"),
        ({**FINE, "marks": [{"at": 1}, {}]}, "send.marks[1](Mark): 'at' is required"),
        ({**FINE, "marks": [{"at": 1, "size": 3}]}, "send.marks[0](Mark): unknown parameter 'size'"),
        ({**FINE, "marks": [7]}, "send.marks[0]: is no Mark"),
        ({**FINE, "rows": [[1], ["2"]]}, "send.rows[1][0]: is no Integer"),
        ({**FINE, "scope": {"type": "one", "id": "x"}}, "ScopeAll): unknown parameter 'id'"),
    ],
)
def test_each_fault_is_named_with_its_place(params, says):
    """A fault says where it is and what is wrong."""
    (fault, *_) = Schema(TINY).faults("send", params)
    assert says in fault


def test_a_form_is_read_by_type():
    """Text of a form becomes values, save where the method takes a String."""
    raw = {"chat_id": "12", "text": "12", "silent": "True", "marks": '[{"at": 1}]', "weight": "null"}
    assert Schema(TINY).decode("send", raw) == {"chat_id": 12, "text": "12", "silent": True, "marks": [{"at": 1}]}
    assert Schema(TINY).decode("send", {"chat_id": "@a_name"}) == {"chat_id": "@a_name"}


def test_without_a_description_everything_passes():
    """Where the description is absent nothing is checked, and text stays text."""
    schema = Schema(None)
    assert not schema.present
    assert schema.faults("send", {"nonsense": 1}) == []
    assert schema.decode("sendMessage", {"chat_id": "5", "text": "5"}) == {"chat_id": 5, "text": "5"}


@pytest.mark.shared
@pytest.mark.skipif(not SPEC.is_file(), reason="api.json is absent: the bot's requests are not checked against it")
def test_the_real_description_is_used_where_it_is_present():
    """The development data describe the methods that the bot calls."""
    schema = Schema.load()
    entity = {"type": "text_link", "offset": 0, "length": 2, "url": "https://a.example"}
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    fine = {"chat_id": 1, "text": "ab", "entities": [entity], "reply_markup": keyboard}
    assert schema.faults("sendMessage", fine) == []
    assert schema.faults("sendMessage", {**fine, "reply_parameters": {}}) != []
    assert schema.faults("sendMessage", {**fine, "disable_web_page_preview": True}) != []
    assert schema.faults("setMyCommands", {"commands": [{"command": "a"}]}) != []
    assert schema.faults("getUpdates", {"allowed_updates": ["message", 1]}) != []
    assert "callback_query" in schema.update_kinds()
