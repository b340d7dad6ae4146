"""An unchanged program: lists, searches and counts."""

import lancedb

db = lancedb.connect("db://demo")
table = db.open_table("penguins")
found = table.search([0.6, 0.3, 0.8, 0.8]).limit(3).to_list()
print(list(db.table_names()), len(found), table.count_rows())
