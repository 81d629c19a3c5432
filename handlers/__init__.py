"""The room that talks: questions in, messages out. It knows the bot only through `bot.answers`.

    incoming   Request: who asked what, where; the same from every platform
    commands   the table of commands and respond(request) -> Message
    command    what a command is
    topics/    the commands themselves, a file a topic
    menus      which commands stand in whose menu
    suggesting what is offered while somebody types our name in any chat; offers are its values
    recent     which papers the latest answers were about, for those who react to one
    files      files that come and go: names, sizes, text
    charts     pictures, where matplotlib is installed: how stars grow; trend_charts draws plots of trends
    review/    a period's review as a page, Markdown, CSV
    messages   Message and its parts; no markup
    wording    every sentence that people read: domain object -> Message
    console/  telegram/  slack/    adapter (event <-> Request, sending, errors), render (Message -> its form)

A platform knows nothing of the other ones. Start reading at `commands.py`.
"""
