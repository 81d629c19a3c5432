"""Processes to be killed: forked off one server that has imported what they do, so that a start takes no time."""

import multiprocessing
import multiprocessing.context
from functools import cache


@cache
def processes() -> multiprocessing.context.ForkServerContext:
    """One for all tests, since its server imports once, at its start; what isn't named here each imports anew."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.jobs.days", "tests.slack.killed_worker", "tests.telegram.killed_worker"])
    return context
