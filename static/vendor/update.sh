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
    @xterm/xterm@6.0.0 @xterm/addon-fit@0.11.0 @spice-project/spice-html5@0.2.1 \
    @fontsource-variable/inter@5.3.0 @fontsource-variable/geist-mono@5.3.0 esbuild@0.28.2
node_modules/.bin/esbuild node_modules/@novnc/novnc/core/rfb.js --bundle --format=esm --minify \
    --legal-comments=inline --outfile=novnc.js
# Readable, so that it can be changed as its licence says; its connections are made by static/js/spice_socket.js.
spice=@spice-project/spice-html5/src
printf '%s\n' "export { SpiceMainConn } from \"$spice/main.js\";" "export { Constants } from \"$spice/enums.js\";" \
    "export * as Messages from \"$spice/spicemsg.js\";" > spice-entry.js
node_modules/.bin/esbuild spice-entry.js --bundle --format=esm --define:WebSocket=globalThis.SpiceSocket \
    --legal-comments=inline --outfile=spice.js
node "$here/update.mjs" "$work" "$here" "$icons"
