"""Which languages can articles be written in, what are they called, and which of their words say nothing?

Names are those of the Snowball stemmers. Not here: stemming (text.py), what language an article is in
(reading/article.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import Stemmer

DEFAULT = "english"

# ISO 639-1 and 639-2 codes (both of the latter where there are two) and the language's own name.
_CODES: Mapping[str, str] = {
    "arabic": "ar ara العربية",
    "armenian": "hy hye arm հայերեն",
    "basque": "eu eus baq euskara",
    "catalan": "ca cat català",
    "czech": "cs ces cze čeština",
    "danish": "da dan dansk",
    "dutch": "nl nld dut nederlands flemish vlaams",
    "english": "en eng",
    "esperanto": "eo epo",
    "estonian": "et est eesti",
    "finnish": "fi fin suomi",
    "french": "fr fra fre français",
    "german": "de deu ger deutsch",
    "greek": "el ell gre ελληνικά",
    "hindi": "hi hin हिन्दी",
    "hungarian": "hu hun magyar",
    "indonesian": "id ind",
    "irish": "ga gle gaeilge",
    "italian": "it ita italiano",
    "lithuanian": "lt lit lietuvių",
    "nepali": "ne nep नेपाली",
    "norwegian": "no nb nn nor nob nno norsk bokmål nynorsk",
    "persian": "fa fas per فارسی",
    "polish": "pl pol polski",
    "portuguese": "pt por português",
    "romanian": "ro ron rum română",
    "russian": "ru rus русский",
    "serbian": "sr srp srpski српски",
    "sesotho": "st sot sesotho",
    "spanish": "es spa español castellano",
    "swedish": "sv swe svenska",
    "tamil": "ta tam தமிழ்",
    "turkish": "tr tur türkçe",
    "yiddish": "yi yid ייִדיש",
}
NAMES = tuple(name for name in _CODES if name in Stemmer.algorithms())  # older versions know fewer
_BY_CODE = {code: name for name in NAMES for code in (name, *_CODES[name].split())}

# Words too frequent to tell articles apart, folded. English: those Lucene's EnglishAnalyzer leaves out. The others:
# articles, pronouns, conjunctions, the shortest prepositions and forms of "to be", which a query may well hold.
_STOP_WORDS: Mapping[str, str] = {
    "english": "a an and are as at be but by for if in into is it no not of on or such that the their then there these"
    " they this to was will with",
    "czech": "a ale by do i jak je jsou k ktery na nebo o od po pro s se si to u v z za ze",
    "danish": "af at da de den der det du en er et for fra han har hun i ikke jeg med men og om pa sig som til var vi",
    "dutch": "aan als bij dat de der deze die dit door een en er het hij ik in is je maar met naar niet of om ook op te"
    " tot uit van voor was we wordt ze zich zijn",
    "finnish": "ei han he ja joka kun me mutta myos niin oli olla on ovat se ne tai te etta",
    "french": "a au aux avec c ce ces cette d dans de des du elle en est et eux il ils j je l la le les leur lui m mais"
    " n ne nous ou par pas pour qu que qui s sa se ses son sont sur un une vous y",
    "german": "als am an auch auf aus bei bin bis das dass dem den der des die du ein eine einem einen einer eines er"
    " es fur hat ich im in ist mit nach nicht noch oder sich sie sind so uber um und uns vom von vor war was wer wie"
    " wir wird zu zum zur",
    "hungarian": "a az egy es ez hogy is nem vagy volt",
    "italian": "a ad agli ai al alla alle che chi ci come con da dai dal dalla dei del della delle di e ed gli i il in"
    " io l la le lo ma nel nella no non o per piu se si sono su sul sulla tra un una uno",
    "norwegian": "at av da de den der det du en er et for fra han har hun i ikke jeg med men og om pa seg som til var"
    " vi",
    "polish": "a ale czy dla do i jak jest ktory na nie o od oraz po pod przez przy sie to w z za ze",
    "portuguese": "a ao aos as com como da das de do dos e ela ele em entre era essa esse esta este eu foi mais mas na"
    " nas nao no nos o os ou para pela pelo por que se sem ser seu sua um uma",
    "romanian": "a al ale au ca care ce cu de din este in la mai nu o pe pentru prin sa sau si un",
    "russian": "а без бы в во вы да для до же за и из или как к ко ли мы на не ни но о об от по с со так то у что это я"
    " он она они",
    "spanish": "a al como con de del el ella ellos en entre era es esta este ha la las le les lo los mas no nos o para"
    " pero por que se ser si sin sobre son su sus un una y ya yo",
    "swedish": "att av de den det du en er ett for fran han har hon i inte jag med men och om pa sig som till var vi",
    "turkish": "ama bir bu da de icin ile ne o ve veya",
}


# Endings that stemmers know with their accents only; folded words have lost them.
_ACCENTED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "french": (("ee", "ée"), ("ees", "ées")),
    "portuguese": (("cao", "ção"), ("coes", "ções")),
}


def known(tag: str) -> str | None:
    """The language of a name, an ISO 639 code or a tag such as ``pt-BR``; None when there is no stemmer for it."""
    tag = tag.strip().casefold().replace("_", "-")
    return _BY_CODE.get(tag) or _BY_CODE.get(tag.partition("-")[0])


@lru_cache(maxsize=64)
def stop_words(language: str) -> frozenset[str]:
    """The words of a language that a query need not insist on, folded; empty where no list is kept."""
    return frozenset(_STOP_WORDS.get(language, "").split())


def accented(word: str, language: str) -> str:
    """A folded word with the accents back that the stemmer of its language needs."""
    for folded, ending in _ACCENTED.get(language, ()):
        if word.endswith(folded):
            return word.removesuffix(folded) + ending
    return word
