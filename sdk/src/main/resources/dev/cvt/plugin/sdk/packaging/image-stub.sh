#!/bin/sh
# @NAME@: a CVT plugin with its own Java runtime, in one file. This is its beginning, a shell script; the
# runtime follows as a compressed archive. The first start unpacks it into ~/.cache/cvt-plugin (another folder:
# CVT_PLUGIN_CACHE); every start compares it, byte for byte by hash, with the list below. Whoever knows the
# hash of this file therefore knows all that runs. The folder may be deleted at any time.
#
# Only sh, find, tail, gzip, tar and one of openssl, sha256sum, shasum are needed. JVM options of one's own go
# into CVT_PLUGIN_JAVA_OPTIONS.
#
# Lists are split into words on purpose: no name in them has a blank, and globbing is off.
# shellcheck disable=SC2046,SC2086
set -u
set -f
umask 077
# What Ctrl-C in the host's terminal means is for the host to say; this holds for the JVM as well.
trap '' INT
# Options for other JVMs would change this one, and slow its start down.
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH
# Where no locale is set, Java would know no letters but ASCII's in the names of files.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
  '' | C | POSIX)
    export LC_CTYPE=C.UTF-8
    [ -z "${LC_ALL:-}" ] || LC_ALL=C.UTF-8
    ;;
esac
IFS=' 	
'
newline='
'
payload=@PAYLOAD@
from=@OFFSET@
main=@MAIN@
files=@FILES@
# The files in two parts of about the same size, each as HASH NAME pairs: two processors hash them at once.
one='@ONE@'
two='@TWO@'

# The prefix makes a host show it as an error.
fail() {
  printf '[ERROR] @NAME@: %s\n' "$1" >&2
  exit 1
}

if [ -z "${CVT_PLUGIN_MAGIC_COOKIE:-}" ]; then
  cat >&2 <<'EXPLANATION'
@NAME@ is a plugin of CVT and is not meant to be executed directly: CVT starts it.
Install it with "cvt plugins install PATH" or "cvt-plugins install PATH", and name it
in ~/.cvt/config.yaml.
EXPLANATION
  exit 1
fi

base=${CVT_PLUGIN_CACHE:-${HOME:+$HOME/.cache/cvt-plugin}}
case $base in
  /*) ;;
  '') fail 'HOME is not set, so that there is no place for the runtime; have the host set HOME, or CVT_PLUGIN_CACHE to a folder' ;;
  *) fail "the folder for the runtime, $base, is not absolute; set HOME or CVT_PLUGIN_CACHE to an absolute path" ;;
esac
home=$base/$payload

# Whether nobody else can have put anything into the folders. Links are none of ours.
ours() {
  [ -O "$base" ] && [ -O "$home" ] &&
    [ -z "$(find "$base" "$home" -prune \( ! -type d -o -perm -040 -o -perm -020 -o -perm -010 -o -perm -004 -o -perm -002 -o -perm -001 \) -print 2>&1)" ]
}

# Prints a line for each of the files given, its hash first, or what went wrong.
openssl_hash() { openssl dgst -sha256 -r "$@" 2>&1; }
sha256sum_hash() { sha256sum "$@" 2>&1; }
shasum_hash() { shasum -a 256 "$@" 2>&1; }

# Whether the folder given holds the files of the list, with those bytes, and nothing else.
intact() (
  CDPATH='' cd "$1" 2>/dev/null || return 1
  [ -z "$(find . ! -type d ! -type f -print 2>&1)" ] || return 1
  set -- $(find . -type f -print 2>/dev/null)
  [ $# -eq "$files" ] || return 1
  # In the order of their speed.
  hashed openssl ' *' || hashed sha256sum '  ' || hashed shasum '  '
)

hashed() {
  command -v "$1" >/dev/null 2>&1 || return 1
  tool=$1 between=$2 wanted='' some=''
  set -- $one
  while [ $# -gt 0 ]; do
    some="$some $2" wanted="$wanted$1$between$2$newline"
    shift 2
  done
  set -- $two
  others=''
  while [ $# -gt 0 ]; do
    others="$others $2" wanted="$wanted$1$between$2$newline"
    shift 2
  done
  # What the second part gives is kept until the first has written all, so that the order is the list's.
  found=$(
    "${tool}_hash" $some &
    later=$("${tool}_hash" $others)
    wait
    printf '%s\n' "$later"
  )
  [ "$found$newline" = "$wanted" ]
}

# Names the tree that was unpacked last; false if there is none.
find_tree() {
  [ -f "$home/current" ] && [ ! -L "$home/current" ] && read -r tree <"$home/current" || return 1
  case $tree in
    *[!0-9.]* | '') return 1 ;;
  esac
  tree=tree.$tree
  [ -d "$home/$tree" ] && [ ! -L "$home/$tree" ]
}

# Keeps several first starts from unpacking at once. No more than a courtesy: two that do so both get it right. So
# one waits for two of the five seconds that a host gives, since one that was killed may never give the lock back.
lock() {
  waited=0
  until mkdir "$home/lock" 2>/dev/null; do
    owner=''
    [ ! -f "$home/lock/owner" ] || read -r owner <"$home/lock/owner"
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null || [ $waited -ge 20 ]; then
      mv "$home/lock" "$home/lock.$$" 2>/dev/null && rm -rf "$home/lock.$$"
    fi
    # A folder that cannot be written to is told below.
    [ $waited -lt 25 ] || return 0
    waited=$((waited + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  echo $$ >"$home/lock/owner"
}

# Trees of starts that were killed before they were done.
remove_leftovers() {
  set +f
  for left in "$home"/tree.*; do
    set -f
    id=${left##*/tree.}
    [ "tree.$id" = "${tree:-}" ] || kill -0 "${id%%.*}" 2>/dev/null || rm -rf "$left"
  done
}

unpack() {
  for tool in find tail gzip tar; do
    command -v "$tool" >/dev/null 2>&1 ||
      fail "there is no $tool, and the runtime cannot be unpacked without; install it, or add its folder to PATH"
  done
  said=$({ [ -d "${base%/*}/" ] || mkdir -p "${base%/*}/"; } 2>&1 &&
    { mkdir -m 700 "$base" || [ -d "$base" ]; } 2>&1 && { mkdir -m 700 "$home" || [ -d "$home" ]; } 2>&1)
  [ -d "$home" ] ||
    fail "cannot make the folder for the runtime: $said; make it possible, or set CVT_PLUGIN_CACHE to another folder"
  ours ||
    fail "$home and the folder above it must belong to this user and be closed to all others; remove them, or set CVT_PLUGIN_CACHE to another folder"
  [ -w "$home" ] ||
    fail "$home cannot be written to; make it writable, or set CVT_PLUGIN_CACHE to another folder"
  lock
  damaged=''
  if find_tree; then
    if intact "$home/$tree"; then
      rm -rf "$home/lock"
      return
    fi
    damaged=$tree
    printf '[WARN] @NAME@: %s\n' "the runtime in $home/$tree is not the one that was packed: it is unpacked anew" >&2
  fi
  tree=''
  remove_leftovers
  id=$$.0
  until mkdir "$home/tree.$id" 2>/dev/null; do
    id=$$.$((${id#*.} + 1))
    [ ${id#*.} -lt 100 ] || fail "cannot make a folder in $home; check the space on that disk"
  done
  tree=tree.$id
  said=$({ tail -c "+$from" "$0" | gzip -dc | (cd "$home/$tree" && tar -xf -); } 2>&1)
  if ! intact "$home/$tree"; then
    rm -rf "$home/${tree:?}" "$home/lock"
    fail "the runtime cannot be unpacked into $home${said:+: $said}; check the space on that disk, or install the plugin anew"
  fi
  # Nothing is synced to the disk: what a power failure leaves torn, the next start finds damaged and replaces.
  echo "$id" >"$home/current.$$" && mv -f "$home/current.$$" "$home/current"
  [ -z "$damaged" ] || rm -rf "$home/${damaged:?}"
  rm -rf "$home/lock"
}

if ! ours || ! find_tree || ! intact "$home/$tree"; then
  unpack
fi
runtime=$home/$tree
[ -x "$runtime/bin/java" ] ||
  fail "$runtime/bin/java cannot be executed: the disk is mounted noexec, by all evidence; set CVT_PLUGIN_CACHE to a folder on another disk"
exec "$runtime/bin/java" @CACHE@ ${TMPDIR:+"-Djava.io.tmpdir=$TMPDIR"} @OPTIONS@ ${CVT_PLUGIN_JAVA_OPTIONS:-} -m "$main" "$@"
