# The Python client's walk over the tests' LanceDB server; prints one line of JSON.
import json
import os

import lancedb
from lancedb.remote import ClientConfig
from lancedb.remote.header import StaticHeaderProvider

token = os.environ["TEST_TOKEN"]
provider = StaticHeaderProvider({"authorization": f"Bearer {token}"})
db = lancedb.connect(
    "db://demo",
    api_key="",
    host_override=os.environ["TEST_HOST"],
    client_config=ClientConfig(header_provider=provider),
)
birds = [{"name": name, "vector": [float(index), 1.0]} for index, name in enumerate(["ada", "bea", "cid"])]
table = db.create_table("birds", birds)
table.add([{"name": "dot", "vector": [3.0, 1.0]}])
opened = db.open_table("birds")
seen = {
    "names": sorted(db.table_names()),
    "columns": opened.schema.names,
    "nearest": [row["name"] for row in opened.search([2.1, 1.0]).limit(2).to_list()],
    "filtered": opened.search([0.0, 1.0]).where("name > 'c'").select(["name"]).limit(5).to_arrow()["name"].to_pylist(),
    "rows": opened.count_rows(),
    "some": opened.count_rows("name < 'c'"),
}
try:
    db.create_table("birds", birds)
except Exception as error:
    seen["again"] = "already exists" in str(error)
try:
    db.open_table("nothing")
except Exception as error:
    seen["missing"] = "not found" in str(error)
db.drop_table("birds")
seen["left"] = db.table_names()
print(json.dumps(seen))
