# Stands before the commands of a page: what is called in it, and what there is for it. See commands.docs.ts.
set -u
declare -A SERVERS=()

reprise() {
  case " $* " in
    *' --help '*) node "$CLI" "$@" ;;
    ' up '*) serve "$SERVE_AT_8080" 'up proxy serve simulator' "$@" ;;
    ' proxy '*) serve "$SERVE_AT_8080" 'up proxy' "$@" ;;
    ' serve '*) serve "$SERVE_AT_8081" 'up serve' "$@" ;;
    ' simulator '*) serve "$SERVE_AT_8082" 'up simulator' "$@" ;;
    *' --resume '*) node "$CLI" "$@" ;;
    # What is sent to goes back to how it was before the recording.
    ' replay '* | ' reproduce '* | ' compact '*)
      for shop in $SHOPS; do curl -sf -o /dev/null -X POST "$shop/reset"; done
      node "$CLI" "$@" ;;
    *) node "$CLI" "$@" ;;
  esac
}

# What serves does so in the background, in the place of what served there before.
serve() {
  local listen=$1 others=$2 name=$3 log
  shift 2
  for other in $others; do stop "$other"; done
  log=$(mktemp -p .)
  REPRISE_LISTEN=$listen node "$CLI" "$@" >"$log" 2>&1 &
  SERVERS[$name]=$!
  until grep -q '^ready ' "$log"; do
    kill -0 "${SERVERS[$name]}" 2>/dev/null || { cat "$log" >&2; return 1; }
    sleep 0.05
  done
}

stop() {
  [[ -n ${SERVERS[$1]:-} ]] || return 0
  kill "${SERVERS[$1]}" 2>/dev/null
  wait "${SERVERS[$1]}" 2>/dev/null
  unset "SERVERS[$1]"
}

npx() { "$@"; }
# `npm start` is `reprise up`.
npm() { reprise up; }

check() {
  local place=$1 code=$2 expected=$3
  [[ " $expected " == *" $code "* ]] && return 0
  echo "@@ $place: exit code $code, expected $expected" >&2
  exit 1
}

trap 'for name in "${!SERVERS[@]}"; do stop "$name"; done' EXIT
