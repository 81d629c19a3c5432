"""Decisions, pure: from facts and `now` to results. No I/O, no clock, no chance (jitter is handed in).

    linking    a paper's texts and what sources state -> claims: which repository, whose, how sure, why
    query      what a person typed -> Query, or BadQuery with a place and a hint
    matching   does a paper match a query; the terms under which queries stand and papers ask
    news       what of a paper is news, and who is told
    titles     which of the found titles was meant
    rhythm     when a feed or a repository is looked at next

May use: domain, errors.
"""
