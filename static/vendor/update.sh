#!/bin/sh
# Rebuild everything below static/vendor and the icon sprite. For maintainers: users never need node.
# Usage: static/vendor/update.sh   (needs npm; downloads into a temporary directory)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
icons=$here/../icons
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' > package.json
npm install --no-audit --no-fund --save-exact --ignore-scripts \
    @tabler/core@1.6.1 @tabler/icons@3.51.0 uplot@1.6.32 @novnc/novnc@1.7.0 \
    @xterm/xterm@6.0.0 @xterm/addon-fit@0.11.0 @xterm/addon-search@0.16.0 @spice-project/spice-html5@0.2.1 \
    @devolutions/iron-remote-desktop-rdp@0.7.0 \
    @fontsource-variable/inter@5.3.0 @fontsource-variable/geist-mono@5.3.0 esbuild@0.28.2
node_modules/.bin/esbuild node_modules/@novnc/novnc/core/rfb.js --bundle --format=esm --minify \
    --legal-comments=inline --outfile=novnc.js
# Readable, so that it can be changed as its licence says; its connections are made by static/js/spice_socket.js.
spice=@spice-project/spice-html5/src
printf '%s\n' "export { SpiceMainConn } from \"$spice/main.js\";" "export { Constants } from \"$spice/enums.js\";" \
    "export * as Messages from \"$spice/spicemsg.js\";" > spice-entry.js
node_modules/.bin/esbuild spice-entry.js --bundle --format=esm --define:WebSocket=globalThis.SpiceSocket \
    --legal-comments=inline --outfile=spice.js
# Its WebAssembly comes as a data: address, which our pages refuse: it becomes a file beside the script. Its connection
# and what it sends are made by static/js/rdp_socket.js.
iron=node_modules/@devolutions/iron-remote-desktop-rdp/iron-remote-desktop-rdp.js
node --input-type=module - "$iron" iron.js iron.wasm <<'JS'
import { readFileSync, writeFileSync } from "node:fs";
const [from, script, wasm] = process.argv.slice(2);
let found = 0;
const text = readFileSync(from, "utf8").replace(/"data:application\/wasm;base64,([A-Za-z0-9+/=]+)"/g, (_, bytes) => {
  found += 1;
  writeFileSync(wasm, Buffer.from(bytes, "base64"));
  return 'new URL("ironrdp.wasm", import.meta.url)';
});
if (found !== 1) throw new Error(`WebAssembly was found ${found} times`);
writeFileSync(script, text);
JS
printf '%s\n' 'export { Backend, displayControl, enableCredssp, init } from "./iron.js";' > iron-entry.js
node_modules/.bin/esbuild iron-entry.js --bundle --format=esm --minify --define:WebSocket=globalThis.RdpSocket \
    --define:Blob=globalThis.RdpMessage --legal-comments=inline --outfile=ironrdp.js
node "$here/update.mjs" "$work" "$here" "$icons"
