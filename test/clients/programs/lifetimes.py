"""Counts the penguins over two connections of its own, again and again, until the file exists whose path is given. What fails is
told at the end, and does not end it."""

import json
import os
import sys
import time

import lancedb

tables = [lancedb.connect("db://demo").open_table("penguins") for _ in range(2)]
print("ready", flush=True)
requests, failures = 0, []
while not os.path.exists(sys.argv[1]):
    for table in tables:
        try:
            requests += 1
            table.count_rows()
        except Exception as error:
            failures.append(repr(error))
    time.sleep(0.2)
print(json.dumps({"requests": requests, "failures": failures}))
