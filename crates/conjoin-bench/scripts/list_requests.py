"""Lists all vault connections with requests, page after page, and prints how many came."""
import sys

import requests

base, key, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
session = requests.Session()
session.headers["x-pica-secret"] = key

rows = []
for active in ("true", "false"):
    page, pages = 1, 1
    while page <= pages:
        query = {"limit": limit, "page": page, "active": active}
        answer = session.get(f"{base}/v1/vault/connections", params=query, timeout=30)
        answer.raise_for_status()
        body = answer.json()
        rows += body["rows"]
        page, pages = page + 1, body["pages"]
print(len(rows))
