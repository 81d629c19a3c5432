"""What a chat keeps: saving and taking back, pages and files, less of something, and what is like a paper."""

from datetime import datetime, timedelta

import pytest

from bot.answers import Answers, Choices, NotFound
from bot.answers.keeping import Alike, Kept, Lessened
from bot.domain.chat import Address
from bot.domain.paper import FetchedPaper, PaperId
from bot.domain.report import Says
from bot.domain.vote import Vote
from bot.errors import BadQuery
from bot.ingest import ingest
from handlers.commands import respond
from handlers.incoming import Request
from handlers.messages import Buttons, File, Message
from storage import Storage
from tests.asked_live import Arxiv, answers_of
from tests.builders import CODE_AT, NOW, linked_paper, paper, subscribe

ADA, BOB = Address("telegram", "ada"), Address("telegram", "bob")
GROUP = Address("telegram", "-100")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def arxiv() -> Arxiv:
    return Arxiv()


@pytest.fixture
def answers(storage: Storage, arxiv: Arxiv) -> Answers:
    return answers_of(storage, arxiv, clock=Clock())


def announce(storage: Storage, *numbers: int, **rest: object) -> None:
    """Papers with code, told to whoever is subscribed."""
    told = [
        paper(f"2603.{n:05}", f"Nets {n}", abstract=f"{CODE_AT}{n}", authors=("Ada Lin",), **rest)  # type: ignore[arg-type]  # because: paper's own options
        for n in numbers
    ]
    with storage.write():
        ingest(storage, told, now=NOW)


def kept(answer: object) -> Kept:
    assert isinstance(answer, Kept)
    return answer


def saved(answers: Answers, address: Address = ADA, page: int = 1) -> list[str | None]:
    return [choice.paper.arxiv for choice in answers.keeping.saved(address, page).papers]


def ask(answers: Answers, text: str, address: Address = ADA, *, may_manage: bool = True) -> Message:
    return respond(answers, Request(address, text, may_manage=may_manage, sender="7"))


def commands(message: Message) -> list[str]:
    return [button.command for part in message.parts if isinstance(part, Buttons) for button in part.commands]


# What isn't a paper


@pytest.mark.parametrize("verb", ["save", "unsave", "less", "less_no_more", "like"])
def test_words_that_name_no_paper_change_nothing(answers: Answers, storage: Storage, verb: str) -> None:
    for text in ("nonsense", "", "\x00", "10.1/none", "nosuch/repository", "x" * 4000):
        assert isinstance(getattr(answers.keeping, verb)(ADA, text), NotFound)
    assert storage.database.value("SELECT count(*) FROM votes") == 0


def test_words_that_name_several_papers_are_asked_back_with_the_same_command(
    answers: Answers, storage: Storage
) -> None:
    for n, title in enumerate(("Deep Nets: One", "Deep Nets: Two"), 1):
        linked_paper(storage, f"2603.0000{n}", f"ada/{n}", title=title)
    assert isinstance(answers.keeping.save(ADA, "deep nets"), Choices)
    assert commands(ask(answers, "/less deep nets")) == ["/less 2603.00001", "/less 2603.00002"]


def test_a_repository_is_the_paper_whose_code_it_is_or_a_choice_of_them(answers: Answers, storage: Storage) -> None:
    linked_paper(storage, "2603.00001", "ada/nets")
    assert kept(answers.keeping.save(ADA, "https://github.com/ada/nets")).paper.arxiv == "2603.00001"
    linked_paper(storage, "2603.00002", "ada/nets")
    assert isinstance(answers.keeping.save(ADA, "ada/nets"), Choices)


def test_a_known_papers_id_asks_no_source(answers: Answers, storage: Storage, arxiv: Arxiv) -> None:
    with storage.write():
        storage.papers.store(paper(), NOW)  # without code, so that /code would ask
    for verb in ("save", "unsave", "less", "less_no_more"):
        getattr(answers.keeping, verb)(ADA, "2603.00001")
    assert arxiv.asked == []


def test_a_paper_that_is_not_known_yet_is_looked_up_and_saved(answers: Answers, arxiv: Arxiv) -> None:
    arxiv.known["2603.00009"] = paper("2603.00009", "New Nets", announcement=None)
    assert kept(answers.keeping.save(ADA, "2603.00009")).paper.title == "New Nets"


# Saving


def test_a_save_is_the_chats_own_and_can_be_repeated_and_taken_back(answers: Answers, storage: Storage) -> None:
    linked_paper(storage)
    assert [kept(answers.keeping.save(ADA, "2603.00001")).changed for _ in range(2)] == [True, False]
    assert (saved(answers), saved(answers, BOB)) == (["2603.00001"], [])
    assert [kept(answers.keeping.unsave(ADA, "2603.00001")).changed for _ in range(2)] == [True, False]
    assert saved(answers) == []


def test_the_list_has_pages_and_an_end(answers: Answers, storage: Storage) -> None:
    for n in range(1, 22):
        linked_paper(storage, f"2603.{n:05}", f"ada/{n}")
        answers.keeping.save(ADA, f"2603.{n:05}")
    assert saved(answers)[:2] == ["2603.00021", "2603.00020"]
    assert saved(answers, page=3) == ["2603.00001"]
    for page in (0, 4, 10**6):
        with pytest.raises(BadQuery, match="no page"):
            answers.keeping.saved(ADA, page)
    assert commands(ask(answers, "/saved 2"))[:2] == ["/saved 1", "/saved 3"]
    assert ask(answers, "/saved 9").summary == "There is no page 9."


@pytest.mark.parametrize("words", ["everything", "-1", "2 3", "٣", "9" * 50, "bibtex please"])
def test_what_the_list_cannot_show_is_said(answers: Answers, words: str) -> None:
    assert ask(answers, f"/saved {words}").summary == "I can't tell what to show of it."


def test_a_link_that_the_chat_called_wrong_is_not_shown_with_what_it_saved(answers: Answers, storage: Storage) -> None:
    linked_paper(storage)
    answers.keeping.save(ADA, "2603.00001")
    (choice,) = answers.keeping.saved(ADA).papers
    assert choice.best is not None
    answers.correct(ADA, "2603.00001 ada/nets", Says.WRONG, owner=False)
    (choice,) = answers.keeping.saved(ADA).papers
    assert choice.best is None


# Files


def file_of(message: Message) -> File:
    (found,) = [part for part in message.parts if isinstance(part, File)]
    return found


def test_nothing_saved_is_no_file(answers: Answers) -> None:
    for form in ("bibtex", "list"):
        assert not [part for part in ask(answers, f"/saved {form}").parts if isinstance(part, File)]


def test_the_files_hold_all_pages_in_the_order_of_saving_and_its_reverse(answers: Answers, storage: Storage) -> None:
    announce(storage, *range(1, 13))
    for n in range(1, 13):
        answers.keeping.save(ADA, f"2603.{n:05}")
    bib, markdown = file_of(ask(answers, "/saved BibTeX")), file_of(ask(answers, "/saved list"))
    assert (bib.name, markdown.name) == ("paperwire-saved.bib", "paperwire-saved.md")
    assert bib.content.count("@misc") == 12
    assert bib.content.index("2603.00001") < bib.content.index("2603.00012")
    assert markdown.content.index("2603.00001") > markdown.content.index("2603.00012")
    assert "[ada/nets12](https://github.com/ada/nets12)" in markdown.content


def test_a_key_stays_when_more_is_saved(answers: Answers, storage: Storage) -> None:
    announce(storage, 1, 2)
    answers.keeping.save(ADA, "2603.00002")
    before = answers.keeping.export(ADA).bibtex
    answers.keeping.save(ADA, "2603.00001")
    assert answers.keeping.export(ADA).bibtex.startswith(before)


def test_authors_that_are_not_known_are_asked_for_together(answers: Answers, storage: Storage, arxiv: Arxiv) -> None:
    for n in (1, 2):
        linked_paper(storage, f"2603.0000{n}", f"ada/{n}")
        answers.keeping.save(ADA, f"2603.0000{n}")
        told = paper(
            f"2603.0000{n}", f"Nets {n}", announcement=None, authors=("Ada Lin",), abstract="Nets.", comment=""
        )
        arxiv.known[f"2603.0000{n}"] = told
    assert answers.keeping.export(ADA).bibtex.count("author = {Ada Lin}") == 2
    assert arxiv.asked == [("2603.00001", "2603.00002")]
    answers.keeping.export(ADA)
    assert len(arxiv.asked) == 1


def test_where_arxiv_does_not_answer_the_file_comes_without_and_says_so(
    answers: Answers, storage: Storage, arxiv: Arxiv
) -> None:
    linked_paper(storage)
    answers.keeping.save(ADA, "2603.00001")
    arxiv.down = True
    assert answers.keeping.export(ADA).nameless == 1
    message = ask(answers, "/saved bibtex")
    assert "1 paper without authors" in str(message.parts[0])
    assert "@misc{anon2026deep," in file_of(message).content


def test_what_the_archive_knows_of_a_venue_stands_in_the_file(answers: Answers, storage: Storage) -> None:
    announce(storage, 1)
    with storage.write():
        storage.database.execute("INSERT INTO archive_papers VALUES (1, 'nets', '', '', 'HIVE 2018 6')")
    answers.keeping.save(ADA, "2603.00001")
    assert "booktitle = {HIVE 2018}" in answers.keeping.export(ADA).bibtex


# Less


def lessened(answer: object) -> Lessened:
    assert isinstance(answer, Lessened)
    return answer


def test_less_offers_to_mute_the_author_and_the_owner_and_to_quieten_what_brought_it(
    answers: Answers, storage: Storage
) -> None:
    subscribe(storage, "trees", "ada")
    subscribe(storage, "nets", "ada")
    announce(storage, 1)
    answer = lessened(answers.keeping.less(ADA, "2603.00001"))
    assert [(one.name, one.query) for one in answer.mutable] == [("Ada Lin", 'au:"ada lin"'), ("ada/*", "repo:ada/*")]
    assert [one.number for one in answer.brought] == [2]
    assert commands(ask(answers, "/less 2603.00001")) == [
        '/mute au:"ada lin"',
        "/mute repo:ada/*",
        "/rhythm 2 daily",
        "/unsubscribe 2",
        "/less 2603.00001 off",
    ]


@pytest.mark.parametrize("number", range(4))
def test_each_offer_is_a_command_that_does_it(answers: Answers, storage: Storage, number: int) -> None:
    subscribe(storage, "nets", "ada")
    announce(storage, 1)
    command = commands(ask(answers, "/less 2603.00001"))[number]
    said = ask(answers, command).summary
    assert said.startswith(
        ('Muted: au:"ada lin"', "Muted: repo:ada/*", "#1 nets speaks in the digest", "Ended: #1")[number]
    )
    announce(storage, 2)
    chat = storage.chats.find(ADA)
    assert chat is not None
    alerts = storage.database.rows("SELECT held FROM alerts WHERE subject = 2")
    assert alerts == ([("muted",)], [("muted",)], [("rhythm",)], [])[number]


def test_a_subscription_that_speaks_in_the_digest_already_can_only_be_ended(answers: Answers, storage: Storage) -> None:
    subscribe(storage, "nets", "ada")
    announce(storage, 1)
    ask(answers, "/rhythm 1 weekly")
    assert "/rhythm 1 daily" not in commands(ask(answers, "/less 2603.00001"))
    assert "/unsubscribe 1" in commands(ask(answers, "/less 2603.00001"))


def test_of_a_paper_without_authors_or_code_nothing_is_offered(answers: Answers, storage: Storage) -> None:
    with storage.write():
        storage.papers.store(FetchedPaper((PaperId("acl", "P19-1001"),), "Bare"), NOW)
    answer = lessened(answers.keeping.less(ADA, "acl:P19-1001"))
    assert (answer.mutable, answer.brought) == ((), ())
    assert commands(ask(answers, "/less acl:P19-1001")) == ["/less https://aclanthology.org/P19-1001 off"]


def test_the_last_word_on_a_paper_counts(answers: Answers, storage: Storage) -> None:
    linked_paper(storage)
    answers.keeping.less(ADA, "2603.00001")
    answers.keeping.save(ADA, "2603.00001")
    assert not kept(answers.keeping.less_no_more(ADA, "2603.00001")).changed
    answers.keeping.less(ADA, "2603.00001")
    assert saved(answers) == []
    assert kept(answers.keeping.less_no_more(ADA, "2603.00001")).changed


def test_less_is_taken_back_by_off_unless_a_paper_is_called_so(answers: Answers, storage: Storage) -> None:
    linked_paper(storage, title="Ready for Take Off")
    ask(answers, "/less ready for take off")
    (chat,) = [found for found in [storage.chats.find(ADA)] if found]
    assert storage.votes.count(chat.key, Vote.LESS) == 1
    assert ask(answers, "/less 2603.00001 off").summary.startswith("Taken back")
    assert storage.votes.count(chat.key, Vote.LESS) == 0


def test_why_tells_what_the_votes_have_to_do_with_it(answers: Answers, storage: Storage) -> None:
    subscribe(storage, "nets", "ada")
    announce(storage, 1, 2)
    assert "In the digest" not in str(ask(answers, "/why 2603.00002"))
    ask(answers, "/less 2603.00001")
    assert "In the digest: lower for author Ada Lin, owner github.com/ada" in str(ask(answers, "/why 2603.00002"))
    ask(answers, "/save 2603.00001")
    assert "In the digest: higher for author Ada Lin" in str(ask(answers, "/why 2603.00002"))
    assert "In the digest: not listed again, as it is saved" in str(ask(answers, "/why 2603.00001"))


def test_in_a_group_anybody_saves_and_admins_alone_want_less(answers: Answers, storage: Storage) -> None:
    linked_paper(storage)
    assert ask(answers, "/save 2603.00001", GROUP, may_manage=False).summary.startswith("Saved: ")
    assert ask(answers, "/unsave 2603.00001", GROUP, may_manage=False).summary.startswith("No longer saved")
    for text in ("/less 2603.00001", "/less 2603.00001 off"):
        assert "Only admins" in ask(answers, text, GROUP, may_manage=False).summary
    assert ask(answers, "/less", GROUP, may_manage=False).summary.startswith("Less of which paper?")
    assert ask(answers, "/less 2603.00001", GROUP).summary.startswith("Less like this")


# More


def alike(answer: object) -> list[str]:
    assert isinstance(answer, Alike)
    return [choice.paper.title for choice in answer.papers]


@pytest.fixture
def library(storage: Storage) -> Storage:
    with storage.write():
        told = [
            paper("2603.00001", "Stiffness of Diffusion Solvers", abstract="Kutta solvers. Kutta."),
            paper("2603.00002", "Diffusion by Solvers of Stiffness", abstract="Kutta."),
            paper("2603.00003", "Kutta Solvers", abstract="Stiffness, and diffusion."),
            paper("2603.00004", "Chairs and Tables", abstract="Nothing of that."),
            paper("2603.00005", "Stiffness of Chairs"),
        ]
        ingest(storage, told, now=NOW, quiet=True)
    return storage


def test_the_likest_come_first_and_what_is_not_alike_not_at_all(answers: Answers, library: Storage) -> None:
    found = alike(answers.keeping.like(ADA, "2603.00001"))
    assert found == ["Diffusion by Solvers of Stiffness", "Kutta Solvers"]


def test_what_the_chat_wants_less_of_is_not_among_them(answers: Answers, library: Storage) -> None:
    answers.keeping.less(ADA, "2603.00002")
    assert alike(answers.keeping.like(ADA, "2603.00001")) == ["Kutta Solvers"]
    assert len(alike(answers.keeping.like(BOB, "2603.00001"))) == 2


def test_a_paper_without_an_abstract_is_asked_for_first(answers: Answers, library: Storage, arxiv: Arxiv) -> None:
    arxiv.known["2603.00005"] = paper(
        "2603.00005", "Stiffness of Chairs", announcement=None, abstract="Tables. Tables."
    )
    assert alike(answers.keeping.like(ADA, "2603.00005")) == ["Chairs and Tables"]
    assert arxiv.asked == [("2603.00005",)]


def test_where_nothing_is_alike_it_says_so(answers: Answers, storage: Storage) -> None:
    linked_paper(storage)
    assert ask(answers, "/more 2603.00001").summary.startswith("I know no paper like")


def test_those_with_code_are_marked_and_each_can_be_asked_for(answers: Answers, library: Storage) -> None:
    linked_paper(library, "2603.00003", "ada/kutta", title="Kutta Solvers")
    message = ask(answers, "/more 2603.00001")
    assert commands(message) == ["/code 2603.00002", "/code 2603.00003"]
    assert ["official code" in str(item) for item in message.parts[1].items] == [False, True]  # type: ignore[union-attr]  # because: the list


# Without a slash


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("less is more", "I found no paper"),
        ("save the whales", "I found no paper"),
        ("more than words", "I found no paper"),
        ("save 2603.00001", "Saved: "),
        ("more 2603.00001", "I know no paper like"),
        ("less https://arxiv.org/abs/2603.00001", "Less like this"),
        ("saved", "Nothing is saved"),
    ],
)
def test_everyday_words_are_commands_only_before_an_id(
    answers: Answers, storage: Storage, text: str, answer: str
) -> None:
    linked_paper(storage)
    assert ask(answers, text).summary.startswith(answer)
