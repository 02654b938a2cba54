"""From the words in a picture to what they are: an appointment letter, a business card, a receipt."""

from __future__ import annotations

import re
from collections.abc import Sequence

import phonenumbers

_MONTH = "(?:" + "|".join((
    r"jan(?:uary)?", r"feb(?:ruary)?", r"mar(?:ch)?", r"apr(?:il)?", "may", "june?", "july?", r"aug(?:ust)?",
    r"sep(?:t(?:ember)?)?", r"oct(?:ober)?", r"nov(?:ember)?", r"dec(?:ember)?",
)) + ")"  # fmt: skip
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_DATE = re.compile(
    rf"(?:{_WEEKDAY}\.?,?\s*(?:the\s+)?)?(?:"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s*(?:of\s+)?{_MONTH}\b\.?(?:,?\s*\d{{4}})?"
    rf"|{_MONTH}\b\.?\s*\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s*\d{{4}})?"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2}))",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\d:.])(?:[01]?\d|2[0-3])[:.][0-5]\d(?!\d)(?:\s*[ap]\.?\s*m\b\.?)?|(?<![\d:.])(?:1[0-2]|[1-9])\s*[ap]\.?\s*m\b\.?|\b(?:noon|midday)\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_SITE = re.compile(r"\b(?:https?://)?(?:www\.)[A-Za-z0-9.-]+\.[a-z]{2,}(?:/[^\s]*)?", re.IGNORECASE)
_MONEY = re.compile(r"(?:[$€£]\s*)?\d{1,3}(?:[, ]?\d{3})*[.,]\d{2}(?!\d)(?:\s*(?:USD|EUR|GBP|€|\$|£))?")
_TOTAL = re.compile(r"\b(?:grand\s*total|total(?:\s*due)?|amount\s*due|balance(?:\s*due)?|to\s*pay)\b", re.IGNORECASE)
_NOT_TOTAL = re.compile(r"sub\s*-?\s*total|total\s*(?:tax|items|savings|discount)", re.IGNORECASE)
_RECEIPT = re.compile(r"\b(?:receipt|sub\s*-?\s*total|tax|vat|cash|change|visa|mastercard|qty|invoice)\b", re.IGNORECASE)
_LETTER = re.compile(
    r"\b(?:appointment|appt|your visit|scheduled|rescheduled|booked for|see you on|consultation|referral)\b", re.IGNORECASE
)
_DOCTOR = re.compile(r"\b(?:Dr|Prof)\.?\s+[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)?")
_JOB = re.compile(
    r"\b(?:manager|director|engineer|consultant|officer|founder|partner|lawyer|attorney|doctor|dentist|plumber|electrician|designer|agent|sales|"
    r"president|head of|architect|therapist|nurse|accountant|realtor|owner)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"^[A-Z][\w'’-]+(?:\s+[A-Z]\.)?(?:\s+(?:de|van|von|di|la)\b)?(?:\s+[A-Z][\w'’-]+){1,2}$")
_COMPANY = re.compile(
    r"\b(?:inc|llc|ltd|gmbh|co|corp|clinic|dental|group|studio|associates|bank|services|company|hospital|centre|center)\b\.?", re.IGNORECASE
)


def extract(lines: Sequence[str], *, region: str = "US") -> tuple[str, dict[str, str]]:
    """The kind of document (`letter`, `card`, `receipt`, `text` or `picture`) and its fields, words as they stand there."""
    text = "\n".join(lines)
    if not text.strip():
        return "picture", {}
    total = _total(lines)
    phones = _phones(text, region)
    if total and _RECEIPT.search(text):
        return "receipt", _only(kind="receipt", name=lines[0].strip(), total=total, date=_first(_DATE, text), time=_first(_TIME, text))
    if _LETTER.search(text) and _DATE.search(text):
        return "letter", _letter(lines, text, phones)
    email, site = _first(_EMAIL, text), _first(_SITE, text)
    if len(lines) <= 14 and (email or (phones and (site or _JOB.search(text)))) and not total:
        return "card", _only(
            kind="card", name=_person(lines), company=_company(lines), phone=phones[0] if phones else None, email=email, website=site
        )
    return "text", _only(kind="text", date=_first(_DATE, text), time=_first(_TIME, text), phone=phones[0] if phones else None, email=email)


def _letter(lines: Sequence[str], text: str, phones: Sequence[str]) -> dict[str, str]:
    """The date nearest to the word that says appointment, not the date of the letter at its top."""
    anchor = _LETTER.search(text)
    start = anchor.start() if anchor else 0
    dates = sorted(_DATE.finditer(text), key=lambda match: (match.start() < start, abs(match.start() - start)))
    date = dates[0] if dates else None
    near = date.end() if date else start
    times = sorted(_TIME.finditer(text), key=lambda match: (match.start() < near - 40, abs(match.start() - near)))
    return _only(
        kind="letter",
        date=date.group().strip() if date else None,
        time=times[0].group().strip() if times else None,
        name=_first(_DOCTOR, text),
        company=_company(lines),
        phone=phones[0] if phones else None,
    )


def _total(lines: Sequence[str]) -> str | None:
    for index, line in reversed(list(enumerate(lines))):
        if _TOTAL.search(line) and not _NOT_TOTAL.search(line):
            amounts = _MONEY.findall(line) or (_MONEY.findall(lines[index + 1]) if index + 1 < len(lines) else [])
            if amounts:
                return str(amounts[-1]).strip()
    return None


def _phones(text: str, region: str) -> list[str]:
    found = []
    for match in phonenumbers.PhoneNumberMatcher(text, region):
        found.append(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
    return found


def _person(lines: Sequence[str]) -> str | None:
    candidates = [line.strip() for line in lines if _NAME.match(line.strip()) and not _COMPANY.search(line) and not _JOB.search(line)]
    return candidates[0] if candidates else None


def _company(lines: Sequence[str]) -> str | None:
    return next((line.strip() for line in lines if _COMPANY.search(line) and "@" not in line and len(line) < 60), None)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match.group().strip().rstrip(".,;") if match else None


def _only(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}
