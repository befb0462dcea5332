#!/bin/sh
# Runs uv with the given arguments. If there is no uv that understands this project, a pinned one is fetched
# first into .tools/ with pip, once; nothing is installed outside the project folder.
# On Windows, or wherever uv is at hand, call uv itself: this script adds nothing to it.
set -eu

version=0.13.8
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
home=$root/.tools/uv-$version

# Not its version but whether it can read our pyproject.toml and uv.lock: that also finds a broken shim out.
understands_project() {
    "$1" --project "$root" export --frozen --quiet --no-emit-project >/dev/null 2>&1
}

fetch() {
    python=$(command -v python3 || command -v python) || {
        echo "uv is not installed, and there is no python3 to fetch it with." >&2
        echo "Install Python 3.11 or newer, or uv: https://docs.astral.sh/uv/" >&2
        exit 1
    }
    echo "No usable uv here: fetching uv $version into ${home#"$root"/} (once) ..." >&2
    fresh=$home.$$
    trap 'rm -rf "$fresh"; echo "Could not fetch uv. To install it: https://docs.astral.sh/uv/" >&2' EXIT
    trap 'exit 1' HUP INT TERM
    # --target needs no venv module (Debian keeps it apart) and is allowed where the system Python is locked.
    if "$python" -m pip --version >/dev/null 2>&1; then
        PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
            "$python" -m pip install --quiet --no-deps --only-binary=:all: \
            --target "$fresh" "uv==$version" >&2
    elif "$python" -m venv "$fresh" >/dev/null 2>&1; then
        "$fresh/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
            --only-binary=:all: "uv==$version" >&2
    else
        echo "$python has neither pip nor venv. On Debian: apt-get install python3-pip" >&2
        exit 1
    fi
    # Whole or not at all: an interrupted download leaves no half-filled folder behind.
    rm -rf "$home"
    mv "$fresh" "$home"
    trap - EXIT HUP INT TERM
}

uv=$(command -v uv || true)
if [ -z "$uv" ] || ! understands_project "$uv"; then
    uv=$home/bin/uv
    [ -x "$uv" ] || fetch
fi
exec "$uv" "$@"
