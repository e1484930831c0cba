const fs = require("node:fs");
const path = require("node:path");

// Writes what Hexo knows of each post and page it wrote.
hexo.extend.filter.register("before_exit", function () {
  const rows = [];
  for (const kind of ["Post", "Page"]) {
    for (const item of hexo.model(kind).toArray()) {
      const file = path.join(hexo.public_dir, item.path.replace(/(^|\/)$/, "$1index.html"));
      if (!/\.(md|mkdn?|markdown)$/.test(item.source) || !fs.existsSync(file)) continue;
      const fromFile = Math.abs(Date.now() - item.date.valueOf()) < 86_400_000; // it has no date of its own
      rows.push({
        source: "source/" + item.source,
        address: fromFile ? null : new URL(item.permalink).pathname.replace(/\/{2,}/g, "/").replace(/\/index\.html$/, "/"),
        title: item.title || null,
        date: fromFile ? null : item.date.clone().tz(hexo.config.timezone).format(),
      });
    }
  }
  fs.writeFileSync(path.join(hexo.public_dir, "record.json"), JSON.stringify(rows, null, 1));
});
