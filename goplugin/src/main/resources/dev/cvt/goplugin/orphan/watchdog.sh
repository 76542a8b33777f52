# shellcheck shell=sh
# Waits for the end of the host, which holds the other end of standard input and says there what it
# has started. However the host ends, its end of the pipe is closed: then everything that carries its
# token is killed, and everything in the sessions that it had not taken back. Plain POSIX sh.
#
#   token TOKEN        what the environment of everything that comes of the host holds
#   folder PATH        removed at the end
#   group PATH         the control group of everything that was started: killed whole, and removed
#   session PID START  a plugin leads this session; START is when it was started, in clock ticks
#   gone PID           that plugin and its session are no more
#   quit               an orderly end: there is nothing left to do

trap '' HUP INT TERM PIPE
token='' folder='' group='' sessions=''

while IFS=' ' read -r word rest; do
  case $word in
    token) token=$rest ;;
    folder) folder=$rest ;;
    group)
      group=$rest
      # Into the group that it is in already, which changes nothing but takes the kernel 5 to 16 ms: all
      # processors must pass a point. A plugin that enters its own group then, or soon after, need not
      # wait for another: its first instruction came 5 ms after the word, and comes 0.3 after it.
      { echo 0 >"${group%/*}/cgroup.procs"; } 2>/dev/null
      ;;
    session) sessions="$sessions ${rest% *}:${rest#* }" ;;
    gone)
      kept=''
      for one in $sessions; do
        [ "${one%:*}" = "$rest" ] || kept="$kept $one"
      done
      sessions=$kept
      ;;
    quit) exit 0 ;;
  esac
done

# Sets session and start of a living process. The name of a program may hold spaces, brackets and
# line ends, so what counts is what comes after the last bracket.
identify() {
  stat=''
  { while read -r line; do stat="$stat $line"; done <"/proc/$1/stat"; } 2>/dev/null
  case $stat in *')'*) ;; *) return 1 ;; esac
  # shellcheck disable=SC2086
  set -- ${stat##*)}
  [ "$1" != Z ] && [ "$1" != X ] && [ $# -ge 20 ] || return 1
  session=$4
  shift 19
  start=$1
}

carries() { grep -qsF -e "$token" "/proc/$1/environ"; }

belongs() {
  for one in $sessions; do
    [ "${one%:*}" = "$session" ] && [ "$start" -ge "${one#*:}" ] && return 0
  done
  return 1
}

# Nobody is killed who was not the same process before and after he was seen to be one of ours.
end() {
  identify "$1" || return 0
  seen=$start
  "$2" "$1" || return 0
  identify "$1" && [ "$start" = "$seen" ] || return 0
  kill -KILL "$1" 2>/dev/null && found=yes
}

marked() {
  # shellcheck disable=SC2013 # no such name holds a blank
  for file in $(grep -lsF -e "$token" /proc/[0-9]*/environ); do
    pid=${file#/proc/}
    end "${pid%/environ}" carries
  done
}

in_sessions() {
  for file in /proc/[0-9]*/stat; do
    pid=${file#/proc/}
    pid=${pid%/stat}
    identify "$pid" && belongs && end "$pid" belongs
  done
}

# A number whose process was replaced by a stranger of the same number is not a session of ours.
drop_strangers() {
  kept=''
  for one in $sessions; do
    if identify "${one%:*}" && [ "$start" != "${one#*:}" ]; then continue; fi
    kept="$kept $one"
  done
  sessions=$kept
}

# macOS: no /proc; ps shows the environment of one's own processes.
marked_by_ps() {
  # shellcheck disable=SC2009 # pgrep does not see the environment
  for pid in $(ps -axww -E -o pid= -o command= | grep -F -e "$token" | awk '{print $1}'); do
    [ "$pid" != "$$" ] && kill -KILL "$pid" 2>/dev/null && found=yes
  done
}

case $group in */goplugin-*) ;; *) group='' ;; esac
case $folder in */gp-*) ;; *) folder='' ;; esac

kill_group() {
  { echo 1 >"$group/cgroup.kill"; } 2>/dev/null
  return 0
}

# Killed ones take a moment to vanish, and new ones may be born meanwhile: until none is found.
end_all() {
  [ -n "$group" ] && kill_group
  round=0
  found=yes
  while [ -n "$found" ] && [ $round -lt 200 ]; do
    found=''
    round=$((round + 1))
    if [ -r /proc/self/stat ]; then
      [ -n "$token" ] && marked
      drop_strangers
      [ -n "$sessions" ] && in_sessions
    elif [ -n "$token" ]; then
      marked_by_ps
    fi
  done
}

# The kernel gives a group back once all in it have vanished; one may have entered since it was killed.
take_away() {
  [ -n "$folder" ] && rm -rf -- "$folder"
  round=0
  while [ -n "$group" ] && [ -d "$group" ] && [ $round -lt 50 ]; do
    find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null
    [ -d "$group" ] && kill_group && sleep 0.02
    round=$((round + 1))
  done
}

# A program that the host was about to start when it died shows its token only once it runs, a moment
# after the first look: so one looks again for a while, more and more seldom. By the token alone: a
# session whose leader has ended might soon be a stranger's.
for pause in 0 0.05 0.1 0.1 0.2 0.2 0.3 0.5 0.5; do
  sleep $pause
  end_all
  take_away
  sessions=''
done
