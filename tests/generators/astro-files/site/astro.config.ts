import { defineConfig } from "astro/config";

export default defineConfig({
  site: "https://harbour.example/museum",
  base: "/museum/",
  trailingSlash: "never",
  build: { format: "file" },
  legacy: { collections: true },
  i18n: { defaultLocale: "en", locales: ["en", "fr"] },
});
