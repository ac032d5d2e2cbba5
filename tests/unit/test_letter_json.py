"""A letter as JSON and back."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.model import ConversationKey, Reply
from bot.delivery.model import Letter
from bot.delivery.serial import letter_from_json, letter_to_json

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)  # halves of surrogate pairs too
KEYS = st.builds(
    ConversationKey, channel=st.just("telegram"), chat=st.integers(), topic=st.integers(), asker=st.integers()
)


@given(
    st.builds(
        Letter,
        id=ANY_TEXT,
        conversation=KEYS,
        message_id=st.integers(),
        text=ANY_TEXT,
        lang=st.sampled_from(["zh", "en"]),
        context=ANY_TEXT,
        forget=st.booleans(),
        deep=st.booleans(),
        reply=st.none() | st.builds(Reply, message_id=st.integers(), quotes=st.booleans()),
    )
)
def test_a_letter_survives_its_record(letter):
    """Every letter, whatever was pasted into it, comes back from plain ASCII as it was."""
    record = letter_to_json(letter)
    assert record.isascii()
    assert letter_from_json(record) == letter


def test_a_letter_of_an_earlier_version_is_read():
    """Fields that came later have defaults, so a letter without them is read."""
    key = ConversationKey(channel="telegram", chat=1, topic=0, asker=2)
    letter = Letter(id="q", conversation=key, message_id=1, text="?", lang="en")
    fields = json.loads(letter_to_json(letter))
    del fields["context"], fields["forget"], fields["reply"], fields["deep"]
    assert letter_from_json(json.dumps(fields)) == letter
