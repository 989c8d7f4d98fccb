from chat.models.conversation import Conversation, Participant
from chat.models.message import Attachment, Hidden, Message
from chat.models.wishes import Wishes

__all__ = ["Attachment", "Conversation", "Hidden", "Message", "Participant", "Wishes"]
