#!/bin/sh
# `npx -y pnpm@12 …` installs and builds first. For a reader of these tests that is done: it is the program, or the root's
# script, alone. Other programs are npx's own matter, as far as they are installed; nothing is fetched.
case "$*" in
  "-y pnpm@12 -s sisyphus "*)
    shift 4
    exec sisyphus "$@" ;;
  "-y pnpm@12 db:"*)
    script=$(node -p "require('./package.json').scripts['$3']")
    shift 3
    PATH="$PWD/node_modules/.bin:$PATH" exec sh -c "$script \"\$@\"" sh "$@" ;;
esac
PATH=${PATH#"$(dirname "$0"):"} exec npx --no -- "$@"
