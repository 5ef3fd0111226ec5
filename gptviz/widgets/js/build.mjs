// Every file of explorers/ becomes one self-contained module and one style sheet in ../static/. Same sources, same bytes.
// node build.mjs [FOLDER [NAME …]]: into another folder, or only some explorers.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build } from "esbuild";

const colors = JSON.parse(readFileSync("../../figures/colors.json", "utf8"));
const variables = Object.entries(colors).map(([name, { light, dark }]) => `--gv-${name}:light-dark(${light},${dark})`);

const [outdir = "../static", ...only] = process.argv.slice(2);
const explorers = readdirSync("explorers").filter((file) => file.endsWith(".js") && (!only.length || only.includes(file.slice(0, -3))));

const { outputFiles } = await build({
  entryPoints: explorers.map((file) => `explorers/${file}`).concat("core/offline.js"),
  outdir,
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "esm",
  charset: "utf8",
  legalComments: "none",
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  write: false,
});
for (const { path, text } of outputFiles) {
  const content = path.endsWith(".css") ? `.gptviz{${variables.join(";")}}\n${text}` : text;
  writeFileSync(path, content);
  console.log(basename(path), content.length, "bytes");
}
