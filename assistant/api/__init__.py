"""The HTTP edge: REST under /api/v1, live events, the spoken question, and the console's files."""

from assistant.api.clips import AudioShelf
from assistant.api.install import install, new_app
from assistant.api.live import LiveEvents
from assistant.api.security import Security
from assistant.api.services import Services

__all__ = ["AudioShelf", "LiveEvents", "Security", "Services", "install", "new_app"]
