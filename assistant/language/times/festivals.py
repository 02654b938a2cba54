"""Holidays by name: a rule for each (a date, the nth weekday, days from Easter, or a calendar of the `holidays` package)."""

from __future__ import annotations

import importlib
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import EASTER_ORTHODOX, easter

# Rules: "12-25" | "4th 3 11" nth weekday (0 is Monday) of month, -1 the last | "easter+1", "orthodox-2" | "hindu:HOLI+1" a calendar.
_NAMES: dict[str, str] = {
    # fixed dates
    "new year|new year day|new year's|new years": "01-01",
    "new year eve|nye|silvester": "12-31",
    "christmas|xmas|christmas day|xmas day|x-mas|chrismas": "12-25",
    "christmas eve|xmas eve": "12-24",
    "boxing day|st stephen day|saint stephen day|day of goodwill": "12-26",
    "kwanzaa": "12-26",
    "halloween|hallowe'en|halloween day|all hallow eve": "10-31",
    "all saint day|all saint": "11-01",
    "all soul day|all soul": "11-02",
    "valentine day|valentine|saint valentine day|st valentine day": "02-14",
    "st patrick day|saint patrick day|st paddy day|saint paddy day|paddy day": "03-17",
    "st george day|saint george day|feast of saint george": "04-23",
    "st andrew day|saint andrew day": "11-30",
    "st david day|saint david day": "03-01",
    "april fool|april fool day|all fool day": "04-01",
    "earth day": "04-22",
    "may day|worker day|international worker day|labour day gb": "05-01",
    "lei day": "05-01",
    "cinco de mayo": "05-05",
    "juneteenth|juneteenth day|juneteenth national independence day|freedom day us": "06-19",
    "flag day": "06-14",
    "canada day": "07-01",
    "independence day|fourth of july|4th of july|july 4th holiday|usa independence day": "07-04",
    "bastille day": "07-14",
    "veteran day|armistice day|remembrance day|veteran": "11-11",
    "groundhog day|groundhog": "02-02",
    "lincoln birthday|lincoln day|abraham lincoln birthday|abraham lincoln day": "02-12",
    "columbus day old": "10-12",
    "guy fawke night|guy fawke|guy fawke day|bonfire night": "11-05",
    "epiphany|three king day|twelfth night": "01-06",
    "candlemas|imbolc": "02-02",
    "immaculate conception|feast of the immaculate conception": "12-08",
    "assumption|assumption day|assumption of mary|feast of the assumption": "08-15",
    "annunciation|lady day": "03-25",
    "st nicholas day|saint nicholas day|feast of st nicholas|sinterklaas": "12-06",
    "st lucy day|saint lucia": "12-13",
    "st john day|midsummer day": "06-24",
    "pi day": "03-14",
    "star war day": "05-04",
    "international woman day|woman day|women day|international women day": "03-08",
    "international men day|men day|man day": "11-19",
    "world vegan day": "11-01",
    "world aid day": "12-01",
    "world environment day": "06-05",
    "world health day": "04-07",
    "world water day": "03-22",
    "teacher day|world teacher day": "10-05",
    "united nation day|un day": "10-24",
    "human right day": "12-10",
    "boss day|bos day|boss's day|bosses day": "10-16",
    "national sibling day|sibling day": "04-10",
    "koningsdag|king day|kings day": "04-27",
    "australia day|invasion day": "01-26",
    "anzac day|anzac": "04-25",
    "waitangi day": "02-06",
    "republic day|india republic day": "01-26",
    "gandhi jayanti|gandhi birthday": "10-02",
    "africa day": "05-25",
    "victory day": "05-09",
    "europe day": "05-09",
    "loy krathong": "11-15",
    "tax day": "tax",
    "emancipation day": "emancipation",
    "inauguration day": "inauguration",
    "election day": "election",
    "super tuesday|mega giga tuesday|giga tuesday|tsunami tuesday": "supertuesday",
    "mini-tuesday|mini tuesday": "minituesday",
    "patriot day|september 11th memorial": "09-11",
    "festivus": "12-23",
    "leap day": "02-29",
    "pearl harbor day|pearl harbor remembrance day|national pearl harbor remembrance day": "12-07",
    "cesar chavez day": "03-31",
    "kamehameha day": "06-11",
    "rosa park day": "02-04",
    "susan b anthony day": "02-15",
    "national freedom day": "02-01",
    "thomas jefferson birthday|jefferson birthday": "04-13",
    "robert e lee day|robert e lee birthday": "01-19",
    "stephen foster memorial day|stephen foster day": "01-13",
    "tartan day|national tartan day": "04-06",
    "pan american day": "04-14",
    "loyalty day|law day": "05-01",
    "national maritime day": "05-22",
    "peace officer memorial day": "05-15",
    "west virginia day": "06-20",
    "pioneer day": "07-24",
    "purple heart day": "08-07",
    "national aviation day": "08-19",
    "women equality day|woman equality day": "08-26",
    "constitution day|citizenship day": "09-17",
    "leif erikson day": "10-09",
    "alaska day": "10-18",
    "navy day": "10-27",
    "bill of right day": "12-15",
    "wright brother day": "12-17",
    "san jacinto day": "04-21",
    "texas independence day": "03-02",
    "evacuation day": "03-17",
    "bunker hill day": "06-17",
    "bennington battle day": "08-16",
    "lyndon baines johnson day": "08-27",
    "mischief night|devil night": "10-30",
    "truman day|harry s truman day": "05-08",
    "maryland day": "03-25",
    "world toilet day": "11-19",
    "patriot's day|patriots' day|patriots day ma": "3rd 0 4",
    "casimir pulaski day|pulaski day": "1st 0 3",
    "sweetest day": "3rd 5 10",
    "nevada day": "-1th 4 10",
    "statehood day|admission day": "3rd 4 8",
    "native american day": "4th 4 9",
    "take our daughters and sons to work day": "4th 3 4",
    # the nth weekday of a month
    "thanksgiving|thanksgiving day|turkey day": "4th 3 11",
    "day after thanksgiving|black friday|black shopping friday": "4th 3 11+1",
    "cyber monday": "4th 3 11+4",
    "small business saturday": "4th 3 11+2",
    "giving tuesday": "4th 3 11+5",
    "martin luther king day|mlk day|martin luther king jr day|martin luther king|civil right day|mlk|martin luther king's day|idaho human right day|king jr day": "3rd 0 1",
    "president day|presidents day|washington birthday|washington day|george washington day|day of the president|washington's birthday": "3rd 0 2",
    "memorial day|decoration day": "-1th 0 5",
    "labor day|labour day": "1st 0 9",
    "columbus day|indigenous people day": "2nd 0 10",
    "mother day|mum day|mothering": "2nd 6 5",
    "father day|dad day": "3rd 6 6",
    "grandparent day|national grandparent day": "labor+6",
    "parent day": "-1th 6 7",
    "administrative professional day|secretary day|admin day|secretaries day": "admin",
    "friendship day": "1st 6 8",
    "daylight saving start day|daylight saving day|start of daylight saving|spring forward": "2nd 6 3",
    "daylight saving end day|end of daylight saving|fall back day": "1st 6 11",
    "victoria day|commonwealth day ca": "victoria",
    "commonwealth day": "2nd 0 3",
    "spring bank holiday|late may bank holiday": "-1th 0 5",
    "early may bank holiday|may bank holiday": "1st 0 5",
    "august bank holiday|summer bank holiday|late summer bank holiday": "-1th 0 8",
    "family day": "3rd 0 2",
    "civic holiday": "1st 0 8",
    "national day of prayer": "1st 3 5",
    "armed force day": "3rd 5 5",
    "super bowl sunday|super bowl|superbowl": "2nd 6 2",
    "arbor day": "-1th 4 4",
    "earth hour": "earthhour",
    "king's birthday|queen's birthday|queen birthday|king birthday": "2nd 0 6",
    "melbourne cup|melbourne cup day": "1st 1 11",
    # from Easter
    "easter|easter sunday|easter day|resurrection sunday|pascha": "easter+0",
    "good friday|great friday|holy friday": "easter-2",
    "maundy thursday|holy thursday|covenant thursday|thursday of mysterie|sheer thursday": "easter-3",
    "holy saturday|easter eve|easter saturday|black saturday": "easter-1",
    "holy wednesday|spy wednesday": "easter-4",
    "easter monday|easter mon|bright monday": "easter+1",
    "easter tuesday": "easter+2",
    "palm sunday|branch sunday": "easter-7",
    "ash wednesday": "easter-46",
    "mardi gras|shrove tuesday|pancake day|pancake tuesday|fat tuesday": "easter-47",
    "shrove monday|rose monday|collop monday": "easter-48",
    "ascension|ascension day|ascension thursday|holy ascension": "easter+39",
    "pentecost|whitsun|whit sunday|whitsunday|white sunday": "easter+49",
    "whit monday|whitmonday|pentecost monday|monday of the holy spirit": "easter+50",
    "trinity sunday|trinity": "easter+56",
    "corpus christi|feast of corpus christi|body and blood of christ": "easter+60",
    "mothering sunday": "easter-21",
    "divine mercy sunday|low sunday|st thomas sunday": "easter+7",
    "lent": "easter-46",
    "orthodox easter|orthodox easter sunday|orthodox easter day": "orthodox+0",
    "orthodox easter monday": "orthodox+1",
    "orthodox good friday|orthodox great friday": "orthodox-2",
    "orthodox palm sunday": "orthodox-7",
    "clean monday|orthodox ash monday|orthodox shrove monday": "orthodox-48",
    "lazarus saturday": "orthodox-8",
    "orthodox ascension day": "orthodox+39",
    "great fast|great lent": "greatfast",
    "advent|advent sunday|first sunday of advent": "advent",
    # Jewish
    "passover|pesach|pesah|first day of passover": "hebrew:PASSOVER",
    "purim": "hebrew:PURIM",
    "shushan purim": "hebrew:PURIM+1",
    "rosh hashanah|rosh hashana|yom teruah|jewish new year": "hebrew:ROSH_HASHANAH",
    "yom kippur|day of atonement": "hebrew:YOM_KIPPUR",
    "sukkot|feast of tabernacle|feast of booth|feast of the ingathering|sukko": "hebrew:SUKKOT",
    "shemini atzeret": "hebrew:SUKKOT+7",
    "simchat torah": "hebrew:SUKKOT+8",
    "hanukkah|chanukah|hanukah|hannukah": "hebrew:HANUKKAH",
    "shavuot|feast of week|shovuo": "hebrew:SHAVUOT",
    "lag baomer|lag b'omer|lag bomer": "hebrew:LAG_BAOMER",
    "tisha b'av|tisha bav|tish'a b'av": "hebrew:TISHA_BAV",
    "tu bishvat|tu b'shvat|tu bshvat": "tubishvat",
    "yom ha'atzmaut|yom haatzmaut": "hebrew:INDEPENDENCE_DAY",
    "yom hashoah|yom hashoah day|holocaust day": "hebrew:PASSOVER+12",
    # Muslim
    "eid al-fitr|eid al fitr|eid ul fitr|eid ul-fitr|id al-fitr|id ul-fitr|eid|end of ramadan|feast of breaking the fast": "islamic:EID_AL_FITR",
    "eid al-adha|eid al adha|id al-adha|id ul-adha|eid ul adha|eid ul-adha|sacrifice feast|bakr id|bakra eid|feast of the sacrifice": "islamic:EID_AL_ADHA",
    "ramadan|ramzan|ramadhan|ramadaan": "ramadan",
    "islamic new year|hijri new year|amun jadid|muharram": "islamic:HIJRI_NEW_YEAR",
    "ashura|day of ashura": "islamic:ASHURA",
    "mawlid|mawlid al-nabi|prophet birthday|milad un nabi|eid milad": "islamic:MAWLID",
    "laylat al-qadr|night of power|night of destiny|night of decree|night of measure|laylat al kadr": "laylat",
    "isra and mi'raj|isra and miraj|prophet ascension|ascension to heaven|ascension of the prophet|isra mi'raj|the night journey|the prophet' ascension": "islamic:ISRA_AND_MIRAJ",
    "jumu'atul-wida|jumu'atul widaa|jumu'atul wida|jamat ul-vida|jumatul wida": "islamic:JUMUATUL_WIDA",
    # Chinese and other lunar
    "chinese new year|chinese new year day|lunar new year|chinese lunar new year|chinese lunar new year day|spring festival|tet": "chinese:LUNAR_NEW_YEAR",
    "dragon boat festival|dragon boat": "chinese:DRAGON_BOAT",
    "mid-autumn festival|mid autumn festival|moon festival": "chinese:MID_AUTUMN",
    "qingming|tomb sweeping day|qingming festival": "04-05",
    "vesak|buddha day|buddha purnima|vaisakha|buddha's birthday": "hindu:BUDDHA_PURNIMA",
    # Hindu, Sikh and others
    "holi|dhulandi|phagwah|festival of color|rangwali holi|holi day": "hindu:HOLI",
    "holika dahan|chhoti holi|kamudu pyre|choti holi": "hindu:HOLI-1",
    "diwali|deepavali|divali|diwali day|lakshmi puja|laxmi puja": "hindu:DIWALI_INDIA",
    "chhoti diwali|naraka chaturdashi|kali chaudas|roop chaudas|choti diwali": "hindu:DIWALI_INDIA-1",
    "dhanatrayodashi|dhantera|dhanteras": "hindu:DIWALI_INDIA-2",
    "govardhan puja|annakut": "hindu:DIWALI_INDIA+1",
    "bhai dooj|bhai duj|bhaiya dooj|bhau beej": "hindu:DIWALI_INDIA+2",
    "dussehra|dasara|dashahara|vijayadashami|dussera|dussehra day": "hindu:DUSSEHRA",
    "maha navami|navami": "hindu:DUSSEHRA-1",
    "maha saptami": "hindu:DUSSEHRA-3",
    "durga ashtami|maha ashtami": "hindu:DUSSEHRA-2",
    "navaratri|durga puja|navratri": "hindu:SHARAD_NAVRATRI",
    "ganesh chaturthi|vinayaka chaturthi|vinayaka chavithi": "hindu:GANESH_CHATURTHI",
    "janmashtami|krishna janmashtami|gokulashtami|krishnashtami": "hindu:JANMASHTAMI",
    "raksha bandhan|rakhi|rakhi purnima": "hindu:RAKSHA_BANDHAN",
    "ram navami|rama navami": "hindu:RAM_NAVAMI",
    "maha shivaratri|shivaratri|mahashivratri|maha shivratri": "hindu:MAHA_SHIVARATRI",
    "mahavir jayanti|mahavir janma kalyanak|mahaveer jayanti": "hindu:MAHAVIR_JAYANTI",
    "pongal|makara sankranti|makar sankranti|maghi|pongal day": "hindu:PONGAL",
    "bogi pandigai|bhogi|lohri": "hindu:PONGAL-1",
    "maattu pongal|mattu pongal": "hindu:PONGAL+1",
    "kaanum pongal|kanni pongal|kanum pongal": "hindu:PONGAL+2",
    "onam|thiru onam|thiruvonam": "hindu:ONAM",
    "ugadi|yugadi|samvatsaradi|chaitra sukladi|gudi padwa": "hindu:GUDI_PADWA",
    "guru nanak jayanti|guru nanak gurpurab|guru nanak birthday|gurpurab": "hindu:GURU_NANAK_JAYANTI",
    "guru gobind singh jayanti|guru govind singh jayanti|guru gobind singh birthday|guru gobind singh's birthday": "hindu:GURU_GOBIND_SINGH_JAYANTI",
    "guru ravidass jayanti|guru ravidas jayanti|guru ravidass birthday|ravidass jayanti": "hindu:GURU_RAVIDAS_JAYANTI",
    "valmiki jayanti|maharishi valmiki jayanti|pargat diwa": "hindu:MAHARSHI_VALMIKI_JAYANTI",
    "rabindra jayanti|rabindranath jayanti|pochishe boishakh": "rabindra",
    "chhath|chhath puja|chhathi|dala puja|dala chhath|surya shashthi|surya shashti": "hindu:CHHATH_PUJA",
    "karva chauth|karwa chauth": "hindu:KARWA_CHAUTH",
    "vasant panchami|basant panchami": "hindu:BASANT_PANCHAMI",
    "rath yatra|ratha yatra|ratha-yatra": "hindu:RATH_YATRA",
    "hanuman jayanti": "hindu:HANUMAN_JAYANTI",
    "hola mohalla|hola": "hindu:HOLA_MOHOLLA",
    "vaisakhi|baisakhi|baishakhi|mesadi|puthandu|vishu": "04-14",
    "nowruz|persian new year|navroz": "03-20",
    "jamshedi navroz|parsi new year": "parsi",
    "thaipusam": "thaipusam",
}  # fmt: skip

_GB = {"mother day": "easter-21", "may day": "1st 0 5", "labour day": "05-01", "bank holiday": "bank"}
_BY_COUNTRY: dict[str, dict[str, str]] = {
    "GB": _GB,
    "IE": {**_GB, "st patrick day": "03-17"},
    "CA": {"thanksgiving": "2nd 0 10", "thanksgiving day": "2nd 0 10", "labour day": "1st 0 9"},
    "IN": {"independence day": "08-15", "labour day": "05-01", "labor day": "05-01", "teacher day": "09-05"},
    "AU": {"father day": "1st 6 9", "labour day": "1st 0 10", "family day": "05-15"},
    "NZ": {"father day": "1st 6 9", "labour day": "4th 0 10"},
}
# Words that are a holiday's name only when "day" follows or a time word stands beside them.
_PLAIN_WORDS = frozenset(
    {"assumption", "trinity", "hola", "ascension", "veteran", "mlk", "eid", "advent", "groundhog", "lent", "tet", "annunciation"}
)


def stem(word: str) -> str:
    """A name's word without its possessive or plural: valentine's, valentines -> valentine."""
    word = word.replace("'s", "").rstrip("'")
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


_EXPAND = {
    "mon": "monday",
    "fri": "friday",
    "thu": "thursday",
    "thur": "thursday",
    "sun": "sunday",
    "sat": "saturday",
    "wed": "wednesday",
    "tue": "tuesday",
}
_TABLE: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _aliases, _rule in _NAMES.items():
    for _alias in _aliases.split("|"):
        _words = tuple(stem(w) for w in _alias.replace("-", " - ").split())
        _TABLE.setdefault(_words[0], []).append((_words, _rule))
for _entries in _TABLE.values():
    _entries.sort(key=lambda e: -len(e[0]))


def match(words: list[str], country: str) -> tuple[str, int] | None:
    """The rule of the longest holiday name at the start of `words`, and how many words it took."""
    if not words:
        return None
    first = stem(words[0])
    entries = _TABLE.get(first) or _TABLE.get(_EXPAND.get(first, ""))
    if not entries:
        return None
    said = [
        first if first in _TABLE else _EXPAND.get(first, first),
        *(_EXPAND.get(w, stem(w)) if w.isalpha() or "'" in w else w for w in words[1:8]),
    ]
    # An apostrophe left over from "presidents'" is not a word of the name.
    keep = [k for k, w in enumerate(said) if w != "'" and w != ""]
    said_words = [said[k] for k in keep]
    for name, rule in entries:
        if tuple(said_words[: len(name)]) == name:
            if len(name) == 1 and name[0] in _PLAIN_WORDS:
                continue
            key = " ".join(name)
            own = _BY_COUNTRY.get(country, {}).get(key)
            taken = keep[len(name) - 1] + 1
            if taken < len(said) and said[taken] == "day" and name[-1] not in ("day", "eve"):
                taken += 1
            return own or rule, taken
    return None


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    if n > 0:
        first = date(year, month, 1)
        return first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
    return last - timedelta((last.weekday() - weekday) % 7 + 7 * (-n - 1))


@lru_cache(maxsize=64)
def _calendar(name: str) -> object:
    module = importlib.import_module(f"holidays.calendars.{name}")
    cls = {"hindu": "_HinduLunisolar", "islamic": "_IslamicLunar", "chinese": "_ChineseLunisolar", "hebrew": "_HebrewLunisolar"}[name]
    return getattr(module, cls)


@lru_cache(maxsize=4096)
def _lunar(name: str, which: str, year: int) -> tuple[date, ...]:
    """The days of a calendar's table in one Gregorian year; a lunar year may fall twice in it."""
    months = {m: k for k, m in enumerate(["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1)}
    table = getattr(_calendar(name), which + "_DATES", {})
    found = table.get(year, ())
    if found and not isinstance(found[0], tuple):
        found = (found,)
    return tuple(date(year, m if isinstance(m, int) else months[m], d) for m, d in found)


def _special(rule: str, year: int) -> list[date]:
    if rule == "tax":
        day = date(year, 4, 15)
        holiday = _special("emancipation", year)[0]
        while day.weekday() > 4 or day == holiday:
            day += timedelta(1)
        return [day]
    if rule == "emancipation":
        day = date(year, 4, 16)
        return [day - timedelta(1) if day.weekday() == 5 else day + timedelta(1) if day.weekday() == 6 else day]
    if rule == "inauguration":
        return [date(year, 1, 20)] if year % 4 == 1 else []
    if rule == "election":
        return [_nth(year, 11, 0, 1) + timedelta(1)]
    if rule == "supertuesday":
        return {2008: [date(2008, 2, 5)]}.get(year, [_nth(year, 3, 1, 1)] if year % 4 == 0 else [])
    if rule == "minituesday":
        return [date(2004, 2, 3)] if year == 2004 else []
    if rule == "labor+6":
        return [_nth(year, 9, 0, 1) + timedelta(6)]
    if rule == "admin":
        last = _nth(year, 4, 5, -1)
        return [last - timedelta(3)]
    if rule == "victoria":
        day = date(year, 5, 24)
        return [day - timedelta(day.weekday())]
    if rule == "earthhour":
        last = _nth(year, 3, 5, -1)
        return [last - timedelta(7) if easter(year) - timedelta(1) == last or easter(year) - timedelta(8) == last - timedelta(7) else last]
    if rule == "greatfast":
        return [easter(year, EASTER_ORTHODOX) - timedelta(48)]
    if rule == "advent":
        day = date(year, 12, 25)
        return [day - timedelta(day.weekday() + 1 + 21)]
    if rule == "tubishvat":
        # 15 Shvat is 59 or 60 days before 15 Nisan's month; found from Purim (14 Adar), a month before it in a common year.
        out = []
        for purim in _lunar("hebrew", "PURIM", year):
            passover = _lunar("hebrew", "PASSOVER", year)
            leap = bool(passover) and (purim - date(year, 1, 1)).days > 68
            out.append(purim - timedelta(59 if leap else 29))
        return out
    if rule == "ramadan":
        return list(_lunar("islamic", "RAMADAN_BEGINNING", year))
    if rule == "laylat":
        return [d + timedelta(26) for d in _special("ramadan", year)]
    if rule == "rabindra":
        return [date(year, 5, 9)]
    if rule == "parsi":
        return [date(year, 8, 17 if year < 2020 else 16)]
    if rule == "thaipusam":
        return [d for d in _lunar("hindu", "THAIPUSAM", year)]
    if rule == "bank":
        return sorted([_nth(year, 5, 0, 1), _nth(year, 5, 0, -1), _nth(year, 8, 0, -1)])
    return []


@lru_cache(maxsize=4096)
def dates_of(rule: str, year: int) -> tuple[date, ...]:
    """The days on which a rule falls in a year."""
    if not 1583 <= year <= 4000:
        return ()
    if len(rule) == 5 and rule[2] == "-" and rule[:2].isdigit():
        try:
            return (date(year, int(rule[:2]), int(rule[3:])),)
        except ValueError:
            return ()
    special = _special(rule, year)
    if special:
        return tuple(special)
    base, shift = rule, 0
    for sign in "+-":
        head, sep, tail = rule.rpartition(sign)
        if sep and tail.isdigit() and head:
            base, shift = head, int(sign + tail)
            break
    if base in ("easter", "orthodox"):
        day = easter(year) if base == "easter" else easter(year, EASTER_ORTHODOX)
        return (day + timedelta(shift),)
    if ":" in base:
        name, which = base.split(":")
        return tuple(d + timedelta(shift) for d in _lunar(name, which, year))
    if base and base.split()[-1].isdigit() and len(base.split()) == 3:
        n, weekday, month = base.split()
        return (_nth(year, int(month), int(weekday), int(n.rstrip("stndrh"))) + timedelta(shift),)
    return ()


def length_of(rule: str) -> int | None:
    """How many days a festival lasts that is asked for as a whole."""
    return {"ramadan": 30, "greatfast": 40, "easter-46": 40}.get(rule)


def coming(rule: str, today: date, *, back: bool = False) -> date | None:
    """The next day of a rule from today on, or the last one before today."""
    years = range(today.year, today.year - 6, -1) if back else range(today.year, today.year + 9)
    for year in years:
        days = [d for d in dates_of(rule, year) if (d < today if back else d >= today)]
        if days:
            return max(days) if back else min(days)
    return None


nth_weekday = _nth
