const fs = require("node:fs");

module.exports = function (config) {
  config.addGlobalData("layout", "plain.njk");

  // Writes what Eleventy knows of each page it wrote.
  config.on("eleventy.after", ({ directories, results }) => {
    const rows = results
      .filter((result) => /\.(md|mkdn?|markdown)$/.test(result.inputPath))
      .map((result) => {
        const record = /<script type="application\/json" id="record">(.*?)<\/script>/s.exec(result.content);
        const { title, date } = JSON.parse(record[1]);
        const source = result.inputPath.replace(/^\.\//, "");
        const fromFile = Math.abs(Date.now() - Date.parse(date)) < 86_400_000; // it has no date of its own
        return { source, address: "/museum" + result.url, title, date: fromFile ? null : date };
      });
    fs.writeFileSync(directories.output + "record.json", JSON.stringify(rows, null, 1));
  });

  config.addFilter("json", (value) => JSON.stringify(value ?? null).replaceAll("<", "\\u003c"));
  config.addPreprocessor("drafts", "md", (data) => (data.draft ? false : undefined));
};

module.exports.config = { pathPrefix: "/museum/" };
