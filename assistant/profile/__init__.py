"""The business profile: `business.toml` read, checked with line numbers, and read again when it changes."""

from assistant.profile.live import LiveProfile
from assistant.profile.loader import ProfileError, load_profile, parse_profile

__all__ = ["LiveProfile", "ProfileError", "load_profile", "parse_profile"]
