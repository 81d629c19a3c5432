"""Made-up input of the shape of the real: words by Zipf's law, titles, abstracts, papers, subscriptions; by a seed.

The shape follows arXiv's announcements of 2025/26: titles of 5 to 14 words, two in five with a name before a colon,
stock phrases that return (as "large language models" does in every twentieth title), abstracts of 150 to 200 words,
one paper in six with its repository in the abstract. No title or name is anybody's.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, product
from typing import Final

SEED: Final = 20260305
CATEGORIES: Final = ("cs.LG", "cs.CV", "cs.CL", "cs.AI", "cs.RO", "stat.ML", "cs.NE")
FUNCTION_WORDS: Final = (
    "for and in of the with a to on from via by using towards an as is are through under at without beyond into can "
    "how it we this that be our or which than has not these their more both over between such each while its"
).split()
_PLAIN_WORDS: Final = (
    "model models learning language large data neural network networks deep multi based image video training "
    "generation reasoning visual graph efficient adaptive attention robust detection diffusion agent agents self "
    "vision optimization reinforcement time knowledge framework analysis representation alignment policy control "
    "evaluation benchmark semantic segmentation domain transformer transformers dynamic sparse tuning federated "
    "temporal spatial feature features prompt search retrieval safety physics speech audio causal memory task tasks "
    "human robot motion planning scene object objects point cloud depth pose action text code sequence prediction "
    "estimation inference classification regression clustering sampling bayesian kernel gradient stochastic convex "
    "loss function functions noise label labels shot zero few transfer meta continual online active weak "
    "contrastive generative adversarial latent space embedding embeddings token tokens context window long short "
    "range scale scaling fast low rank high quality resolution super compression pruning quantization distillation "
    "hardware edge mobile cache parallel distributed system systems privacy fairness bias trust explainable "
    "interpretable uncertainty calibration conformal medical clinical brain molecular protein drug climate traffic "
    "financial legal education social recommendation user preference reward feedback simulation game strategy"
).split()
_FRONTS: Final = (
    "hyper meta auto bi co cross inter intra micro macro mono omni poly proto pseudo quasi semi sub trans uni ultra "
    "neuro photo thermo electro geo bio crypto info stereo topo iso homo hetero ortho para"
).split()
_STEMS: Final = (
    "graph metr tens vect spectr modul harmon gramm morph phon lex sem syntac cogn percep intent norm form struct "
    "latt fract chaot ergod entrop quant symbol logic axiom heur algor calcul deriv integr conv corr regul stabil "
    "equil optim approx interpol extrapol segment fragment clust tokn pars embed encod decod transl transf comput "
    "simul render trac track localiz navig grasp manip sens actu percol diffus radi optic acoust haptic kinemat "
    "dynam inert viscos elast plast"
).split()
_ENDS: Final = "al ic ity ism ation ator ive ize ized izing ous ent ence able er ers ing ed ology onomy".split()
_SYLLABLES: Final = (
    "ba be bi bo da de di do fa fe fi fo ga ge go ka ke ki ko la le li lo lu ma me mi mo mu na ne ni no nu pa pe pi "
    "po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we xa xo ya yo za ze zi zo ar en il on ur eth "
    "ond ist ack orm"
).split()
_VOCABULARY: Final = 120_000
_DOUBLES: Final = 0.02
_STOCK: Final = 4_000  # phrases that return
_GENERAL: Final = 150  # words too general to subscribe to: "for", "model", "learning"


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up paper. `n` counts from 0; `repository` is owner/name, or "" where it names none."""

    n: int
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    repository: str = ""

    @property
    def arxiv(self) -> str:
        """An id of its own, 20,000 a month from January 2015 on, when numbers got five digits."""
        month = self.n // 20_000
        return f"{15 + month // 12:02}{month % 12 + 1:02}.{self.n % 20_000 + 1:05}"


class World:
    """A vocabulary with its frequencies, and what is said with it. Equal seeds make equal worlds."""

    def __init__(self, seed: int = SEED) -> None:
        self.rng = random.Random(seed)
        self.words = _vocabulary(self.rng)
        ranks = range(1, len(self.words) + 1)
        # Zipf's law, bent at the top and in the tail as it is in arXiv's titles.
        self._weights = list(accumulate(1 / ((rank + 1.7) * (1 + rank / 2_000) ** 0.7) for rank in ranks))
        self._topical = self.words[_GENERAL:]
        self._topical_weights = list(accumulate(1 / (rank + 300) ** 1.3 for rank in ranks[:-_GENERAL]))
        common = self.words[len(FUNCTION_WORDS) : 1_000]
        common_weights = list(accumulate(1 / rank for rank in range(5, len(common) + 5)))
        some_common = (self.rng.choices(common, cum_weights=common_weights, k=n) for n in (2, 3, 3) * _STOCK)
        self._stock = list(dict.fromkeys(map(tuple, some_common)))[:_STOCK]
        self._stock_weights = list(accumulate(1 / rank for rank in range(1, len(self._stock) + 1)))
        self._surnames = [self._name(2, 3) for _ in range(8_000)]
        self._first_names = [self._name(2, 2) for _ in range(900)]

    def some(self, count: int) -> list[str]:
        """Words as they come in running text."""
        return self.rng.choices(self.words, cum_weights=self._weights, k=count)

    def topical(self, count: int) -> list[str]:
        """Words that somebody might care about."""
        return self.rng.choices(self._topical, cum_weights=self._topical_weights, k=count)

    def stock_phrase(self) -> tuple[str, ...]:
        return self.rng.choices(self._stock, cum_weights=self._stock_weights)[0]

    def title(self) -> str:
        length = self.rng.randint(5, 14)
        named = self.rng.random() < 0.4
        body = self.some(length - named)
        if self.rng.random() < 0.75:
            phrase = self.stock_phrase()[: len(body)]
            at = self.rng.randint(0, len(body) - len(phrase))
            body[at : at + len(phrase)] = phrase
        shown = " ".join(word if word in FUNCTION_WORDS else word.capitalize() for word in body)
        return f"{self._name(2, 4)}: {shown}" if named else shown[0].upper() + shown[1:]

    def near_duplicate(self, title: str) -> str:
        """The same title with one word exchanged."""
        parts = title.split()
        parts[self.rng.randrange(len(parts))] = self.topical(1)[0].capitalize()
        return " ".join(parts)

    def abstract(self) -> str:
        """Sentences of 12 to 28 words, 150 to 200 words in all."""
        left, sentences = self.rng.randint(150, 200), []
        while left > 0:
            some = self.some(min(left, self.rng.randint(12, 28)))
            sentences.append(" ".join(some).capitalize() + ".")
            left -= len(some)
        return " ".join(sentences)

    def with_code(self, abstract: str) -> tuple[str, str]:
        """The abstract with its repository at its end, and the repository."""
        repository = f"{self._name(2, 3).lower()}/{self._name(2, 4)}-{self.rng.randrange(100)}"
        said = self.rng.choice(("Our code is available at", "Code:", "We release our code at", "Project page:"))
        return f"{abstract} {said} https://github.com/{repository}.", repository

    def authors(self) -> tuple[str, ...]:
        count = min(self.rng.randint(1, 6), self.rng.randint(1, 9))
        return tuple(f"{self.rng.choice(self._first_names)} {self.surname()}" for _ in range(count))

    def surname(self) -> str:
        return self._surnames[int(len(self._surnames) * self.rng.random() ** 2)]

    def categories(self) -> tuple[str, ...]:
        count = self.rng.choice((1, 1, 2, 2, 3))
        return tuple(dict.fromkeys(self.rng.choices(CATEGORIES, weights=(6, 5, 4, 5, 2, 1, 1), k=count)))

    def _name(self, least: int, most: int) -> str:
        return "".join(self.rng.choices(_SYLLABLES, k=self.rng.randint(least, most))).capitalize()

    def papers(self, count: int, *, first: int = 0, code: float = 0.17) -> Iterator[Made]:
        """Papers with abstracts of their own, numbered from `first` on."""
        for n, title in enumerate(self.titles(count), first):
            abstract, repository = self.abstract(), ""
            if self.rng.random() < code:
                abstract, repository = self.with_code(abstract)
            yield Made(n, title, abstract, self.authors(), self.categories(), repository)

    def titles(self, count: int) -> Iterator[str]:
        """Titles, a few of which are near-duplicates of one of the last thousand."""
        lately: list[str] = []
        for n in range(count):
            double = bool(lately) and self.rng.random() < _DOUBLES
            title = self.near_duplicate(self.rng.choice(lately)) if double else self.title()
            if n % 5 == 0:
                lately = [*lately[-199:], title]
            yield title

    def subscription(self) -> str:
        """One to three topical words; at times a phrase, within a category, by an author, or kind:papers."""
        words = self.topical(self.rng.choices((1, 2, 3), weights=(2, 4, 2))[0])
        text = f'"{" ".join(self.stock_phrase())}"' if self.rng.random() < 0.15 else " ".join(words)
        if self.rng.random() < 0.2:
            text += f" cat:{self.rng.choice(CATEGORIES)}"
        if self.rng.random() < 0.05:
            text = f"au:{self.surname().lower()}"
        return text + (" kind:papers" if self.rng.random() < 0.1 else "")

    def typo(self, text: str) -> str:
        """The text with one letter of one of its words swapped with the next, dropped, added or replaced."""
        parts = text.split()
        where = self.rng.choice([n for n, part in enumerate(parts) if sum(map(str.isalpha, part)) > 1])
        parts[where] = self._slip(parts[where])
        return " ".join(parts)

    def _slip(self, word: str) -> str:
        letters = [n for n, letter in enumerate(word) if letter.isalpha()]
        letter = self.rng.choice("abcdefghijklmnopqrstuvwxyz")
        while True:
            at = self.rng.choice(letters)
            slipped = self.rng.choice(
                (
                    word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
                    word[:at] + word[at + 1 :],
                    word[:at] + letter + word[at:],
                    word[:at] + letter + word[at + 1 :],
                )
            )
            if slipped.lower() != word.lower() and any(map(str.isalpha, slipped)):
                return slipped


def _vocabulary(rng: random.Random) -> list[str]:
    """Function words, then plain ones, then ever rarer made-up ones: derivations and names."""
    derived = ["".join(parts) for parts in product(["", *_FRONTS], _STEMS, _ENDS)]
    rng.shuffle(derived)
    coined = {"".join(rng.choices(_SYLLABLES, k=rng.randint(2, 5))) for _ in range(_VOCABULARY)}
    mixed = derived + sorted(coined)
    rest = mixed[:2000] + rng.sample(mixed[2000:], len(mixed) - 2000)
    return list(dict.fromkeys([*FUNCTION_WORDS, *_PLAIN_WORDS, *rest]))[:_VOCABULARY]
