"""Counts the penguins once a second, for two minutes or as many seconds as are given: long enough to outlive a token."""

import sys
import time

import lancedb

seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 120
penguins = lancedb.connect("db://demo").open_table("penguins")

for second in range(1, seconds + 1):
    print(f"{second:4} s   {penguins.count_rows()} penguins", flush=True)
    time.sleep(1)
