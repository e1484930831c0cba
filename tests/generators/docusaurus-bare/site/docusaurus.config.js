const fs = require("node:fs");
const path = require("node:path");

// As links of the site have an address.
function withSlash({ baseUrl, trailingSlash }, address) {
  if (trailingSlash === undefined || address === baseUrl) return address;
  return address.replace(/\/?$/, trailingSlash ? "/" : "");
}

// Writes what Docusaurus knows of each document, post and page it wrote; of another language only what is translated.
function record({ i18n, siteConfig }) {
  const isTranslation = i18n.currentLocale !== i18n.defaultLocale;
  const rows = [];
  const add = ({ source, permalink, title, date, frontMatter }) => {
    if (source.startsWith("@site/i18n/") !== isTranslation) return;
    const own = date ?? frontMatter?.date;
    const address = withSlash(siteConfig, permalink)
    rows.push({ source: source.replace("@site/", ""), address, title, date: own ? new Date(own).toISOString() : null });
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
      for (const pages of Object.values(allContent["docusaurus-plugin-content-pages"] ?? {})) {
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
  trailingSlash: false,
  presets: [["classic", { docs: { sidebarPath: undefined }, blog: { onUntruncatedBlogPosts: "ignore" } }]],
  plugins: [
    record,
    ["@docusaurus/plugin-content-blog", { id: "log", path: "log", routeBasePath: "log", onUntruncatedBlogPosts: "ignore" }],
  ],
};
