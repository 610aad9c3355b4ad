#!/usr/bin/env bash
# Builds the libraries that Windows programs are linked with and that Debian has no cross build of, once, and prints the
# folder in which they stand: scripts/windows/libraries.sh x86_64|i686
# A result is kept by version, options and compiler in ${UKEY_CACHE:-~/.cache/ukey-bridge}; nothing of it is in the repository.
# The exit status is 69 where Debian's source packages cannot be had.
set -euo pipefail
arch=$1
case $arch in
  x86_64) openssl_target=mingw64 ;;
  i686) openssl_target=mingw ;;
  *) echo "no such processor: $arch" >&2; exit 2 ;;
esac
cache=${UKEY_CACHE:-$HOME/.cache/ukey-bridge}/windows
tools=$arch-w64-mingw32
compiler="ccache $tools-gcc-posix"

# What the programs do not call is left out: it takes time to build, and what is not there has no holes.
openssl_options=(no-shared no-tests no-module no-legacy no-engine no-dso no-uplink no-async no-autoload-config no-comp
  no-srp no-psk no-srtp no-nextprotoneg no-dtls no-ssl3 no-tls1 no-tls1_1 no-ct no-cmp no-ui-console no-idea no-seed
  no-camellia no-aria no-bf no-cast no-rc2 no-rc4 no-md4 no-mdc2 no-whirlpool no-rmd160 no-gost no-scrypt no-siphash
  no-ec2m no-dsa -D_WIN32_WINNT=0x0A00)
# Where it would look for its configuration and for code to load, written into the programs: a name that no Windows can give to a file,
# for C:\ is open to all users. Configure takes C:/... for relative and puts a folder of this machine before it; make takes it as it is.
openssl_folders=('OPENSSLDIR=C:/<none>' 'ENGINESDIR=C:/<none>' 'MODULESDIR=C:/<none>')
sqlite_options=(-O2 -DSQLITE_THREADSAFE=1 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_DQS=0)

# A view of the source packages of its own: the machine's lists stay as they are.
view=$cache/sources
mkdir -p "$view/lists/partial" "$view/parts" "$view/tar"
exec 9>"$cache/lock"
flock 9
for list in /etc/apt/sources.list.d/*.sources; do
  [ -e "$list" ] && sed 's/^Types: .*/Types: deb-src/' "$list" >"$view/parts/$(basename "$list")"
done
if [ -s /etc/apt/sources.list ]; then sed -E 's/^deb(-src)? /deb-src /' /etc/apt/sources.list >"$view/parts/machine.list"; fi
apt_view=(-qq -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$view/parts" -o "Dir::State::lists=$view/lists")

source_of() {  # PACKAGE: the name of its newest original archive, fetched when it is not here yet
  local found
  found=$(find "$view/tar" -name "$1_*.orig.tar.*" ! -name '*.asc' | sort -V | tail -1)
  if [ -z "$found" ]; then
    # --tar-only: an archive whose other parts a mirror does not have yet is fetched all the same.
    { apt-get "${apt_view[@]}" update && (cd "$view/tar" && apt-get "${apt_view[@]}" source --download-only --tar-only "$1"); } >&2 || exit 69
    found=$(find "$view/tar" -name "$1_*.orig.tar.*" ! -name '*.asc' | sort -V | tail -1)
  fi
  echo "$found"
}
openssl=$(source_of openssl)
sqlite=$(source_of sqlite3)
[ -n "$openssl" ] && [ -n "$sqlite" ] || exit 69
id=$(printf '%s\n' "$arch" "$(basename "$openssl")" "$(basename "$sqlite")" "${openssl_options[*]}" "${openssl_folders[*]}" "${sqlite_options[*]}" \
  "$("$tools-gcc-posix" -dumpfullversion)" "$(sed -n '/^work=/,$p' "$0")" | sha256sum | cut -c1-16)
prefix=$cache/$arch-$id
if [ -e "$prefix/complete" ]; then echo "$prefix"; exit 0; fi

work=$(mktemp -d "$cache/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
rm -rf "$prefix"
mkdir -p "$prefix/include" "$prefix/lib"
jobs=$(nproc)

mkdir "$work/openssl"
tar -xf "$openssl" -C "$work/openssl" --strip-components=1
(
  cd "$work/openssl"
  export SOURCE_DATE_EPOCH=0  # It would write down when it was built.
  export CC="$compiler" AR="$tools-ar" RANLIB="$tools-ranlib" RC="$tools-windres"
  ./Configure $openssl_target --prefix="$prefix" --libdir=lib "${openssl_options[@]}"
  make -j"$jobs" "${openssl_folders[@]}" build_libs
  make "${openssl_folders[@]}" install_dev
) >"$work/openssl.log" 2>&1 || { tail -30 "$work/openssl.log" >&2; exit 1; }

mkdir "$work/sqlite"
tar -xf "$sqlite" -C "$work/sqlite" --strip-components=1
(
  cd "$work/sqlite"
  ./configure --disable-tcl --disable-readline
  make sqlite3.c
  $compiler "${sqlite_options[@]}" -c sqlite3.c -o sqlite3.o
  "$tools-ar" rcs "$prefix/lib/libsqlite3.a" sqlite3.o
  cp sqlite3.h "$prefix/include/"
) >"$work/sqlite.log" 2>&1 || { tail -30 "$work/sqlite.log" >&2; exit 1; }

# Debian's header-only libraries are the same for every system, but /usr/include as a whole must not be seen.
for library in boost nlohmann spdlog fmt valijson CLI; do ln -s "/usr/include/$library" "$prefix/include/$library"; done
touch "$prefix/complete"
echo "$prefix"
