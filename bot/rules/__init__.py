"""Decisions, pure: from facts and `now` to results. No I/O, no clock, no chance (jitter is handed in).

    mentions   the repositories and project pages that a text names, and whether as its own
    own_code   does a paragraph of a full text tell where the authors' own code is (weights shipped)
    promises   the sentence that promises code for later
    citing     does a README cite a paper, and what does it call itself (stance)
    linking    a paper's texts and what sources state -> claims: which repository, with which evidence
    weighing   what all the evidence of a link comes to: whose, how sure; the table of weights
    archive    what a row of the Papers With Code archive claims
    states     the state of a paper's code, and which changes are news
    contents   what is in a repository; frameworks (imports, manifests, framework_names) tells by what
    query      what a person typed -> Query, or BadQuery with a place and a hint
    matching   does a paper match a query; the terms under which queries stand and papers ask
    wishes     an address, an id or a line of a list as the subscription that it wishes for
    packing    what a chat has, as a file; unpacking reads it, and lists; opml both, of feeds
    news       what of a paper is news, and who is told
    entries    a feed's entries, and which followers want one; feed_names: which feed is meant
    titles     which of the found titles was meant
    likeness   what tells most of a paper, and which others are like it
    ranking    which of a chat's papers lead its digest, and what its votes have to do with that
    bibtex     papers as BibTeX; tex escapes what strangers wrote, venues tells where papers appeared
    local_time digests and quiet hours in the chat's own time
    arxiv_calendar  when arXiv announces, and which holidays it keeps
    surge      whether a repository gains more stars than it usually does; episodes and milestones
    sampling   how often stars are counted, what a history comes to, what is unusual
    trends     coverage, frameworks, fields, by proportions (intervals), growth, waiting (for code); periods, topics
    rhythm     when a feed or a repository is looked at next
    turns      which chat has its next message now

May use: domain, errors.
"""
