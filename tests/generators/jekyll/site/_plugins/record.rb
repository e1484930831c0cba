require "json"

# Writes what Jekyll knows of each page and document it wrote.
Jekyll::Hooks.register :site, :post_write do |site|
  documents = site.collections.values.select(&:write?).flat_map(&:docs)
  written = (site.pages + documents).select { |item| item.output_ext == ".html" && File.file?(item.destination(site.dest)) }
  rows = written.map do |item|
    date = item.data["date"]
    date = nil if date == site.time # what a document without a date is given
    {
      "source" => item.path.delete_prefix("#{site.source}/"),
      "address" => site.baseurl + item.url,
      "title" => item.data["title"],
      "date" => date.respond_to?(:iso8601) ? Time.at(date.to_time).iso8601 : date,
    }
  end
  rows = rows.select { |row| row["source"].match?(/\.(md|mkdn?|mkdown|markdown)\z/i) }
  File.write(File.join(site.dest, "record.json"), JSON.pretty_generate(rows))
end
