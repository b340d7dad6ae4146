"""Microseconds of a call to the provider that the hook hands to LanceDB, by turns with LanceDB's own: the static one, and the one
for OAuth."""

import json
import statistics
import time

from lancedb.remote.header import OAuthProvider, StaticHeaderProvider
from lancedb_auth import header_provider

CALLS = 500


def microseconds_each(provider):
    get_headers = provider.get_headers
    started = time.perf_counter()
    for _ in range(CALLS):
        get_headers()
    return (time.perf_counter() - started) / CALLS * 1e6


ours = header_provider("db://demo")
ways = {
    "ours": ours,
    "static": StaticHeaderProvider(ours.get_headers()),
    "published": OAuthProvider(lambda: {"access_token": "a" * 800, "expires_in": 3600}),
}
times = {name: [] for name in ways}
for _ in range(200):
    for name, provider in ways.items():
        times[name].append(microseconds_each(provider))
print(json.dumps({name: statistics.median(each) for name, each in times.items()}))
