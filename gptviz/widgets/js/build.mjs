// Every file of explorers/ becomes one self-contained module and one style sheet in ../static/ (or the folder given). Same sources, same bytes.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build } from "esbuild";

const colors = JSON.parse(readFileSync("../../figures/colors.json", "utf8"));
const variables = Object.entries(colors).map(([name, { light, dark }]) => `--gv-${name}:light-dark(${light},${dark})`);

const { outputFiles } = await build({
  entryPoints: readdirSync("explorers").filter((file) => file.endsWith(".js")).map((file) => `explorers/${file}`).concat("core/offline.js"),
  outdir: process.argv[2] ?? "../static",
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
