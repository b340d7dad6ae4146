"""An unchanged program that is asynchronous: lists, searches and counts."""

import asyncio

import lancedb


async def main():
    db = await lancedb.connect_async("db://demo")
    table = await db.open_table("penguins")
    found = await table.query().nearest_to([0.6, 0.3, 0.8, 0.8]).limit(3).to_list()
    print(list(await db.table_names()), len(found), await table.count_rows())


asyncio.run(main())
