import { getCollection } from "astro:content";

// What Astro knows of each entry and page it writes.
export async function GET() {
  const rows = [];
  for (const collection of ["blog", "guide"]) {
    for (const { id, data, filePath } of await getCollection(collection, ({ data }) => !data.draft)) {
      const address = `/museum/${collection}/${id}/`;
      rows.push({ source: filePath, address, title: data.title, date: data.pubDate ?? data.date });
    }
  }
  const pages = import.meta.glob(["./**/*.md", "./**/*.mdx", "./**/*.markdown", "!./**/_*", "!./**/_*/**"], { eager: true });
  for (const { file, url, frontmatter } of Object.values(pages)) {
    const source = file.slice(file.indexOf("/src/pages/") + 1);
    const date = frontmatter.pubDate ?? frontmatter.date;
    rows.push({ source, address: url.endsWith("/") ? url : `${url}/`, title: frontmatter.title, date });
  }
  return new Response(JSON.stringify(rows, null, 1));
}
