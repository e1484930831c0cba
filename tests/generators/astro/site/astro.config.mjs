import mdx from "@astrojs/mdx";
import { defineConfig } from "astro/config";

export default defineConfig({
  site: "https://harbour.example",
  base: "/museum",
  trailingSlash: "always",
  integrations: [mdx()],
});
