"""Every sentence that people read: domain object -> Message. Short, concrete, kind; no markup, no escaping.

    plain          times, counts and one-paragraph messages, which all of the others use
    talk           start, help, and what is said when words can't be understood or something fails
    papers         the answers to /code, /paper and /waiting
    cards          the buttons below a paper
    menus          what stands in menus, in several languages
    offers         what is offered in any chat, behind our name
    keeping        the answers to /save, /unsave, /saved, /less and /more; reading_list is what it exports
    links          links with their facts and their evidence, and what readers said of them
    subscriptions  the answers to /subscribe, /unsubscribe and /subscriptions
    routes         the answers to /route
    moving         the answers to /export and /import, and what is said of files
    choosing       settings to be pressed; pages: long answers to be turned
    posting        what rings, and which posts are answered
    settings       the answers to /settings, /quiet, /budget … and /missed
    digest         the digest
    access         who is answered
    coming         when the bot comes into a group, or back
    calendar       why arXiv has nothing new, and when it will
    stars          surges, milestones, releases; the answers to /trending, /stars and /top
    showing        an answer that is shown to others, or comes late
    trends         the answers to /trends; trend_plots: their charts
    home           the answer to /home; forms: the form for a subscription
    status         the answer to /status
    news           what is pushed to a chat
    why            why a message came, and why none did

Whoever speaks imports this package: `wording.code(answer, now=now)`.
"""

from handlers.wording.access import allowed, denied, let_in, not_let_in, only_owner, with_note
from handlers.wording.calendar import no_announcement
from handlers.wording.cards import Opened
from handlers.wording.coming import hello, here_again, welcome_back
from handlers.wording.digest import of as digest_of
from handlers.wording.digest import whole as digest_whole
from handlers.wording.home import Overview, above_home, channels, home, in_room, shown_out, with_form, with_way_back
from handlers.wording.keeping import (
    alike,
    cited,
    less,
    less_no_more,
    saved,
    saved_bibtex,
    saved_list,
    saved_one,
    unsaved,
)
from handlers.wording.links import corrected
from handlers.wording.moving import (
    exported,
    exported_feeds,
    feeds_of,
    file_elsewhere,
    file_not_sent,
    file_trouble,
    import_what,
    taken,
)
from handlers.wording.news import card, delivery, delivery_in_parts
from handlers.wording.offers import offered_papers, offered_subscription, offers_to_stranger
from handlers.wording.papers import code, paper, waiting
from handlers.wording.posting import (
    in_brief,
    links,
    links_alone,
    links_asked,
    sound,
    sound_asked,
    sound_elsewhere,
)
from handlers.wording.routes import route
from handlers.wording.settings import (
    budget,
    budget_asked,
    by_profile,
    digest_asked,
    digest_settled,
    missed,
    muted,
    quiet,
    quiet_asked,
    settings,
    settled,
    silence,
    unmuted,
    zone,
    zone_asked,
)
from handlers.wording.showing import SHARE, late, no_paper_there, shared
from handlers.wording.stars import stars, top, trending
from handlers.wording.status import status
from handlers.wording.subscriptions import (
    preview,
    retried,
    subscribed,
    subscription,
    subscriptions,
    unsubscribe_which,
    unsubscribed,
)
from handlers.wording.talk import (
    bad_query,
    broken,
    claim_how,
    claimed,
    help_query,
    help_text,
    help_topic,
    not_reached,
    offered_by_link,
    only_admins,
    storage_trouble,
    thanked,
    too_long,
    too_many,
    unknown_command,
    usage,
    welcome,
)
from handlers.wording.why import why

__all__ = [
    "SHARE",
    "Opened",
    "Overview",
    "above_home",
    "alike",
    "allowed",
    "bad_query",
    "broken",
    "budget",
    "budget_asked",
    "by_profile",
    "card",
    "channels",
    "cited",
    "claim_how",
    "claimed",
    "code",
    "corrected",
    "delivery",
    "delivery_in_parts",
    "denied",
    "digest_asked",
    "digest_of",
    "digest_settled",
    "digest_whole",
    "exported",
    "exported_feeds",
    "feeds_of",
    "file_elsewhere",
    "file_not_sent",
    "file_trouble",
    "hello",
    "help_query",
    "help_text",
    "help_topic",
    "here_again",
    "home",
    "import_what",
    "in_brief",
    "in_room",
    "late",
    "less",
    "less_no_more",
    "let_in",
    "links",
    "links_alone",
    "links_asked",
    "missed",
    "muted",
    "no_announcement",
    "no_paper_there",
    "not_let_in",
    "not_reached",
    "offered_by_link",
    "offered_papers",
    "offered_subscription",
    "offers_to_stranger",
    "only_admins",
    "only_owner",
    "paper",
    "preview",
    "quiet",
    "quiet_asked",
    "retried",
    "route",
    "saved",
    "saved_bibtex",
    "saved_list",
    "saved_one",
    "settings",
    "settled",
    "shared",
    "shown_out",
    "silence",
    "sound",
    "sound_asked",
    "sound_elsewhere",
    "stars",
    "status",
    "storage_trouble",
    "subscribed",
    "subscription",
    "subscriptions",
    "taken",
    "thanked",
    "too_long",
    "too_many",
    "top",
    "trending",
    "unknown_command",
    "unmuted",
    "unsaved",
    "unsubscribe_which",
    "unsubscribed",
    "usage",
    "waiting",
    "welcome",
    "welcome_back",
    "why",
    "with_form",
    "with_note",
    "with_way_back",
    "zone",
    "zone_asked",
]
