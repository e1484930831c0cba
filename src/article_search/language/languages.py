"""Which languages can articles be written in, what are they called, and which of their words say nothing?

Any that has a code: those with a Snowball stemmer go by its name, the others by their shortest code. Not here: stemming
(text.py), what language an article is in (reading/article.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import Stemmer

from article_search.language.folding import fold
from article_search.late import pattern

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
STEMMED = tuple(name for name in _CODES if name in Stemmer.algorithms())  # older versions know fewer
BY_NAME = {code: name for name in STEMMED for code in (name, *_CODES[name].split())}
# The other codes of ISO 639-1, with those of ISO 639-2 and English names of languages that many write.
_UNSTEMMED = """
    aa ab ae af:afr:afrikaans ak am:amh:amharic an as:asm:assamese av ay az:aze:azerbaijani ba be:bel:belarusian
    bg:bul:bulgarian bh bi bm bn:ben:bengali:বাংলা bo:bod:tib:tibetan br:bre:breton bs:bos:bosnian ce ch co:cos:corsican
    cr cu cv cy:cym:wel:welsh dv dz:dzo:dzongkha ee ff fil:tl:tgl:tagalog:filipino fj fo:fao:faroese
    fy:fry:frisian gd:gla gl:glg:galician gn gu:guj:gujarati gv ha:hau:hausa he:iw:heb:hebrew:עברית ho
    hr:hrv:croatian:hrvatski ht hz ia ie ig:ibo:igbo ii ik io is:isl:ice:icelandic iu ja:jpn:japanese:日本語
    jv:jav:javanese ka:kat:geo:georgian kg ki kj kk:kaz:kazakh kl km:khm:khmer kn:kan:kannada ko:kor:korean:한국어 kr ks
    ku:kur:kurdish kv kw ky:kir:kyrgyz la:lat:latin lb:ltz:luxembourgish lg li ln lo:lao lu lv:lav:latvian
    mg:mlg:malagasy mh mi:mri:mao:maori mk:mkd:mac:macedonian ml:mal:malayalam mn:mon:mongolian mr:mar:marathi
    ms:msa:may:malay mt:mlt:maltese my:mya:bur:burmese:myanmar na nd ng nr nv ny oc:oci:occitan oj om or:ori:odia
    os pa:pan:punjabi pi ps:pus:pashto qu rm:roh:romansh rn rw sa:san:sanskrit sc sd:snd:sindhi se sg
    si:sin:sinhala sk:slk:slo:slovak:slovenčina sl:slv:slovenian:slovenščina sm sn so:som:somali sq:sqi:alb:albanian ss
    su:sun:sundanese sw:swa:swahili te:tel:telugu tg:tgk:tajik th:tha:thai:ไทย ti tk:tuk:turkmen tn to ts tt:tat:tatar
    tw ty ug:uig:uyghur uk:ukr:ukrainian:українська ur:urd:urdu uz:uzb:uzbek ve vi:vie:vietnamese vo wa
    wo xh:xho:xhosa yo:yor:yoruba za zh:zho:chi:cmn:yue:chinese:中文 zu:zul:zulu
"""
BY_NAME |= {code: codes.partition(":")[0] for codes in _UNSTEMMED.split() for code in codes.split(":")}
_TAG = pattern(r"([a-z]{2,3})(?:-[a-z0-9]{1,8})*")
# Languages in which accents part words that have nothing to do with each other: who types them means them.
TONAL = frozenset(("vi", "yo"))
DOTLESS_I = frozenset(("turkish", "az", "crh", "tt"))  # where I is the capital of ı
# Where a stemmer may take off, double or change the first letters of a word of ASCII; others change its end only.
LOOSE = frozenset("dutch esperanto estonian finnish indonesian irish serbian sesotho turkish".split())
VOWELS_IN_TWO = frozenset(("german",))  # and where ae, oe and ue are read as one letter

# Words too frequent to tell articles apart. English: those Lucene's EnglishAnalyzer leaves out. The others:
# articles, pronouns, conjunctions, the shortest prepositions and forms of "to be", which a query may well hold.
_STOP_WORDS: Mapping[str, str] = {
    "english": "a an and are as at be but by for if in into is it no not of on or such that the their then there these"
    " they this to was will with",
    "arabic": "في من على إلى عن مع هذا هذه ذلك تلك التي الذي الذين و أو ثم ما ماذا متى أين كيف كم هل هو هي هم كان كانت"
    " لم لن لا أن إن قد كل بين عند أي أية",
    "czech": "a ale by do i jak je jsou k ktery na nebo o od po pro s se si to u v z za ze",
    "danish": "af at da de den der det du en er et for fra han har hun i ikke jeg med men og om pa sig som til var vi",
    "dutch": "aan als bij dat de der deze die dit door een en er het hij ik in is je maar met naar niet of om ook op te"
    " tot uit van voor was we wordt ze zich zijn",
    "finnish": "ei han he ja joka kun me mutta myos niin oli olla on ovat se ne tai te etta",
    "french": "a au aux avec c ce ces cette d dans de des du elle en est et eux il ils j je l la le les leur lui m mais"
    " n ne nous ou par pas pour qu que qui s sa se ses son sont sur un une vous y",
    "german": "aber als am an auch auf aus bei bin bis da dann das dass dem den der des die diese diesem diesen dieser"
    " dieses du durch ein eine einem einen einer eines er es fur gegen haben hat hatte hatten hier ich ihm ihn"
    " ihnen ihr ihre ihrem ihren ihrer im in ist kann kein keine keinem keinen keiner konnen man mehr mit nach"
    " nicht noch nur oder sehr sein seine seinem seinen seiner seit sich sie sind so uber um und uns unter vom von"
    " vor wann war warum was weil welche welchem welchen welcher welches wenn wer werden wie wir wird wo wurde"
    " wurden zu zum zur",
    "greek": "ο η το οι τα του της των τον την τους τις και να με σε από για που πως τι ποιος ποια ποιο πότε πού είναι"
    " ήταν θα δεν στο στη στην στον ένα ένας μια",
    "he": "של את על עם הוא היא הם הן זה זו זאת לא כי או גם אם אך רק כל מה מי איזה איזו אילו היכן איפה מתי כיצד איך למה"
    " מדוע כמה היה הייתה היו יש אין",
    "hindi": "के का की में से को है हैं पर और ने यह वह कि जो एक था थी थे हो कर लिए भी इस उस इन क्या कौन कब कहाँ कैसे किस"
    " किसने किसे कितने कितनी कितना कौनसा कौनसी",
    "hungarian": "a az egy es ez hogy is nem vagy volt",
    "italian": "a ad agli ai al alla alle che chi ci come con da dai dal dalla dei del della delle di e ed gli i il in"
    " io l la le lo ma nel nella no non o per piu se si sono su sul sulla tra un una uno",
    "norwegian": "at av da de den der det du en er et for fra han har hun i ikke jeg med men og om pa seg som til var"
    " vi",
    "persian": "و در به از که این آن را با است برای تا بر یا هم شد شده بود چه چیست کدام کجا چگونه چرا چند یک او آنها"
    " خود اما اگر نیز کرد دارد هستند بودند",
    "polish": "a ale czy dla do i jak jest ktory na nie o od oraz po pod przez przy sie to w z za ze",
    "portuguese": "a ao aos as com como da das de do dos e ela ele em entre era essa esse esta este eu foi mais mas na"
    " nas nao no nos o os ou para pela pelo por que se sem ser seu sua um uma",
    "romanian": "a al ale au ca care ce cu de din este in la mai nu o pe pentru prin sa sau si un",
    "russian": "а без бы в во вы да для до же за и из или как к ко ли мы на не ни но о об от по с со так то у что это я"
    " он она они",
    "spanish": "a al como con de del el ella ellos en entre era es esta este ha la las le les lo los mas no nos o para"
    " pero por que se ser si sin sobre son su sus un una y ya yo",
    "swedish": "att av de den det du en er ett for fran han har hon i inte jag med men och om pa sig som till var vi",
    "turkish": "ama bir bu cok da daha de en gibi hangi her icin ile kac kadar ki kim kimdir nasil ne neden nedir"
    " nerede niye o olan olarak sonra ve veya",
    "uk": "і й та в у на з із зі що як для до не це за від по але або чи є був була було були який яка яке які коли де"
    " хто про при",
}


# Words that ask, and those who ask, beside stop words: a question says by them that it is one, not what it is about.
_QUESTION_WORDS: Mapping[str, str] = {
    "english": "how what which who whom whose when where why do does did can could should would am i my me we our you"
    " your",
    "arabic": "لماذا لما ألا أنا",
    "czech": "jaky jaka jake kde kdy kdo co proc kolik muj",
    "danish": "hvad hvem hvilken hvilket hvor hvordan hvornar hvorfor kan man mit min",
    "dutch": "hoe wat waar wanneer waarom welk welke wie wiens hoeveel kan mijn",
    "finnish": "miten mita mika missa milloin miksi kuka kuinka kumpi voiko voinko",
    "french": "combien comment est lequel laquelle lesquels lesquelles ou pourquoi quand quel quelle quelles quels quoi"
    " peut puis faire mon ma mes",
    "german": "mein meine meinem meinen meiner wem wen wessen wieviel wohin woher wozu kannst koennen",
    "greek": "γιατι ποσο ποσα μου μπορω",
    "hungarian": "hogyan ki kik melyik mennyi mi mikor miert mit hol hany",
    "italian": "cosa dove perche qual quale quali quando quanto quanta quanti chi posso mio mia miei",
    "norwegian": "hva hvem hvilken hvilket hvor hvordan hvorfor kan man mitt min",
    "polish": "co gdzie ile jaki jaka jakie kiedy kto ktora ktore dlaczego moj moja moje",
    "portuguese": "onde porque qual quais quando quanto quantos quem posso meu minha",
    "romanian": "cand cat cati cine cum unde",
    "russian": "где зачем какая какие какое какой когда кто куда можно мой моя мои откуда почему сколько чего чей",
    "spanish": "cual cuales cuando cuanto cuantos donde porque quien quienes puedo mi mis",
    "swedish": "hur nar vad var varfor vem vilka vilken vilket kan man min mitt",
}


# Endings that stemmers know with their accents only; folded words have lost them.
_ACCENTED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "french": (("ee", "ée"), ("ees", "ées")),
    "portuguese": (("cao", "ção"), ("coes", "ções")),
}


def known(tag: str) -> str | None:
    """The language of a name, an ISO 639 code or a tag such as ``pt-BR``; None when it is none of these.

    Of three letters any may be a code: ISO 639-3 has nearly 8,000.
    """
    tag = tag.strip().casefold().replace("_", "-")
    if name := BY_NAME.get(tag) or BY_NAME.get(tag.partition("-")[0]):
        return name
    found = _TAG.fullmatch(tag)
    return found[1] if found and len(found[1]) == 3 else None


@lru_cache(maxsize=64)
def stop_words(language: str) -> frozenset[str]:
    """The words of a language that a query need not insist on, folded; empty where no list is kept."""
    return frozenset(map(fold, _STOP_WORDS.get(language, "").split()))


@lru_cache(maxsize=64)
def question_words(language: str) -> frozenset[str]:
    """The words of a language that make a question, folded; empty where no list is kept."""
    return frozenset(map(fold, _QUESTION_WORDS.get(language, "").split()))


def accented(word: str, language: str) -> str:
    """A folded word with the accents back that the stemmer of its language needs."""
    for folded, ending in _ACCENTED.get(language, ()):
        if word.endswith(folded):
            return word.removesuffix(folded) + ending
    return word
