module.exports = { title: "A post", permalink: "/blog/{{ page.fileSlug }}/" };
