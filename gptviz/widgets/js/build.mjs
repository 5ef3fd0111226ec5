// Every file of explorers/ becomes one self-contained module and one style sheet in ../static/; so do the slides. Same sources, same bytes.
// node build.mjs [FOLDER [NAME …]]: into another folder, or only some explorers.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build } from "esbuild";

const colors = JSON.parse(readFileSync("../../figures/colors.json", "utf8"));
const variables = Object.entries(colors).map(([name, { light, dark }]) => `--gv-${name}:light-dark(${light},${dark})`);

const [outdir = "../static", ...only] = process.argv.slice(2);
const explorers = readdirSync("explorers").filter((file) => file.endsWith(".js") && (!only.length || only.includes(file.slice(0, -3))));

// Several explorers stand on one page, each with its style sheet: what is not of core/explorer.css holds in its own explorer only.
const scoped = (explorer) => ({
  name: "scoped",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (path.endsWith("core/explorer.css") || path.endsWith("reveal.css")) return { contents: text, loader: "css" };
      const imports = text.match(/^@import .*$/gm) ?? [];
      const rules = text.replace(/^@import .*$/gm, "").replace(/(?<=^|,)(\s*)\.gptviz /gm, "$1&.gptviz ");
      return { contents: `${imports.join("\n")}\n[data-explorer="${explorer}"] {\n${rules}\n}`, loader: "css" };
    });
  },
});

const one = (entry) => ({
  entryPoints: [entry],
  outdir,
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "esm",
  charset: "utf8",
  legalComments: "none",
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  write: false,
  plugins: [scoped(basename(entry, ".js"))],
});
const entries = explorers.map((file) => `explorers/${file}`).concat("core/offline.js", "slides.js");
const outputFiles = (await Promise.all(entries.map((entry) => build(one(entry))))).flatMap((result) => result.outputFiles);
for (const { path, text } of outputFiles) {
  const content = path.endsWith(".css") && !path.endsWith("slides.css") ? `.gptviz{${variables.join(";")}}\n${text}` : text;
  writeFileSync(path, content);
  console.log(basename(path), content.length, "bytes");
}
