"""Tells when somebody speaks a language that we don't: by script, and by the small words that every language has."""

from __future__ import annotations

import unicodedata

from assistant.language.text import listed, words

_FUNCTION_WORDS = {
    "es": "hola buenos buenas días dias tardes noches quiero quisiera necesito una cita para por favor el la los las de que con mi"
    " me puede puedo hablar hablo español espanol cómo como está esta"
    " mañana manana gracias tengo usted hoy lunes martes miércoles miercoles jueves viernes sábado es un hacer dónde donde"
    " cuándo cuando cuánto cuesta sí señor señora alguien habla inglés ingles muy bien no hay"
    " cancelar cambiar llamo dolor ayuda",
    "fr": "bonjour bonsoir je j'ai voudrais veux prendre rendez vous rendez-vous avec pour s'il plaît plait merci un une le la les"
    " des du de est ce que parlez français francais parle où quand comment combien"
    " oui demain aujourd'hui lundi mardi mercredi jeudi vendredi mon ma mes c'est suis besoin aide annuler allô d'un l'heure",
    "de": "hallo guten tag morgen abend ich möchte moechte hätte haette gern gerne einen eine ein termin bitte danke sprechen sie"
    " deutsch der die das und mit für fuer ist nicht wie wann wo kann können koennen"
    " haben heute montag dienstag mittwoch donnerstag freitag brauche hilfe mein absagen auf zu bei verschieben noch habe",
    "it": "ciao buongiorno buonasera vorrei voglio prenotare un una appuntamento per favore grazie il la lo gli le di che con mio"
    " mia posso può puo parlare parla italiano domani oggi lunedì martedì mercoledì"
    " giovedì venerdì sono ho bisogno aiuto come dove quando quanto costa sì non è disdire",
    "pt": "olá ola bom boa dia tarde noite eu quero queria gostaria preciso marcar uma um consulta por favor obrigado obrigada o os"
    " as de que com meu minha posso falar fala português portugues amanhã amanha hoje"
    " segunda terça quarta quinta sexta feira não nao é sim ajuda cancelar você voce está para",
    "nl": "hallo goedemorgen goedemiddag ik wil graag een afspraak maken alstublieft dank je u het de en met voor is niet hoe"
    " wanneer waar kan kunt spreekt nederlands morgen vandaag maandag dinsdag woensdag"
    " donderdag vrijdag mijn heb nodig hulp",
    "pl": "dzień dzien dobry chciałbym chciałabym chcę chce umówić umowic się sie na wizytę wizyte proszę prosze dziękuję dziekuje"
    " czy mówi mowi pan pani po polsku jutro dzisiaj i w z do nie tak jak kiedy gdzie mam",
    "tr": "merhaba günaydın randevu almak istiyorum lütfen lutfen teşekkürler tesekkurler yarın yarin bugün bugun ve bir için icin"
    " ile türkçe turkce konuşuyor musunuz evet hayır nasıl ne zaman nerede",
    "vi": "xin chào chao tôi toi muốn muon đặt dat hẹn hen cảm cam ơn on ngày ngay mai hôm nay không khong có co nói noi tiếng"
    " tieng việt viet",
    "tl": "magandang umaga hapon gabi gusto ko po mag pa appointment salamat bukas ngayon kailangan marunong ka bang mag tagalog opo hindi",
}
_WORDS = {language: frozenset(known.split()) for language, known in _FUNCTION_WORDS.items()}
#: Words that are said in English too, or are what a transcript makes of noise; they prove nothing.
_SHARED = listed(
    """
    no me hay a i on in is o as come die do to an so it not le la de i'm mon mag pa ka dat have per appointment cancel ten hen mai
    ham tag was war man hat bitte mi un como esta es con ce mes ma est sono dove non mail pan ne co po dia ve u je en met been for
    ok cam sin el los las lo ho os
    """
)
_ENGLISH = listed(
    """
    the a an i i'm i'd i'll you he she it we they is are am was were be do does did have has had can could would will should may
    might my your his her our their me him us them this that these those what when where who how why which and or but not no yes
    please for from with at on in to of about need want like book appointment cancel time day tomorrow today call speak talk name hi
    hello hey thanks thank okay ok sorry monday tuesday wednesday thursday friday saturday sunday morning afternoon evening get make
    see there here just any some anything if so up out know tell there's it's that's bye cheers help
    """
)
_ALONE = {
    "hola": "es",
    "bonjour": "fr",
    "bonsoir": "fr",
    "allô": "fr",
    "hallo": "de",
    "buongiorno": "it",
    "olá": "pt",
    "merhaba": "tr",
    "namaste": "hi",
    "salaam": "ar",
    "konnichiwa": "ja",
    "gracias": "es",
    "merci": "fr",
    "danke": "de",
    "por favor": "es",
    "guten tag": "de",
    "buenos dias": "es",
    "buenos días": "es",
    "buenas tardes": "es",
    "nihao": "zh",
    "ni hao": "zh",
    "habla español": "es",
    "español": "es",
    "en español": "es",
    "se habla espanol": "es",
    "parlez vous français": "fr",
    "sprechen sie deutsch": "de",
}
_ASKS_FOR = (
    "speak spanish",
    "speak french",
    "speak german",
    "speak italian",
    "speak portuguese",
    "speak chinese",
    "speak mandarin",
    "speak polish",
    "speak arabic",
    "in spanish",
    "don't speak english",
    "no speak english",
    "not speak english",
    "no english",
    "speaks spanish",
    "speak russian",
    "speak turkish",
    "speak vietnamese",
    "speak tagalog",
    "speak hindi",
    "speak korean",
    "speak japanese",
)


def foreign_language(text: str) -> str | None:
    """A language code when the words are clearly not English ("und" when only the script is known), else None."""
    letters = [char for char in text if char.isalpha()]
    if letters:
        other = sum(1 for char in letters if not unicodedata.name(char, "").startswith("LATIN"))
        if other * 10 > len(letters) * 4 and other >= 2:
            return "und"
    said = words(text)
    if not said:
        return None
    joined = " ".join(said)
    if joined in _ALONE:
        return _ALONE[joined]
    if any(phrase in joined for phrase in _ASKS_FOR):
        return "asked"
    english = sum(1 for word in said if word in _ENGLISH)
    scores = {language: sum((0.3 if word in _SHARED else 1.0) for word in said if word in known) for language, known in _WORDS.items()}
    language = max(scores, key=lambda key: scores[key])
    score = scores[language]
    if score < (1.9 if len(said) <= 4 else 2.0) or score <= english * 1.5:
        return None
    return language if score / len(said) >= 0.3 else None
