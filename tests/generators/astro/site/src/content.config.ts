import { defineCollection, z } from "astro:content";
import { glob } from "astro/loaders";

const schema = z.object({
  title: z.string().optional(),
  pubDate: z.coerce.date().optional(),
  date: z.coerce.date().optional(),
  draft: z.boolean().default(false),
});

export const collections = {
  blog: defineCollection({ loader: glob({ pattern: "**/*.{md,mdx}", base: "./src/content/blog" }), schema }),
  guide: defineCollection({ loader: glob({ pattern: "**/[^_]*.md", base: "./src/content/guide" }), schema }),
};
