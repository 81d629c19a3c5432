"""The only room that reads the outside world. What leaves it is clean values; what fails is a FetchError.

    web           the polite client on requests: conditional, capped, paced, to public addresses; lanes, replies,
                  packing and addresses are its parts
    arxiv         announcements (RSS, Atom, the old RDF form), the query API, OAI-PMH; with arxiv_feed and
                  arxiv_parse, which read them
    rss           any feed: RSS 0.9x/1.0/2.0, Atom, JSON Feed; finding a page's feeds; with rss_read, rss_entry, markup
    github        repositories by REST and GraphQL; github_inside: what is in one, and the search;
                  github_stars: how many stars one gained day by day
    trending      GitHub's trending pages
    huggingface   daily papers and single papers
    paperswithcode, fulltext, projectpage    where a paper's code is looked for; pages: strangers' HTML, tamed
    archive, download    the Papers With Code archive
    files         a file that somebody names by its address

Each source may fail, hang, lie or send garbage without any other noticing. May use: domain, errors. Start at `web.py`.
"""
