"""Telegram: updates become Requests, Messages become HTML with buttons. Imported late: `adapter` needs the library.

    adapter    Telegram, the channel: start, stop, send, check, trouble
    wire       the token's connection: calls, pace, tries
    transport  how the library's requests travel
    listening  what comes in, polled or brought: an update is confirmed once it is kept, and answered in order
    webhook    setting the webhook, or removing it where updates are polled
    brought    an update that Telegram brings to the web door
    fetching   updates, each read by itself
    asking     an update -> what was asked, where, and by whom
    events     an update -> what happened beside questions; noting: the bot is let know of it
    posts      a message with links that are worth a card
    reactions  a reaction -> a vote
    people     who decides in a group
    menus      the menus of commands, and what a stranger reads first
    inline     what is typed behind our name in any chat
    files      getting a file that somebody sent
    failures   the library's errors -> ours; nothing that leaves here holds the token
    pace       how fast the platform lets us talk
    render     Message -> pieces of HTML and buttons; pure
    layout     styled text, measured, packed and cut within every limit; pure

May use: handlers, domain, errors. Start reading at `adapter.py`.
"""
