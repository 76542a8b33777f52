#!/bin/sh
# @NAME@: a CVT plugin, in one file that is a shell script and a jar at once. It runs on the Java that is found:
# JAVA_HOME's, or the one in PATH, @JAVA@ or later. JVM options of one's own go into CVT_PLUGIN_JAVA_OPTIONS.
#
# Options are split into words on purpose, and globbing is off.
# shellcheck disable=SC2086
set -u
set -f
needed=@JAVA@
# What Ctrl-C in the host's terminal means is for the host to say; this holds for the JVM as well.
trap '' INT
# Options for other JVMs could print to standard output, which is the host's.
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH
# Where no locale is set, Java would know no letters but ASCII's in the names of files.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
  '' | C | POSIX)
    export LC_CTYPE=C.UTF-8
    [ -z "${LC_ALL:-}" ] || LC_ALL=C.UTF-8
    ;;
esac

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

java=${JAVA_HOME:+$JAVA_HOME/bin/java}
[ -n "$java" ] || java=$(command -v java) ||
  fail "there is no java in PATH and JAVA_HOME is not set; install Java $needed or later, or have the host set JAVA_HOME"
[ -x "$java" ] ||
  fail "$java, where JAVA_HOME points, cannot be executed; correct JAVA_HOME, or unset it to use the java in PATH"
# Its version stands in a file two folders above the program, which is often behind a link.
release=$(readlink -f "$java" 2>/dev/null) || release=$java
release=${release%/bin/java}/release
if [ -f "$release" ]; then
  while IFS='="' read -r key _ version _; do
    [ "$key" = JAVA_VERSION ] || continue
    [ "${version%%[!0-9]*}" -ge "$needed" ] 2>/dev/null ||
      fail "$java is Java $version, and this plugin needs $needed or later; install that, or have the host set JAVA_HOME"
  done <"$release"
fi
exec "$java" @OPTIONS@ ${TMPDIR:+"-Djava.io.tmpdir=$TMPDIR"} ${CVT_PLUGIN_JAVA_OPTIONS:-} -jar "$0" "$@"
