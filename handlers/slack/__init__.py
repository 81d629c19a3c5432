"""Slack: one workspace; over Socket Mode, without a public address, or signed to the web door.

    adapter      class Slack: start, stop, send, check; the only file that the wiring needs
    listening    what Slack brings, through Bolt: kept, then acknowledged
    questions    Slack's payloads -> Question (a Request, and where its answer goes)
    happenings   what happens beside questions: reactions, where we are let in -> Question -> Event
    noting       what happens: the bot is let know, and says its word
    keeping      the inbox: what came is kept, answered once, and answered after a restart
    answering    Question -> respond -> whispered, posted, put in the place of what was pressed, or shown to all
    forms        the form for a subscription: opened, previewed, checked
    home         a person's Home
    wire         calls to Slack: posts, whispers, changes, views
    connection   the socket: opened, watched, replaced by a new one when it stays silent
    brought      what Slack brings to the web door: its signature
    people       who is an admin, whose clock is which, who may read which channel
    files        files to and from Slack
    pace         how often a channel may be posted to, and who goes first
    silence      until when Slack wants no call of a method;  until  dates that are kept
    failures     Slack's errors -> DeliveryFailed and ChannelDown, each with its mend
    showing      Message -> what is shown, in the newest blocks that a workspace takes, with pictures
    kinds        which newer kinds of blocks a workspace takes;  fallback  plain blocks, or text, where it doesn't
    render       Message -> blocks and text, within Slack's limits
    natives      a message's parts -> blocks of newer kinds: newer (cards, tables, and what is documented), charts
    objects      texts, buttons, menus
    mrkdwn       spans -> Slack's markup; all escaping is there

May use: handlers, domain, errors. slack_bolt and slack_sdk are imported by the files below, never by importing this
package, so that a house without Slack doesn't pay for them. Start reading at `adapter.py`.
"""
