"""Which end of a Korean word is a particle? Subject, object, place and the like hang at the noun without a blank.

Only what is certain enough to index a noun by besides; pairs of syllables (segmentation.parts) find the longer ones
whatever hangs at them. Not here: endings of verbs.
"""

from __future__ import annotations

# The longer ones first: a word may end in one that ends in another.
_PARTICLES = (
    "으로부터 에서부터 에게서 으로서 으로써 에서는 에서도 에서의 까지도 이라고 이라는 로부터 에서"
    " 에게 한테 께서 부터 까지 으로 로서 로써 처럼 보다 마다 조차 마저 밖에 이나 이랑 하고"
    " 라고 라는 에는 에도 과의 와의 은 는 이 가 을 를 의 에 도 만 로 와 과 나 랑"
).split()


def without_particle(word: str) -> str:
    """A word of Hangul without the particle at its end, if it may have one."""
    for particle in _PARTICLES:
        if word.endswith(particle) and len(word) > len(particle):
            return word.removesuffix(particle)
    return word
