import fs from "node:fs";
import { viteBundler } from "@vuepress/bundler-vite";
import { defineUserConfig } from "vuepress";
import { path } from "vuepress/utils";

// Writes what VuePress knows of each page it wrote.
const record = {
  name: "record",
  onGenerated(app) {
    const rows = app.pages
      .filter((page) => page.filePathRelative)
      .map((page) => ({
        source: `docs/${page.filePathRelative}`,
        address: "/museum" + page.path,
        title: page.title || null,
        date: page.date === "0000-00-00" ? null : page.date,
      }));
    fs.writeFileSync(app.dir.dest("record.json"), JSON.stringify(rows, null, 1));
  },
};

export default defineUserConfig({
  base: "/museum/",
  title: "Harbour Museum",
  lang: "en-GB",
  locales: { "/": { lang: "en-GB" }, "/fr/": { lang: "fr-FR" } },
  pagePatterns: ["**/*.md", "!.vuepress", "!node_modules", "!attic"],
  bundler: viteBundler(),
  plugins: [record],
  theme: { name: "plain", layouts: { Layout: path.resolve(import.meta.dirname, "Plain.vue") } },
});
