#!/bin/sh
# Fetches the third-party files we serve from the npm registry, builds the icon sprite and writes vendor.json.
# Run by `make vendor`. Changing a version here also means changing the paths in templates/layouts and css/theme.css.
set -eu
cd "$(dirname "$0")"
HTMX=2.0.11 BOOTSTRAP=5.3.9 ICONS=1.13.2 FONT=5.3.0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fetch() { # npm name, version -> $work/<plain name>/package
    mkdir -p "$work/$3"
    (cd "$work/$3" && npm pack --silent "$1@$2" >/dev/null && tar xzf ./*.tgz)
}
fetch htmx.org "$HTMX" htmx
fetch bootstrap "$BOOTSTRAP" bootstrap
fetch bootstrap-icons "$ICONS" icons
fetch @fontsource/be-vietnam-pro "$FONT" font

rm -rf htmx-* bootstrap-* be-vietnam-pro-*
mkdir "htmx-$HTMX" "bootstrap-$BOOTSTRAP" "bootstrap-icons-$ICONS" "be-vietnam-pro-$FONT"
cp "$work/htmx/package/LICENSE" "$work/htmx/package/dist/htmx.min.js" "htmx-$HTMX/"
cp "$work/bootstrap/package/LICENSE" "bootstrap-$BOOTSTRAP/"
# Only the base and the utility classes: components, tables and forms are our own theme's.
for part in reboot utilities; do
    # The source map is not shipped, so its comment would only cost a 404 in the browser's tools.
    sed '/^\/\*# sourceMappingURL/d' "$work/bootstrap/package/dist/css/bootstrap-$part.min.css" \
        >"bootstrap-$BOOTSTRAP/bootstrap-$part.min.css"
done
cp "$work/font/package/LICENSE" "be-vietnam-pro-$FONT/"
for subset in latin vietnamese; do for weight in 400 600; do
    cp "$work/font/package/files/be-vietnam-pro-$subset-$weight-normal.woff2" "be-vietnam-pro-$FONT/$subset-$weight.woff2"
done; done
cp "$work/icons/package/LICENSE" "bootstrap-icons-$ICONS/"

{
    echo '<svg xmlns="http://www.w3.org/2000/svg">'
    while read -r name; do
        sed -n "s|<svg .*viewBox=\"\([^\"]*\)\">|<symbol id=\"$name\" viewBox=\"\1\">|; s|</svg>|</symbol>|; s|^ *||; p" \
            "$work/icons/package/icons/$name.svg" | tr -d '\n'
        echo
    done <icons.txt
    echo '</svg>'
} >../img/icons.svg

entry() { # name, version, licence, source, files... -> one JSON object
    printf '  {"name": "%s", "version": "%s", "licence": "%s", "source": "%s", "files": {' "$1" "$2" "$3" "$4"
    shift 4
    comma=''
    for file in "$@"; do
        printf '%s\n    "%s": "%s"' "$comma" "$file" "$(sha256sum "$file" | cut -d' ' -f1)"
        comma=,
    done
    printf '\n  }}'
}
npm_url=https://www.npmjs.com/package
{
    echo '['
    entry htmx.org "$HTMX" 0BSD "$npm_url/htmx.org" "htmx-$HTMX"/*
    echo ,
    entry bootstrap "$BOOTSTRAP" MIT "$npm_url/bootstrap" "bootstrap-$BOOTSTRAP"/*
    echo ,
    entry bootstrap-icons "$ICONS" MIT "$npm_url/bootstrap-icons" "bootstrap-icons-$ICONS"/* ../img/icons.svg
    echo ,
    entry be-vietnam-pro "$FONT" OFL-1.1 "$npm_url/@fontsource/be-vietnam-pro" "be-vietnam-pro-$FONT"/*
    printf '\n]\n'
} >vendor.json
