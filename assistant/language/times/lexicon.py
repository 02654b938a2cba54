"""The words that carry time: names, units, parts of the day, and the small words that join them."""

from __future__ import annotations

WEEKDAYS: dict[str, int] = {}
for _n, _names in enumerate(
    (
        "monday mon",
        "tuesday tue tues tu",
        "wednesday wed weds",
        "thursday thu thur thurs",
        "friday fri",
        "saturday sat",
        "sunday sun",
    )
):
    for _w in _names.split():
        WEEKDAYS[_w] = _n
WEEKDAY_PLURALS = {w + "s": n for w, n in WEEKDAYS.items() if w.endswith("day")}
WEEKDAY_POSSESSIVES = {w + "'s": n for w, n in WEEKDAYS.items() if w.endswith("day")}

MONTHS: dict[str, int] = {}
for _n, _names in enumerate(
    (
        "january jan",
        "february feb febr febuary",
        "march mar",
        "april apr",
        "may",
        "june jun",
        "july jul",
        "august aug",
        "september sept sep",
        "october oct",
        "november nov",
        "december dec",
    ),
    start=1,
):
    for _w in _names.split():
        MONTHS[_w] = _n
SHY_MONTHS = frozenset({"may", "march", "mar", "jan", "dec", "sep", "august"})

UNITS: dict[str, str] = {}
for _unit, _names in {
    "second": "second seconds sec secs",
    "minute": "minute minutes min mins minuet minuets",
    "hour": "hour hours hr hrs",
    "day": "day days",
    "week": "week weeks wk wks",
    "fortnight": "fortnight fortnights",
    "month": "month months mth mths mos",
    "quarter": "quarter quarters qtr qtrs",
    "year": "year years yr yrs",
    "decade": "decade decades",
    "century": "century centuries",
    "weekend": "weekend weekends wkend wkends",
    "night": "night nights",
    "workday": "workday workdays weekday weekdays",
}.items():
    for _w in _names.split():
        UNITS[_w] = _unit
    # "in one month's time"
    UNITS[f"{_names.split()[0]}'s"] = _unit
GLUED_UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "y": "year", "mo": "month"}

THIS = frozenset({"this", "current", "same"})
NEXT = frozenset({"next", "following", "upcoming", "coming", "nxt"})
LAST = frozenset({"last", "past", "previous", "prior"})
MODS = {**dict.fromkeys(THIS, "this"), **dict.fromkeys(NEXT, "next"), **dict.fromkeys(LAST, "last")}

# Parts of a day as hours [from, to); the edges are conventions, so they are written down once, here.
PARTS: dict[str, tuple[float, float]] = {
    "morning": (6, 12),
    "early morning": (6, 9),
    "mid morning": (9, 11),
    "late morning": (10, 12),
    "noon": (12, 13),
    "lunch": (12, 14),
    "afternoon": (12, 18),
    "early afternoon": (12, 15),
    "mid afternoon": (14, 16),
    "late afternoon": (15, 18),
    "evening": (17, 22),
    "early evening": (17, 19),
    "late evening": (20, 23),
    "night": (19, 24),
    "early night": (19, 22),
    "late night": (21, 24),
    "tonight": (18, 24),
    "early tonight": (18, 20),
    "late tonight": (21, 24),
    "first thing": (8, 10),
    "last thing": (16, 18),
    "end of day": (16, 18),
    "start of day": (8, 10),
    "midday": (11, 13),
    "breakfast": (7, 9),
    "dinner": (18, 20),
    "teatime": (16, 18),
    "dawn": (5, 7),
    "dusk": (17, 20),
    "small hours": (0, 5),
    "business hours": (9, 17),
}
PART_WORDS = {
    "morning": "morning", "mornings": "morning", "morn": "morning", "mornin": "morning",
    "afternoon": "afternoon", "afternoons": "afternoon", "arvo": "afternoon", "aft": "afternoon",
    "evening": "evening", "evenings": "evening", "eve": "evening", "evenin": "evening",
    "night": "night", "nights": "night", "nighttime": "night", "nite": "night",
    "lunchtime": "lunch", "lunch": "lunch", "lunchbreak": "lunch",
    "breakfast": "breakfast", "dinnertime": "dinner", "dinner": "dinner", "supper": "dinner", "teatime": "teatime",
    "sunrise": "dawn", "dawn": "dawn", "daybreak": "dawn",
    "sunset": "dusk", "dusk": "dusk", "sundown": "dusk", "nightfall": "dusk",
    "daytime": "business hours",
}  # fmt: skip
# Parts that are meals first: alone they say nothing about when.
MEALS = frozenset({"lunch", "breakfast", "dinner"})
AM_PARTS = frozenset({"morning", "early morning", "mid morning", "late morning", "dawn", "breakfast", "first thing", "start of day"})
PM_PARTS = frozenset({
    "afternoon", "early afternoon", "mid afternoon", "late afternoon", "evening", "early evening", "late evening", "dinner",
    "teatime", "last thing", "end of day",
})  # fmt: skip
NIGHT_PARTS = frozenset({"night", "tonight", "late night", "early night", "early tonight", "late tonight"})

TODAY = {
    "today": 0, "todays": 0, "today's": 0, "tomorrow": 1, "tomorrows": 1, "tomorrow's": 1, "tmrw": 1, "tmr": 1, "tmrow": 1,
    "tomorow": 1, "tommorow": 1, "tommorrow": 1, "tomorro": 1, "yesterday": -1, "yesterday's": -1,
    "overmorrow": 2, "otd": 0,
}  # fmt: skip

# Written apart by transcription, or joined by typing.
JOINED = {
    ("to", "morrow"): "tomorrow", ("to", "day"): "today", ("to", "night"): "tonight", ("tom", "orrow"): "tomorrow",
    ("mid", "night"): "midnight", ("mid", "day"): "midday", ("after", "noon"): "afternoon", ("week", "end"): "weekend",
    ("week", "ends"): "weekends", ("week", "day"): "weekday", ("week", "days"): "weekdays", ("fort", "night"): "fortnight",
    ("o", "clock"): "oclock", ("yester", "day"): "yesterday", ("lunch", "time"): "lunchtime", ("night", "time"): "nighttime",
    ("dinner", "time"): "dinnertime", ("tea", "time"): "teatime", ("noon", "time"): "noon", ("day", "time"): "daytime",
    ("lunch", "break"): "lunchtime", ("lunch", "hour"): "lunchtime", ("bi", "weekly"): "biweekly", ("bi", "monthly"): "bimonthly",
    ("semi", "monthly"): "semimonthly", ("semi", "annually"): "semiannually", ("bi", "annually"): "biannually",
    ("mid", "week"): "mid-week", ("work", "day"): "workday", ("work", "days"): "workdays", ("business", "day"): "workday",
    ("business", "days"): "workdays", ("working", "day"): "workday", ("working", "days"): "workdays", ("wens", "day"): "wednesday",
    ("wednes", "day"): "wednesday", ("thurs", "day"): "thursday", ("tues", "day"): "tuesday", ("satur", "day"): "saturday",
    ("half", "way"): "halfway", ("working", "week"): "week", ("work", "week"): "week",
    ("close", "to"): "about", ("near", "to"): "about", ("nearer", "to"): "about", ("closer", "to"): "about",
    ("sun", "day"): "sunday", ("mon", "day"): "monday", ("fri", "day"): "friday", ("fry", "day"): "friday",
    ("chews", "day"): "tuesday", ("wends", "day"): "wednesday", ("thirs", "day"): "thursday",
}  # fmt: skip
SPELLINGS = {
    "o'clock": "oclock", 'o"clock': "oclock", "oclock": "oclock", "o’clock": "oclock", "noontime": "noon", "12noon": "noon",
    "wensday": "wednesday", "weds": "wednesday", "thurday": "thursday", "sunay": "sunday", "tuseday": "tuesday",
    "wk": "week", "tonite": "tonight", "noonish": "noon", "midweek": "mid-week",
    "afternon": "afternoon", "everday": "everyday", "til": "until", "till": "until", "'til": "until", "thru": "through",
    "btw": "between", "btwn": "between", "betwn": "between", "b/w": "between", "untill": "until",
    "approx": "about", "approximately": "about", "circa": "about",
    "roughly": "about", "tomoz": "tomorrow", "tomos": "tomorrow",
    "nex": "next", "netx": "next", "wek": "week", "weeek": "week", "quater": "quarter", "haf": "half", "midnite": "midnight",
    "apirl": "april", "moring": "morning", "evning": "evening",
    "earlyish": "early", "latish": "late", "lateish": "late", "tomorra": "tomorrow",
    "around": "about", "roundabout": "about",
}  # fmt: skip

# Words that may stand between two parts of one meaning without changing it.
GLUE = frozenset({
    "at", "on", "in", "the", "of", "for", ",", "about", "a", "@", "sometime", "maybe", "say", "like", "preferably", "anytime",
    "perhaps", "-", "is", "any", "time", "during", ".", "ideally", "please", "probably", "exactly", "anywhere", "that", "starting",
    "some", "an", "available", "slot", "slots",
})  # fmt: skip

NOUNS_COUNTED = frozenset({
    "people", "persons", "person", "guests", "adults", "kids", "children", "child", "adult", "guest", "rooms", "room", "beds", "dollars",
    "bucks", "euros", "euro", "pounds", "pound", "quid", "cents", "percent", "%", "$", "£", "€", "usd", "eur", "gbp", "miles", "km",
    "times", "options", "stars", "star", "points", "degrees", "sessions", "session", "appointments", "appointment", "items",
    "teeth", "fillings", "filling", "tooth", "things", "questions", "ones", "of", "tables", "seats", "table", "seat", "units", "mg",
    "ml", "feet", "foot", "inches", "inch", "kg", "lbs", "grams", "million", "billion", "thousand", "hundred", "street", "avenue", "road",
    "st", "ave", "rd", "drive", "lane", "blvd", "boulevard", "way", "x", "more", "other", "others", "different", "copies", "tickets",
    "ticket", "bags", "shots", "doses", "pills", "floor", "floors", "levels", "months", "weeks", "years", "days", "hours", "minutes",
    "locations", "branches", "places", "offices", "dogs", "dog", "cats", "cat", "sons", "daughters", "friends", "us", "party", "parties",
    "nights", "night", "bedroom", "bedrooms", "cards", "card", "visits", "visit", "patients", "patient", "clients", "client", "cars",
    "car", "men", "women", "man", "woman", "boys", "girls", "pairs", "pair", "slots", "reasons", "reason", "treatments", "services",
})  # fmt: skip
# Before a bare number: these say that it is not an hour.
NOT_HOURS_BEFORE = frozenset({
    "room", "suite", "apt", "apartment", "unit", "number", "no", "#", "floor", "level", "gate", "seat", "table", "page", "chapter",
    "option", "line", "extension", "ext", "bus", "route", "highway", "flight", "platform", "step", "part", "section", "phase", "chair",
    "age", "aged", "size", "type", "version", "episode", "grade", "class", "code", "pin", "box", "building", "block", "house", "$", "£",
    "€", "plus", "times", "channel", "zone", "stage", "bay", "door", "exit", "covid", "press", "under", "over", "below", "above",
    "dial", "win", "windows", "court", "lane", "pitch", "studio", "desk", "track", "cabin", "row",
})  # fmt: skip

# Verbs after which "from A to B" says what becomes what.
MOVING = frozenset({
    "move", "moved", "moving", "change", "changed", "changing", "switch", "switched", "reschedule", "rescheduled", "rescheduling",
    "shift", "shifted", "push",
    "pushed", "bump", "swap", "extend", "extended", "swapped", "bring", "postpone", "postponed", "rebook", "transfer", "delay",
    "reschedual", "re-schedule", "prepone", "preponed", "preponing", "postponing", "delayed", "pushing",
})  # fmt: skip
