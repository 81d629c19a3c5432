"""The commands, a file a topic: each has its functions, and at its end the table of its COMMANDS.

    asking       papers and their code
    subscribing  what a chat hears of
    times        when, and how often
    keeping      what a chat saves, and wants less of; papers like one
    stars        what takes off
    trends       the field from above
    links        what is wrong or missing, and who decides
    moving       taking along what a chat has
    overview     all that a chat has, and how all is
    owner        who owns the bot, and whom it answers

A command is five to fifteen lines: it reads the words, asks `answers` once, and words the result. handlers/commands.py
puts the tables together.
"""
