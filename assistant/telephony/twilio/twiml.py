"""What we answer to voice webhooks, built with the provider's own library so that it is valid by construction."""

from __future__ import annotations

from twilio.twiml.voice_response import Connect, Dial, Gather, Stream, VoiceResponse

CONTENT_TYPE = "text/xml"


def connect_stream(stream_url: str, token: str, after_url: str) -> str:
    """Talk over a media stream; what follows it runs when our side closes the socket."""
    response = VoiceResponse()
    stream = Stream(url=stream_url)
    stream.parameter(name="token", value=token)
    connect = Connect()
    connect.append(stream)
    response.append(connect)
    response.redirect(after_url, method="POST")
    return str(response)


def dial(number: str, action_url: str, *, caller_id: str | None, seconds: int = 25, play: str | None = None) -> str:
    """Put through to a person; how it ended comes to `action_url`."""
    response = VoiceResponse()
    if play:
        response.play(play)
    ring = Dial(action=action_url, method="POST", timeout=seconds, answer_on_bridge=True, **({"caller_id": caller_id} if caller_id else {}))
    ring.number(number)
    response.append(ring)
    return str(response)


def voicemail(action_url: str, recording_url: str, *, max_seconds: int, play: str | None = None) -> str:
    """Record after a beep; the recording is announced to `recording_url` once it can be fetched."""
    response = VoiceResponse()
    if play:
        response.play(play)
    response.record(
        action=action_url,
        method="POST",
        max_length=max_seconds,
        timeout=5,
        play_beep=True,
        trim="trim-silence",
        finish_on_key="#",
        recording_status_callback=recording_url,
        recording_status_callback_event="completed",
    )
    return str(response)


def listen(play: list[str], action_url: str, *, seconds: int = 20) -> str:
    """Without streams: play our words, then record the caller's answer; a key ends the recording and is posted with it."""
    response = VoiceResponse()
    for url in play:
        response.play(url)
    response.record(action=action_url, method="POST", max_length=seconds, timeout=2, play_beep=False, trim="do-not-trim")
    response.redirect(action_url, method="POST")  # nothing was recorded: silence is news too
    return str(response)


def more_keys(action_url: str) -> str:
    """Without streams: the rest of what is being typed, to the `#` or a pause."""
    response = VoiceResponse()
    response.append(Gather(input="dtmf", action=action_url, method="POST", timeout=3, finish_on_key="#"))
    response.redirect(action_url, method="POST")  # one key was all
    return str(response)


def play_and_hang_up(play: list[str]) -> str:
    response = VoiceResponse()
    for url in play:
        response.play(url)
    response.hangup()
    return str(response)


def hang_up() -> str:
    response = VoiceResponse()
    response.hangup()
    return str(response)


def empty() -> str:
    return str(VoiceResponse())
