// Bundles what the pages need into ../static/bundle: `node build.mjs`, or `node build.mjs --watch` while drawing.
import { build, context } from "esbuild";
import { lighterFonts } from "./fonts.mjs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, "..", "static", "bundle");
const watch = process.argv.includes("--watch");

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: here,
  entryPoints: [
    { in: "js/app.js", out: "app" },
    { in: "css/app.css", out: "app" },
    { in: "js/embed/main.js", out: "embed" },
    { in: "css/embed.css", out: "embed" },
    { in: "js/studio/main.js", out: "studio" },
    { in: "js/verify/page.js", out: "verify" },
    { in: "js/care/queue.js", out: "care" },
    { in: "js/studio/zip.js", out: "zip" },
    { in: "js/comments/main.js", out: "comments" },
    { in: "js/registry/page.js", out: "registry" },
  ],
  outdir,
  bundle: true,
  format: "esm",
  target: ["es2022", "chrome109", "firefox115", "safari16.4"],
  minify: !watch,
  legalComments: "linked",
  loader: { ".woff2": "file", ".svg": "file" },
  assetNames: "fonts/[name]",
  logLevel: "warning",
  plugins: [lighterFonts],
};

await rm(outdir, { recursive: true, force: true });
if (watch) {
  const live = await context(options);
  await live.watch();
} else {
  await build(options);
}
