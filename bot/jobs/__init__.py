"""What the clock does. Each file has one public job and states, as a Protocol, what it needs of a source or channel.

The flow of one item, in order:

    poll       asks each source what is new (conditionally), outside any transaction
    comments   what announcements leave out is looked up, a hundred papers at a time
    (ingest)   in one transaction: papers, links with evidence, news, alerts with deliveries, the feed's validators;
               it stands beside this room, in bot/ingest.py, because answers remember what they look up by it too
    relink     papers without code are looked for again and again, in more places
    check      looks at the repositories that links name; code that isn't there yet is told when it is
    inside     looks into them: is there code, by which framework, and does the README cite the paper
    stars      counts stars, each repository at its own pace; what takes off is told if the host's history agrees
    happenings milestones and releases, which any look at a repository may bring
    deliver    claims what is due, sends it, and stores each outcome at once
    seed       the starter catalogue, at the first start and when it has a new edition
    import_archive    the Papers With Code archive, file by file, resumable
    tidy       ends what has waited too long

A crash before the transaction loses nothing (the old validators fetch again); after it, nothing repeats (unique keys).
May use: domain, errors, rules, storage, ingest.
"""
