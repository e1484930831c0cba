const fs = require("node:fs");
const path = require("node:path");

// Writes what Docusaurus knows of each document, post and page it wrote.
function record() {
  const rows = [];
  const add = ({ source, permalink, title, date, frontMatter }) => {
    const own = date ?? frontMatter?.date;
    rows.push({ source: source.replace("@site/", ""), address: permalink, title, date: own ? new Date(own).toISOString() : null });
  };
  return {
    name: "record",
    async allContentLoaded({ allContent }) {
      for (const { loadedVersions } of Object.values(allContent["docusaurus-plugin-content-docs"])) {
        for (const version of loadedVersions) version.docs.forEach(add);
      }
      for (const { blogPosts } of Object.values(allContent["docusaurus-plugin-content-blog"])) {
        blogPosts.forEach((post) => add(post.metadata));
      }
      for (const pages of Object.values(allContent["docusaurus-plugin-content-pages"])) {
        pages.filter((page) => page.type === "mdx").forEach(add);
      }
    },
    async postBuild({ outDir }) {
      fs.writeFileSync(path.join(outDir, "record.json"), JSON.stringify(rows, null, 1));
    },
  };
}

module.exports = {
  title: "Harbour Museum",
  url: "https://harbour.example",
  baseUrl: "/museum/",
  onBrokenLinks: "ignore",
  onDuplicateRoutes: "ignore",
  plugins: [record],
  presets: [
    [
      "classic",
      {
        docs: { routeBasePath: "guide", sidebarPath: undefined, exclude: ["**/_*.{md,mdx}", "**/_*/**", "attic/**"] },
        blog: { path: "news", routeBasePath: "news", onUntruncatedBlogPosts: "ignore", onInlineAuthors: "ignore" },
      },
    ],
  ],
};
