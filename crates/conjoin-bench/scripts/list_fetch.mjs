// Lists all vault connections with fetch, page after page, and prints how many came.
const [base, key, limit] = process.argv.slice(2);

const rows = [];
for (const active of ["true", "false"]) {
  for (let page = 1, pages = 1; page <= pages; page++) {
    const query = new URLSearchParams({ limit, page, active });
    const answer = await fetch(`${base}/v1/vault/connections?${query}`, { headers: { "x-pica-secret": key } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const body = await answer.json();
    rows.push(...body.rows);
    pages = body.pages;
  }
}
console.log(rows.length);
