"""paperwire: a wire service for papers with code.

`bot/` fetches and decides, `storage/` remembers, `handlers/` talk.

    domain/    the vocabulary: paper, repository, link, feed, chat, subscription, news (standard library only)
    rules/     decisions without I/O: linking, weighing, states, query, matching, news, titles, rhythm …
    sources/   the only room that reads the outside world: web, arxiv, rss, github, trending, huggingface
    ingest     taking in what a source told: stored, linked, judged, matched, queued
    telling    who is told what; the state of a paper's code
    jobs/      what the clock does: seed, poll, relink, check, deliver, tidy
    answers    all that a chat may ask for, one method each
    schedule   ticks of the clock;  config  the settings;  errors  the error tree
    app        the wiring, with channels: they alone know every concrete class
    web        the web door, with health and metrics
    service    what the clock does, and who talks;  cli  the command line

Start reading at `jobs/poll.py` (the flow of one item) or `handlers/commands.py` (the flow of one question).
"""

__version__ = "0.1.0"
