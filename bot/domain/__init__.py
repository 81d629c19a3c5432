"""The vocabulary of the house, as frozen values; standard library only, no I/O, no clock.

text         cleaning what strangers wrote; the words of a text
paper        PaperId, FetchedPaper (as fetched), Paper (as known); ids out of texts and addresses
repository   RepositoryAddress (any written form of it, normalised), RepositoryFacts (as fetched), Repository (as known)
code         CodeState, ContentState, CodeEvent
link         Evidence, Claim (as decided), CodeLink (as known)
feed         Feed (as known), Validators, Batch and Entry (as fetched), Sighting, SourceStatus
chat         Chat, Subscription
archive      rows of the Papers With Code archive
pace         when a chat wants to hear: Pace, Quiet, Rhythm
moving       what a chat takes along when it moves: Luggage and what is in it
report       what readers say of a link: Says, Report, Correction
vote         what a chat thinks of a paper: Vote, Voted
stars        StarSample (as counted), Surge, Episode, Happening, Watched, Ranked
news         News (what happened), Alert (news for a chat), Delivery (what is sent)
"""
