"""Microseconds of a request of LanceDB's client, by turns: an unchanged connect that the hook completes ("ours"), a static header,
LanceDB's own OAuth, and the provider class published with LanceDB. The server and the OAuth configuration come in BENCH_REQUESTS."""

import asyncio
import json
import os
import random
import statistics
import time

import lancedb
from lancedb.remote.header import OAuthProvider
from lancedb.remote.oauth import OAuthConfig

asked = json.loads(os.environ["BENCH_REQUESTS"])
host, oauth = asked["hostOverride"], asked["oauthConfig"]
headers = {"authorization": "Bearer " + "a" * 800, "x-lancedb-credential-type": "oidc"}
config = OAuthConfig(
    issuer_url=oauth["issuerUrl"],
    client_id=oauth["clientId"],
    client_secret=oauth["clientSecret"],
    scopes=oauth["scopes"],
)
published = OAuthProvider(lambda: {"access_token": "a" * 800, "expires_in": 3600})


async def connect(**options):
    return await lancedb.connect_async("db://bench", **options)


async def main():
    connections = {
        "ours": await connect(),
        "static": await connect(api_key="", host_override=host, client_config={"extra_headers": headers}),
        "ownOAuth": await connect(host_override=host, oauth_config=config),
        "published": await connect(api_key="", host_override=host, client_config={"header_provider": published}),
    }
    ways = [(name, await each.open_table("rows"), []) for name, each in connections.items()]
    for turn in range(2_200):
        # By chance, for what one leaves to be done falls to the next.
        for _, table, times in random.sample(ways, len(ways)):
            started = time.perf_counter()
            await table.count_rows()
            if turn >= 200:
                times.append((time.perf_counter() - started) * 1e6)
    print(json.dumps({name: statistics.median(times) for name, _, times in ways}))


asyncio.run(main())
