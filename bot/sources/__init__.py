"""The only room that reads the outside world. What leaves it is clean domain values; what fails is a FetchError.

    web           the polite client on requests: conditional GET, caps, Retry-After, pace, redirects, public addresses only
    arxiv         announcements (RSS, Atom, the old RDF form), the query API, OAI-PMH
    rss           any feed: RSS 0.9x/1.0/2.0, Atom, JSON Feed; finding a page's feeds
    github        repositories by REST and GraphQL
    trending      GitHub's trending pages
    huggingface   daily papers and single papers

Each source may fail, hang, lie or send garbage without any other noticing. May use: domain, errors. Start at `web.py`.
"""
