"""One call's conversation: speech on one side, the conversation on the other, no provider in between."""

from assistant.telephony.call.session import CallEnd, CallSession

__all__ = ["CallEnd", "CallSession"]
