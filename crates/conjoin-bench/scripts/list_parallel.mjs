// Lists all vault connections with fetch, the pages after the first at once, and prints how many came.
const [base, key, limit] = process.argv.slice(2);

async function page(active, number) {
  const query = new URLSearchParams({ limit, page: number, active });
  const answer = await fetch(`${base}/v1/vault/connections?${query}`, { headers: { "x-pica-secret": key } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

async function walk(active) {
  const first = await page(active, 1);
  const rest = Array.from({ length: first.pages - 1 }, (_, at) => page(active, at + 2));
  return [first, ...(await Promise.all(rest))].flatMap((body) => body.rows);
}

const walks = await Promise.all([walk("true"), walk("false")]);
console.log(walks.flat().length);
