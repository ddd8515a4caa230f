// Copy the chosen files of the downloaded packages, note their hashes, draw the icon sprite. Called by update.sh.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [work, vendor, icons] = process.argv.slice(2);
const modules = join(work, "node_modules");

/** Packages: directory, npm name, licence file, and [file below the package, name here]. */
const PACKAGES = [
  { dir: "tabler", npm: "@tabler/core", license: "LICENSE.tabler",
    files: [["dist/css/tabler.min.css", "tabler.min.css"], ["dist/js/tabler.min.js", "tabler.min.js"]] },
  { dir: "tabler-icons", npm: "@tabler/icons", license: "LICENSE", files: [] },
  { dir: "uplot", npm: "uplot", license: "LICENSE",
    files: [["dist/uPlot.esm.js", "uPlot.esm.js"], ["dist/uPlot.d.ts", "uPlot.esm.d.ts"],
            ["dist/uPlot.min.css", "uPlot.min.css"]] },
  { dir: "novnc", npm: "@novnc/novnc", license: "LICENSE.txt", files: [["../../../novnc.js", "novnc.js"], ["AUTHORS", "AUTHORS"], ["docs/LICENSE.MPL-2.0", "LICENSE.MPL-2.0"],
            ["vendor/pako/LICENSE", "LICENSE.pako"]] },
  { dir: "xterm", npm: "@xterm/xterm", license: "LICENSE",
    files: [["lib/xterm.mjs", "xterm.mjs"], ["css/xterm.css", "xterm.css"]] },
  { dir: "xterm-fit", npm: "@xterm/addon-fit", license: "LICENSE", files: [["lib/addon-fit.mjs", "addon-fit.mjs"]] },
  { dir: "xterm-search", npm: "@xterm/addon-search", license: "LICENSE",
    files: [["lib/addon-search.mjs", "addon-search.mjs"]] },
  { dir: "spice", npm: "@spice-project/spice-html5", license: "COPYING.LESSER",
    files: [["../../../spice.js", "spice.js"], ["COPYING", "COPYING"]] },
  { dir: "ironrdp", npm: "@devolutions/iron-remote-desktop-rdp", license: "LICENSE.ironrdp",
    files: [["../../../ironrdp.js", "ironrdp.js"], ["../../../iron.wasm", "ironrdp.wasm"]] },
  { dir: "inter", npm: "@fontsource-variable/inter", license: "LICENSE",
    files: [["files/inter-latin-opsz-normal.woff2", "inter-latin.woff2"],
            ["files/inter-latin-ext-opsz-normal.woff2", "inter-latin-ext.woff2"]] },
  { dir: "geist-mono", npm: "@fontsource-variable/geist-mono", license: "LICENSE",
    files: [["files/geist-mono-latin-wght-normal.woff2", "geist-mono-latin.woff2"]] },
];

/** The maps are not shipped, and static file storages refuse a pointer to a missing file. */
function withoutSourceMap(name, bytes) {
  if (!/\.(css|m?js)$/.test(name)) return bytes;
  return Buffer.from(bytes.toString("utf8").replace(/\n?(\/\*|\/\/)# sourceMappingURL=.*?(\*\/)?\s*$/, "\n"));
}

function license(pack, root) {
  try {
    return readFileSync(join(root, pack.license));
  } catch {
    return readFileSync(join(vendor, "licences", pack.license)); // packages that ship none
  }
}

function take(pack) {
  const root = join(modules, pack.npm);
  const meta = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const target = join(vendor, pack.dir);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const sha256 = {};
  const put = (name, bytes) => {
    writeFileSync(join(target, name), bytes);
    sha256[name] = createHash("sha256").update(bytes).digest("hex");
  };
  for (const [from, name] of pack.files) {
    put(name, withoutSourceMap(name, readFileSync(join(root, from))));
  }
  put("LICENSE", license(pack, root));
  const record = { name: meta.name, version: meta.version, license: meta.license,
    source: `npm:${meta.name}@${meta.version}`, sha256 };
  writeFileSync(join(target, "vendor.json"), `${JSON.stringify(record, null, 2)}\n`);
}

/** One <symbol> an icon; colour and stroke come from the page, so that an icon takes the colour of its text. */
function symbol(name) {
  const filled = name.startsWith("filled/");
  const base = filled ? name.slice(7) : name;
  const svg = readFileSync(join(modules, "@tabler/icons/icons", filled ? "filled" : "outline", `${base}.svg`), "utf8");
  const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/<svg[\s\S]*?>/, "").replace("</svg>", "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s*\n\s*/g, "");
  const paint = filled ? ' fill="currentColor" stroke="none"' : "";
  return `<symbol id="${base}${filled ? "-filled" : ""}" viewBox="0 0 24 24"${paint}>${inner}</symbol>`;
}

PACKAGES.forEach(take);
const names = readFileSync(join(icons, "icons.txt"), "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
writeFileSync(join(icons, "sprite.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">\n${names.map(symbol).join("\n")}\n</svg>\n`);
