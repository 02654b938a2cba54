"""Invented people, places and addresses to fill phrases with."""

from __future__ import annotations

from random import Random

from assistant.language.given_names import GIVEN_NAMES
from assistant.language.pii.lexicon import lexicon

Piece = tuple[str, str]


def _of(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


_PARTICLES = _of("van|de|van der|von|de la|al|di|da|mac|ben|bin")
_KINDS_OF_STREET = _of(
    "Street|St|Avenue|Ave|Road|Rd|Lane|Drive|Dr|Court|Place|Way|Terrace|Close|Square|Boulevard|Blvd|Crescent|"
    "Hill|Park|Row|Grove|Gardens|Green|Mews|Parkway|Highway|Street|Road"
)
_JOINED = _of("straße|strasse|weg|gasse|gatan|vägen|vej|gade|veien|vegen|katu|tie|laan|straat|kade|utca|plein")
_BEFORE = _of(
    "Rue|Rue de|Rue du|Avenue de|Calle|Calle de|Via|Viale|Piazza|Rua|Avenida|Av|Plaza|Ulica|ul.|Ul|Chemin de|"
    "Paseo de|Camino|Rúa|Largo|Quai|Place|Bulevar|Carrera|Corso|Strada"
)
_TREES = _of(
    "Elm|Oak|Maple|Pine|Cedar|Park|Lake|Hill|Church|Station|High|Main|Mill|King|Queen|Victoria|Washington|"
    "Market|Bridge|River|Garden|School|North|West|Spring|Forest|Green|Sunset|Broad|Union"
)
_ORDINALS = _of("1st|2nd|3rd|4th|5th|9th|12th|42nd|first|second|third|fifth|ninth")
_TOWN_ENDS = _of("ville|ton|ford|burg|berg|stad|by|ham|field|heim|dorf|hausen|wick|ow|ice|ano|ella|pur|nes|fors")
_TOWN_MORE = _of("San|Saint|St.|New|Santa|El|La|Le|Bad|North|South|West|East|Port|Mount|Upper|Fort")
_TOWN_AFTER = _of("Beach|Falls|City|Hills|Heights|Park|Springs|Bay|Valley|Creek|Point|Grove|Junction")
_WORK = _of(
    "Solutions|Group|Systems|Partners|Analytics|Consulting|Media|Foods|Energy|Dental|Plumbing|Motors|Bank|Insurance|"
    "Orchestra|University|Clinic|Hospital|Logistics|Software|Industries|Institute|Foundation|Records"
)
_FORMS = _of("Inc|Ltd|LLC|GmbH|Inc.|Ltd.|Corp|Co|PLC|AG")
_STATES = _of("CA|NY|TX|ON|IL|WA|FL|OH|NSW|BC|MA|PA|NJ|CO|GA")


def _title(name: str) -> str:
    return " ".join(part if part in ("de", "la", "da", "do", "of", "the", "am") else part[:1].upper() + part[1:] for part in name.split())


class Names:
    """Draws from the lists that the tagger has, and invents as many again: unknown names are the rule in life."""

    def __init__(self) -> None:
        known = lexicon()
        self._common = sorted(GIVEN_NAMES)
        self._also_words = [name for name in self._common if known.plain.get(name, 0) > 2]
        self._given = sorted(known.given)
        self._surnames = sorted(known.surnames)
        self._places = sorted(place for place in known.places - known.countries if len(place) > 3)
        self._countries = sorted(known.countries)
        self._long = sorted(" ".join((first, *rest)) for first, rests in known.long_places.items() for rest in rests)
        self._words = sorted(word for word, rank in known.plain.items() if 3 < len(word) < 10 and rank > 1)

    def fill(self, slot: str, chance: Random) -> list[Piece]:
        """The pieces that stand for `<slot>`."""
        if slot in ("person", "given", "surname", "full", "long"):
            return [(getattr(self, slot)(chance), "PERSON")]
        if slot == "org":
            return [(self.org(chance), "OTHER")]
        return [(getattr(self, slot)(chance), "PLACE")]

    def _invented(self, names: list[str], chance: Random) -> str:
        first, second = chance.choice(names), chance.choice(names)
        return first[: chance.randrange(2, max(3, min(6, len(first))))] + second[-chance.randrange(2, max(3, min(7, len(second)))) :]

    def given(self, chance: Random) -> str:
        draw = chance.random()
        if draw < 0.15:
            return _title(chance.choice(self._also_words))
        if draw < 0.45:
            return _title(chance.choice(self._common))
        return _title(chance.choice(self._given) if draw < 0.75 else self._invented(self._given, chance))

    def surname(self, chance: Random) -> str:
        draw = chance.random()
        if draw < 0.06:
            return _title(chance.choice(self._words))
        name = chance.choice(self._surnames) if draw < 0.7 else self._invented(self._surnames, chance)
        form = chance.random()
        if form < 0.03:
            return f"{_title(name)}-{_title(chance.choice(self._surnames))}"
        if form < 0.07:
            particle = chance.choice(_PARTICLES)
            return f"{_title(particle) if draw < 0.5 else particle} {_title(name)}"
        return _title(name)

    def full(self, chance: Random) -> str:
        return f"{self.given(chance)} {self.surname(chance)}"

    def long(self, chance: Random) -> str:
        middle = chance.choice("ABCDEFGHJKLMNPRST")
        if chance.random() < 0.3:
            return f"{self.given(chance)} {self.given(chance)} {self.surname(chance)}"
        return f"{self.given(chance)} {middle}{chance.choice(('.', ''))} {self.surname(chance)}"

    def person(self, chance: Random) -> str:
        draw = chance.random()
        if draw < 0.42:
            return self.given(chance)
        if draw < 0.82:
            return self.full(chance)
        if draw < 0.9:
            return self.long(chance)
        if draw < 0.94:
            return self.surname(chance)
        return f"{chance.choice(('Mr', 'Mrs', 'Ms', 'Dr', 'Mr.', 'Mrs.', 'Ms.', 'Dr.', 'Miss', 'Doctor', 'Aunt'))} {self.surname(chance)}"

    def town(self, chance: Random) -> str:
        draw = chance.random()
        if draw < 0.4:
            name = chance.choice(self._places)
        elif draw < 0.5:
            name = chance.choice(self._long)
        elif draw < 0.7:
            name = chance.choice(self._surnames)[: chance.randrange(3, 7)] + chance.choice(_TOWN_ENDS)
        elif draw < 0.8:
            name = self._invented(self._places, chance)
        elif draw < 0.9:
            name = f"{chance.choice(_TOWN_MORE)} {chance.choice(self._surnames)}"
        else:
            name = f"{chance.choice(self._surnames)} {chance.choice(_TOWN_AFTER)}"
        return name.upper() if chance.random() < 0.08 else _title(name)

    def country(self, chance: Random) -> str:
        return _title(chance.choice(self._countries if chance.random() < 0.8 else self._long))

    def place(self, chance: Random) -> str:
        return self.town(chance) if chance.random() < 0.6 else self.country(chance)

    def zip(self, chance: Random) -> str:
        draw = chance.random()
        if draw < 0.5:
            return f"{chance.randrange(1000, 99999):05d}"
        if draw < 0.7:
            return f"{chance.randrange(1000, 9999)}"
        if draw < 0.8:
            return f"{chance.randrange(100, 999)} {chance.randrange(10, 99)}"
        letters = "".join(chance.choice("ABCDEGHLMNPRSW") for _ in range(4))
        return f"{letters[:2]}{chance.randrange(1, 30)} {chance.randrange(1, 9)}{letters[2:]}"

    def street(self, chance: Random) -> str:
        draw = chance.random()
        if draw < 0.3:
            return f"{chance.choice(_TREES)} {chance.choice(_KINDS_OF_STREET)}"
        if draw < 0.5:
            return f"{_title(chance.choice(self._surnames))} {chance.choice(_KINDS_OF_STREET)}"
        if draw < 0.58:
            side, kind = chance.choice(("", "East ", "W ", "north ", "South ")), chance.choice(("Street", "Avenue", "St", "Ave"))
            return f"{side}{chance.choice(_ORDINALS)} {kind}"
        if draw < 0.8:
            return _title(chance.choice(self._surnames)) + chance.choice(_JOINED)
        return f"{chance.choice(_BEFORE)} {self.surname(chance) if chance.random() < 0.6 else self.full(chance)}"

    def _house(self, chance: Random) -> str:
        number = str(chance.choice((chance.randrange(1, 99), chance.randrange(100, 999), chance.randrange(1, 20000))))
        return number + (chance.choice("abcABC") if chance.random() < 0.06 else "")

    def address(self, chance: Random) -> str:
        draw = chance.random()
        if draw < 0.05:
            return f"{chance.choice(('PO Box', 'P.O. Box', 'po box'))} {chance.randrange(1, 9999)}{self._rest(chance)}"
        if draw < 0.12:
            base = chance.choice(("PSC {a}, Box {b}", "Unit {a} Box {b}", "USS {n}", "USNS {n}", "USCGC {n}", "CMR {a}, Box {b}"))
            head = base.format(a=chance.randrange(100, 9999), b=chance.randrange(100, 9999), n=self.surname(chance))
            return f"{head}\n{chance.choice(('APO', 'FPO', 'DPO'))} {chance.choice(('AA', 'AE', 'AP'))} {chance.randrange(10000, 99999)}"
        if draw < 0.17:
            return f"{_title(chance.choice(self._surnames))} and {self.street(chance)} {self._house(chance)}"
        street, house = self.street(chance), self._house(chance)
        line = f"{house} {street}" if draw < 0.5 else f"{street} {house}" if draw < 0.75 else f"{self._house(chance)} {street} {house}"
        if draw > 0.96:
            line = f"{chance.choice(('flat', 'Flat', 'Unit', 'Apartment'))} {chance.randrange(1, 99)}, {line}"
        return line + self._rest(chance)

    def _rest(self, chance: Random) -> str:
        gap = chance.choice((", ", "\n", "\n ", " ", ", "))
        rest = ""
        if chance.random() < 0.4:
            rest += (
                chance.choice((" ", gap))
                + f"{chance.choice(('Apt.', 'Suite', 'apt', 'apartment', 'Unit', 'Floor'))} {chance.randrange(1, 999)}"
            )
            rest += chance.choice(("", "", "b"))
        if chance.random() < 0.6:
            rest += gap + self.town(chance)
            if chance.random() < 0.3:
                rest += chance.choice((", ", "\n, ", " ")) + chance.choice(_STATES)
            if chance.random() < 0.35:
                rest += chance.choice((gap, ", ", " ")) + self.country(chance)
            if chance.random() < 0.5:
                rest += chance.choice((" ", gap, " ")) + self.zip(chance)
        return rest

    def org(self, chance: Random) -> str:
        draw = chance.random()
        one, two, three = (_title(chance.choice(self._surnames)) for _ in range(3))
        word, other = (_title(chance.choice(self._words)) for _ in range(2))
        form = f" {chance.choice(_FORMS)}" if chance.random() < 0.35 else ""
        if draw < 0.35:
            return f"{one} {chance.choice(_WORK)}{form}"
        if draw < 0.5:
            return f"{one}-{two}"
        if draw < 0.65:
            return f"{one}, {two} and {three}"
        if draw < 0.85:
            return f"{word} {chance.choice((chance.choice(_WORK), other))}"
        return word + chance.choice(("", "ly", "io", "soft", "tech")) + form
