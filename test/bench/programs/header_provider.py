"""Microseconds of a call to the provider that the hook hands to LanceDB, by turns with LanceDB's own static one."""

import json
import statistics
import time

from lancedb.remote.header import StaticHeaderProvider
from lancedb_auth import header_provider

CALLS = 500


def microseconds_each(provider):
    get_headers = provider.get_headers
    started = time.perf_counter()
    for _ in range(CALLS):
        get_headers()
    return (time.perf_counter() - started) / CALLS * 1e6


ours = header_provider("db://demo")
static = StaticHeaderProvider(ours.get_headers())
times = [(microseconds_each(ours), microseconds_each(static)) for _ in range(200)]
print(json.dumps({"ours": statistics.median(t[0] for t in times), "baseline": statistics.median(t[1] for t in times)}))
