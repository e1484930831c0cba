"""However a word is written, it finds the articles that write it in another way, and none that mean something else.

Each pair goes both ways through a real Engine: an article with the one form is found by the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from article_search.engine import Engine
from article_search.settings import Pinned, Settings
from tests.conftest import NewBackend

# What stands in the sentence must be found by the query and the other way round: both are sentences and queries.
PAIRS = """
    centre-back | centre back
    centre-back | centreback
    centre back | centreback
    goal-keeper | goalkeeper
    covid-19 | covid 19
    covid-19 | covid19
    covid 19 | Covid19
    e-mail | email
    e-mail | e mail
    x-ray | xray
    T-shirt | tshirt
    well-being | wellbeing
    mother-in-law | mother in law
    F-16 | F16
    20 mph | 20mph
    #MeToo | MeToo
    #MeToo | me too
    MeToo | metoo
    @quarryend | quarryend
    Smalling's | Smalling
    Smalling’s | Smallings
    Smalling's | Smalling’s
    O'Neill | O’Neill
    O'Neill | ONeill
    O'Neill | O Neill
    ONeill | O Neill
    oneill | O'Neill
    don't | dont
    don’t | don't
    1980s | 1980's
    U.S. | US
    U.S. | U.S
    U.S. | USA
    U.S.A. | US
    U.K. | UK
    N.H.S. | NHS
    J.K. Rowan | JK Rowan
    J. K. Rowan | JK Rowan
    J. K. Rowan | J.K. Rowan
    5 p.m. | 5 pm
    R&D | R & D
    R&D | R and D
    AT&T | AT & T
    B&Q | B & Q
    C++ | c++
    C# | C sharp
    C++ | C plus plus
    £20m | £20million
    £20m | £20 million
    £20m | 20,000,000
    £20m | 20000000
    £20m | £20 m
    £20m | £20mn
    £20 million | £20million
    £20 million | 20,000,000
    20million | 20 million
    $1.5bn | $1.5 billion
    $1.5bn | 1,500,000,000
    $1.5 billion | 1500 million
    £2.5m | £2.5 million
    £2.5m | 2,500,000
    €400k | 400,000
    €400k | 400 thousand
    100,000 | 100000
    100,000 | 100 000
    100000 | 100 000
    1st | first
    10th | tenth
    20% | 20 per cent
    20% | 20 percent
    20 percent | 20 per cent
    20% | 20 %
    colour | color
    unfavourable | unfavorable
    organise | organize
    organisation | organization
    analyse | analyze
    centre | center
    kilometres | kilometers
    travelled | traveled
    cancelled | canceled
    counsellor | counselor
    defence | defense
    catalogue | catalog
    programme | program
    aluminium | aluminum
    grey | gray
    paediatric | pediatric
    oestrogen | estrogen
    manoeuvre | maneuver
    sceptical | skeptical
    jewellery | jewelry
    fulfil | fulfill
    Müller | Muller
    Straße | strasse
    Ødegård | Odegard
    Łódź | Lodz
    Æsir | Aesir
    café | cafe
    ÇIĞLI | cigli
    ½ | 1/2
    ¾ cup | 3/4 cup
    1½ | 1 1/2
    1½ | 1-1/2
    2 ⅔ | 2 2/3
    node.js | nodejs
    Node.js | node js
    next.js | NextJS
    asp.net | ASPNET
    socket.io | socketio
    rock'n'roll | rock n roll
    rock'n'roll | rock 'n' roll
    rock’n’roll | rock and roll
    rock n' roll | rock and roll
    drum'n'bass | drum n bass
    020 7946 0958 | 020-7946-0958
    Hawaiʻi | Hawaii
"""
EACH_PAIR = [tuple(line.strip().split(" | ")) for line in PAIRS.strip().splitlines()]
ONE_WAY = [("Müller", "Mueller"), ("東京", "東京タワー"), ("ประเทศ", "ประเทศไทย")]
ONE_WAY += [("978-3-16-148410-0", "9783161484100"), ("0-19-852663-X", "019852663X"), ("030-901820", "030901820")]
ONE_WAY += [("(020) 7946-0958", "02079460958"), ("+44 20 7946 0958", "442079460958"), ("01/23/45/67", "01234567")]
ONE_WAY += [("rock'n'roll", "rock & roll"), ("rock 'n roll", "rocknroll"), ("rock and roll", "rocknroll")]
FOUND = [*((one, other) for one, other in EACH_PAIR), *((other, one) for one, other in EACH_PAIR), *ONE_WAY]

# A query, and sentences it must not find.
APART = [
    ("US", "They told us to wait"),
    ("U.S.", "They told us to wait"),
    ("IT jobs", "It gave them jobs"),
    ("WHO", "The man who knew"),
    ("C++", "Vitamin C is in lemons"),
    ("C#", "Vitamin C is in lemons"),
    ("20%", "The bus number 20"),
    ("£20m", "A row of 20 metres"),
    ("£20m", "The price was £2 million"),
    ("100,000", "Some 100 of 10,000"),
    ("100000", "Gate 100, row 000200"),
    ("2020", "It was 20 20 vision"),
    ("therapist", "The rapist was caught"),
    ("theatre", "The Atre is a river"),
    ("centreback", "The centre gave back what it took"),
    ("covid19", "Covid had 19 names"),
    ("O'Neill", "Neill was alone"),
    ("MeToo", "Me and them, too"),
    ("R&D", "The road to R, then D"),
    ("filled", "They filed a complaint"),
    ("tyre", "They were tired"),
    ("cheque", "They check the door"),
    ("1st", "The one and only"),
    ("may be", "The mayor"),
    ("timbre", "A house of timber"),
    ('"centre back"', "Back to the centre"),
    ("size", "They have seized it"),
    ("Mueller", "Müllabfuhr"),
    ("京都", "東京の都市"),
    ("978-3-16-148410-0", "Part 978 of 3161484100"),
    ("node.js", "A js file and a node"),
    ("rock'n'roll", "A roll on the rock"),
    ("1/2", "The 2 of the 1"),
]

Make = Callable[..., Engine]


@pytest.fixture
def make(new_backend: NewBackend, tmp_path: Path) -> Make:
    def made(*sentences: str, **settings: Any) -> Engine:
        """An engine over articles of one sentence each, named 0.md and so on; a sentence may begin with a header."""
        content = tmp_path / "content"
        content.mkdir()
        for number, sentence in enumerate(sentences):
            if not sentence.startswith("---"):
                sentence = f"---\ntitle: Note {number}\n---\n{sentence}"
            (content / f"{number}.md").write_text(sentence, encoding="utf-8")
        engine = Engine(replace(Settings(content), **settings), new_backend())
        engine.index()
        return engine

    return made


@pytest.fixture(scope="module")
def library(new_backend: NewBackend, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """All forms of PAIRS and all sentences of APART, an article each."""
    folder = tmp_path_factory.mktemp("library")
    forms = {form for pair in FOUND for form in pair}
    sentences = {article_of(form): f"On Monday {form} was in the paper." for form in forms}
    sentences |= {article_of(sentence): f"{sentence}." for _, sentence in APART}
    (folder / "content").mkdir()
    for name, sentence in sentences.items():
        (folder / "content" / name).write_text(f"---\ntitle: Note\n---\n{sentence}\n", encoding="utf-8")
    engine = Engine(Settings(folder / "content"), new_backend())
    engine.index()
    return engine


def article_of(sentence: str) -> str:
    """The id of a sentence's article, which says nothing of its words."""
    return f"{sentence.encode().hex()[:200]}.md"


def found(engine: Engine, query: str, exact: bool = False) -> set[str]:
    return {hit.id for hit in engine.search(query, strict=True, exact=exact, limit=100).hits}


def test_there_are_enough_pairs() -> None:
    assert len({frozenset(pair) for pair in EACH_PAIR}) == len(EACH_PAIR) >= 60


@pytest.mark.parametrize(("query", "written"), FOUND)
def test_each_form_finds_the_other(library: Engine, query: str, written: str) -> None:
    assert article_of(written) in found(library, query)


@pytest.mark.parametrize(("query", "sentence"), APART)
def test_other_words_are_not_found(library: Engine, query: str, sentence: str) -> None:
    assert article_of(sentence) not in found(library, query, exact=True)


# ---- what a form counts ----


def test_all_forms_are_one_word_so_each_article_scores_alike(make: Make) -> None:
    engine = make("A centre-back came home.", "A centreback came home.", "Rain fell all day.", "Wind blew all day.")
    scores = {hit.id: hit.score for hit in engine.search("centre-back").hits}
    assert scores.keys() == {"0.md", "1.md"}
    # One is a word longer than the other.
    assert scores["0.md"] == pytest.approx(scores["1.md"], rel=0.1)


def test_a_form_stands_in_for_its_words_among_others(make: Make) -> None:
    engine = make("The old centreback sold tea.", "The old centre back sold jam.", "The old back of the centre.")
    assert found(engine, "old centre back") == {"0.md", "1.md", "2.md"}
    assert found(engine, "centre back tea") == {"0.md"}
    assert found(engine, "centreback jam") == {"1.md"}


def test_the_form_is_marked_in_the_snippet(make: Make) -> None:
    hit = make("They paid £20 million for it.").search("£20m").hits[0]
    assert [fragment.text for fragment in hit.snippet if fragment.match] == ["20 million"]


def test_forms_go_without_saying(make: Make) -> None:
    assert make("A coloured centre-back.").search("colored centre-back").interpreted == "colored centre-back"


def test_forms_are_left_out_with_their_word(make: Make) -> None:
    engine = make("A red colour.", "A red color.", "A red line.")
    assert found(engine, "red -colour") == {"2.md"}


def test_forms_stay_in_the_field_of_their_word(make: Make) -> None:
    engine = make("---\ntitle: A goalkeeper\n---\nSaved.", "A goal-keeper saved.")
    assert found(engine, "title:goal-keeper") == {"0.md"}


def test_a_phrase_is_taken_at_its_word(make: Make) -> None:
    engine = make("The defence of the town.", "The defense of the town.")
    assert found(engine, '"the defence of"') == {"0.md"}


def test_a_name_in_small_letters_is_found_in_a_phrase(make: Make) -> None:
    assert found(make("The US economy grew.", "It told us economy is dead."), '"us economy"') == {"0.md", "1.md"}


def test_metres_are_a_guess_that_ranks_below_millions(make: Make) -> None:
    engine = make("The pool is 50 million years old and large.", "The 50m pool is old and rather large.")
    assert [hit.id for hit in engine.search("50m").hits] == ["1.md", "0.md"]
    assert len(found(engine, "£50m")) == 2


# ---- languages ----


def test_articles_are_read_in_the_language_of_the_site(make: Make) -> None:
    engine = make("Die Häuser sind alt.", "Das Haus ist neu.", "Die Maus ist grau.", language="german")
    assert found(engine, "Häusern") == {"0.md", "1.md"}
    assert found(engine, "die häuser") == {"0.md", "1.md"}, "an article is no word to insist on"


def test_an_article_may_be_in_a_language_of_its_own(make: Make) -> None:
    engine = make(
        "The houses are old.",
        "---\ntitle: Casas\nlang: pt-BR\n---\nAs informações chegaram.",
        "---\ntitle: Häuser\nlanguage: de\n---\nDie alten Gärten.",
        "---\ntitle: Nothing\nlang: tlh\n---\nThe house of a language nobody knows.",
    )
    assert found(engine, "informacao") == {"1.md"}
    assert found(engine, "Garten") == {"2.md"}
    assert found(engine, "house") == {"0.md", "3.md"}
    hit = engine.search("informação").hits[0]
    assert [fragment.text for fragment in hit.snippet if fragment.match] == ["informações"]


def test_whatever_language_comes_first_all_are_found(make: Make) -> None:
    german = "---\ntitle: Häuser\nlang: de\n---\nDie U.S.-Gärten’s, 20% & C++."
    engine = make(german, "The gardens of 1,000 houses.", "Many houses.", german.replace("Die", "\ue000german\ue000"))
    assert found(engine, "house") == {"1.md", "2.md"}
    assert found(engine, "Garten C++ US") == {"0.md", "3.md"}
    assert engine.verify() == ()


# ---- synonyms and pins ----


def test_synonyms_go_one_way(make: Make) -> None:
    engine = make("Covid came.", "The coronavirus came.", "Sars-CoV-2 came.", "Flu came.")
    engine = again(engine, synonyms=(("covid", ("coronavirus", "sars-cov-2")),))
    assert found(engine, "covid") == {"0.md", "1.md", "2.md"}
    assert found(engine, "coronavirus") == {"1.md"}
    assert engine.search("covid came").interpreted == '(covid OR coronavirus OR "sars-cov-2") came'


def test_engines_over_one_index_keep_to_their_own_synonyms(make: Make) -> None:
    plain = make("---\ntitle: A\n---\nCovid spreads.", "---\ntitle: B\n---\nCoronavirus spreads.")
    other = again(plain, synonyms=(("covid", ("coronavirus",)),))
    for _ in range(2):
        assert found(other, "covid") == {"0.md", "1.md"}
        assert found(plain, "covid") == {"0.md"}


def test_groups_of_synonyms_go_both_ways_and_may_have_several_words(make: Make) -> None:
    engine = make("The prime minister spoke.", "The PM spoke.", "A minister spoke of prime numbers.")
    engine = again(engine, synonym_groups=(("PM", "prime minister"),))
    assert found(engine, "pm spoke") == {"0.md", "1.md"}
    assert found(engine, "prime minister") == {"0.md", "1.md", "2.md"}
    assert found(engine, '"prime minister"') == {"0.md", "1.md"}


def test_pins_put_articles_first_and_hide_others_for_one_query(make: Make) -> None:
    engine = make(*[f"The budget of year {number}, budget." for number in range(5)], "Money for all.", "Rain.")
    pins = (Pinned("Budget", ("5.md", "3.md", "gone.md"), ("0.md", "nowhere.md")),)
    engine = again(engine, pinned=pins)
    results = engine.search("the budgets")
    assert [hit.id for hit in results.hits][:2] == ["5.md", "3.md"]
    assert {hit.id for hit in results.hits} == {"1.md", "2.md", "3.md", "4.md", "5.md"}
    assert results.total == results.strict_total == 5
    pages = [engine.search("budget", limit=2, page=page) for page in (1, 2, 3)]
    assert [hit.id for page in pages for hit in page.hits][:2] == ["5.md", "3.md"]
    assert len({hit.id for page in pages for hit in page.hits}) == 5
    assert "5.md" not in found(engine, "budget year")
    assert "0.md" in found(engine, "budget -rain")


def test_pins_are_subject_to_filters(make: Make) -> None:
    engine = make("---\ntitle: A\ncategory: town\n---\nBudget.", "---\ntitle: B\ncategory: sea\n---\nFish.")
    engine = again(engine, pinned=(Pinned("budget", ("1.md",), ()),))
    assert [hit.id for hit in engine.search("budget", categories=["town"]).hits] == ["0.md"]
    assert [hit.id for hit in engine.search("budget").hits] == ["1.md", "0.md"]


def again(engine: Engine, **settings: Any) -> Engine:
    """An engine over the same index with other settings that do not shape it."""
    return Engine(replace(engine.settings, **settings), engine._backend)
