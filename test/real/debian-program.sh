#!/bin/sh
# Prints where a program is: on PATH, or else unpacked from its Debian package under .cache/.
# Neither needs root nor changes the system: apt-get keeps its lists in .cache/ too, and what
# the package needs and this machine has not is unpacked beside it.
set -eu

package=$1
program=$2

fail() {
  echo "$program is not on PATH, and $1: install Debian's $package by hand" >&2
  exit 1
}

if command -v "$program"; then exit 0; fi

cache=$(cd "$(dirname "$0")/../.." && pwd)/.cache/debian
unpacked=$cache/$package
if [ -x "$unpacked/$program" ]; then
  echo "$unpacked/$program"
  exit 0
fi
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
  fail 'this is no Debian'

work=$cache/$package.$$
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache/lists/partial" "$cache/archives/partial" "$work/packages" "$work/root"

apt() {
  apt-get -qq -o Debug::NoLocking=1 -o APT::Sandbox::User= -o Dir::Cache="$cache" "$@"
}

# The package and those it needs that are not installed, by name.
wanted() {
  apt "$@" --print-uris --yes --no-install-recommends install "$package" |
    sed -n "s/^'[^']*' \([^_]*\)_.*/\1/p"
}

download() {
  names=$(wanted "$@") && [ -n "$names" ] &&
    (cd "$work/packages" && apt "$@" download $names >&2)
}

own=Dir::State::Lists=$cache/lists
# The machine's own lists may be absent, as in images, or too old.
download 2>/dev/null ||
  { apt -o "$own" update >&2 && download -o "$own"; } ||
  fail 'its package cannot be had (see above)'

for file in "$work"/packages/*.deb; do dpkg-deb -x "$file" "$work/root"; done
[ -x "$work/root/usr/bin/$program" ] || [ -x "$work/root/usr/sbin/$program" ] ||
  fail "its package has no $program"
cat >"$work/$program" <<'WRAPPER'
#!/bin/sh
root=$(cd "$(dirname "$0")" && pwd)/root
for folder in "$root"/usr/lib/*-linux-* "$root"/lib/*-linux-* "$root"/*/*/*-linux-*/systemd; do
  LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
done
export LD_LIBRARY_PATH
PYTHONPATH=$root/usr/lib/python3/dist-packages
export PYTHONPATH
program=$(basename "$0")
for folder in bin sbin; do
  [ -x "$root/usr/$folder/$program" ] && exec "$root/usr/$folder/$program" "$@"
done
WRAPPER
chmod +x "$work/$program"
rm -r "$work/packages"
mv -T "$work" "$unpacked" 2>/dev/null || [ -x "$unpacked/$program" ]
echo "$unpacked/$program"
