"""How is a word spelt on the other side of the Atlantic? British to American and back, by pairs and by rules.

What comes of a rule may be no word at all: it counts only where an index has it. Pairs of which one is another word as
well (tyre and tire, cheque and check, kerb and curb) are left out. Not here: whether an index has a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from article_search.late import pattern

# Beginnings of words: behaviour and behavioural, favour and unfavourable.
_BEGINNINGS = """
    ardour ardor, armour armor, behaviour behavior, candour candor, clamour clamor, colour color, demeanour demeanor,
    endeavour endeavor, favour favor, fervour fervor, flavour flavor, glamour glamor, harbour harbor, honour honor,
    humour humor, labour labor, misdemeanour misdemeanor, neighbour neighbor, odour odor, parlour parlor, rancour
    rancor, rigour rigor, rumour rumor, saviour savior, savour savor, splendour splendor, succour succor, tumour tumor,
    valour valor, vapour vapor, vigour vigor, anaemi anemi, anaesthe anesthe, archaeolog archeolog, caesarean cesarean,
    coeliac celiac, diarrhoea diarrhea, encyclopaedi encyclopedi, faec fec, foetal fetal, foetus fetus, gynaecolog
    gynecolog, haemat hemat, haemo hemo, homoeopath homeopath, leukaemi leukemi, mediaeval medieval, oedema edema,
    oesophag esophag, oestrogen estrogen, orthopaedic orthopedic, paediatr pediatr, paedophil pedophil, palaeo paleo,
    septicaemi septicemi, aeroplane airplane, ageing aging, aluminium aluminum, artefact artifact, carburettor
    carburetor, chequered checkered, chilli chili, cosiest coziest, cosy cozy, defence defense, doughnut donut, enquir
    inquir, enrolment enrollment, fulfilment fulfillment, grey gray, instalment installment, jewellery jewelry,
    judgement judgment, acknowledgement acknowledgment, licence license, liquorice licorice, manoeuvre maneuver,
    manoeuvring maneuvering, marvellous marvelous, mould mold, moult molt, moustache mustache, offence offense,
    omelette omelet, phoney phony, plough plow, practise practice, pretence pretense, pyjama pajama, sceptic skeptic,
    skilful skillful, smoulder smolder, speciality specialty, sulph sulf, tranquillity tranquility, whisky whiskey,
    wilful willful, woollen woolen, yoghurt yogurt
"""
_WORDS = """
    programme program, programmes programs, analogue analog, catalogue catalog, catalogues catalogs, catalogued
    cataloged, dialogue dialog, dialogues dialogs, monologue monolog, prologue prolog, epilogue epilog, fulfil fulfill,
    fulfils fulfills, enrol enroll, enrols enrolls, instil instill, distil distill, appal appall, enthral enthrall,
    towards toward, afterwards afterward, learnt learned, burnt burned, dreamt dreamed, leapt leaped, spoilt spoiled,
    fuelled fueled, fuelling fueling, duelled dueled, duelling dueling, centring centering, centrepiece centerpiece
"""
_RE = """calib cent epicent fib lit lust meag met millimet centimet kilomet nit och sab saltpet scept somb spect theat
    amphitheat"""
_LEADING = pattern(r"(?:un|dis|mis|pre|post|non|anti|multi|over)")
_IS = r"(e|ed|es|er|ers|ing|ation|ations|ational|able)"
_L = r"(ed|ing|ings|er|ers|or|ors|ist|ists)"
_RULES = (  # each begins with letters that are in every word it is for
    ("is", pattern(rf"(\w{{3,}})is{_IS}"), r"\1iz\2"),
    ("iz", pattern(rf"(\w{{3,}})iz{_IS}"), r"\1is\2"),
    ("lys", pattern(r"(\w+)lys(e|ed|es|er|ers|ing)"), r"\1lyz\2"),
    ("lyz", pattern(r"(\w+)lyz(e|ed|es|er|ers|ing)"), r"\1lys\2"),
    # Travelled, but not filled: a syllable comes before.
    ("ll", pattern(rf"(\w*[aeiouy]\w*[^aeiouy\W][aeiou]l)l{_L}"), r"\1\2"),
    ("l", pattern(rf"(\w*[aeiouy]\w*[^aeiouy\W][aeiou]l){_L}"), r"\1l\2"),
)


def _both_ways(pairs: list[tuple[str, str]]) -> dict[str, str]:
    return {one: other for pair in pairs for one, other in (pair, pair[::-1])}


def _pairs(table: str) -> list[tuple[str, str]]:
    return [(one, other) for one, other in map(str.split, table.split(","))]


_ENDINGS = (("re", "er"), ("res", "ers"), ("red", "ered"))
_BY_WORD = _both_ways(_pairs(_WORDS) + [(stem + one, stem + other) for stem in _RE.split() for one, other in _ENDINGS])
_BY_BEGINNING = _both_ways(_pairs(_BEGINNINGS))
_BEGINNING_CHARS = sorted({len(beginning) for beginning in _BY_BEGINNING}, reverse=True)


def others(word: str) -> tuple[str, ...]:
    """Other spellings of a folded word, words or not."""
    if not word.isascii() or len(word) < 4:
        return ()
    return tuple(dict.fromkeys(other for other in _others(word) if other != word))


def _others(word: str) -> Iterator[str]:
    if word in _BY_WORD:
        yield _BY_WORD[word]
    leading = _LEADING.match(word)
    for start in {0, leading.end() if leading else 0}:
        for length in _BEGINNING_CHARS:
            if other := _BY_BEGINNING.get(word[start : start + length]):
                yield word[:start] + other + word[start + length :]
                break
    for letters, expression, replacement in _RULES:
        if letters in word and (found := expression.fullmatch(word)):
            yield found.expand(replacement)
