"""An unchanged program with threads that share a connection and make their own: lists, searches and counts."""

from concurrent.futures import ThreadPoolExecutor

import lancedb

shared = lancedb.connect("db://demo")


def work(number):
    db = shared if number % 2 else lancedb.connect("db://demo")
    table = db.open_table("penguins")
    found = table.search([0.6, 0.3, 0.8, 0.8]).limit(3).to_list()
    return list(db.table_names()), len(found), table.count_rows()


with ThreadPoolExecutor(8) as pool:
    first, *others = pool.map(work, range(8))
assert all(each == first for each in others)
print(*first)
