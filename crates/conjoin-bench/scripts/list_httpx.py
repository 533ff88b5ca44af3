"""Lists all vault connections with httpx, the pages after the first at once, and prints how many came."""
import asyncio
import sys

import httpx

base, key, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])


async def walk(client, active):
    async def page(number):
        query = {"limit": limit, "page": number, "active": active}
        answer = await client.get("/v1/vault/connections", params=query)
        answer.raise_for_status()
        return answer.json()

    first = await page(1)
    rest = await asyncio.gather(*(page(number) for number in range(2, first["pages"] + 1)))
    return [row for body in (first, *rest) for row in body["rows"]]


async def main():
    async with httpx.AsyncClient(base_url=base, headers={"x-pica-secret": key}, timeout=30) as client:
        walks = await asyncio.gather(walk(client, "true"), walk(client, "false"))
    print(sum(map(len, walks)))


asyncio.run(main())
