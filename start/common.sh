# shellcheck shell=bash
# What the launchers share: where things are, and building the farm's programs once. Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build_folder=$root/artifacts/start
built_list=$build_folder/built
configuration=Release

say() { printf '%s\n' "$*" >&2; }

die() {
    local code=$1
    shift
    say "$*"
    exit "$code"
}

dll_of() {
    case $1 in
        afserver) printf '%s' "$root/afserver/bin/$configuration/net10.0/afserver.dll" ;;
        afrender) printf '%s' "$root/afrender/bin/$configuration/net10.0/afrender.dll" ;;
        afcmd) printf '%s' "$root/utilities/AfCmd/bin/$configuration/net10.0/afcmd.dll" ;;
        journal) printf '%s' "$root/utilities/Journal/bin/$configuration/net10.0/journal.dll" ;;
        loadfarm) printf '%s' "$root/utilities/Load/bin/$configuration/net10.0/loadfarm.dll" ;;
        *) die 2 "$1 is no program of the farm" ;;
    esac
}

# Everything that the programs are made of, except what building itself makes.
source_files() {
    local parts=(lib afserver afrender utilities/AfCmd utilities/Journal utilities/Load start/farm.slnf Directory.Build.props Directory.Packages.props global.json .editorconfig)
    [ ! -d "$root/afwatch" ] || parts+=(afwatch)
    (cd "$root" && find "${parts[@]}" \
        \( -name bin -o -name obj -o -name node_modules -o -name dist -o -name wwwroot -o -name __pycache__ \) -prune -o -type f "$@" -print)
}

# Built when all programs are there, no source is newer than the last build, and none came or went since.
is_built() {
    local program
    for program in afserver afrender afcmd journal loadfarm; do
        [ -f "$(dll_of "$program")" ] || return 1
    done
    [ -f "$built_list" ] && [ -z "$(source_files -newer "$built_list" | head -n 1)" ] \
        && [ "$(source_files | LC_ALL=C sort)" = "$(cat "$built_list")" ]
}

require_dotnet() {
    command -v dotnet >/dev/null 2>&1 || die 1 "dotnet was not found. Install the .NET 10 SDK (https://dotnet.microsoft.com/download) and try again."
}

# Runs a command while nobody else builds here. The lock is not passed on: a compiler that stays behind must not keep it.
with_build_lock() {
    mkdir -p "$build_folder"
    if ! command -v flock >/dev/null 2>&1; then
        "$@"
        return
    fi
    local lock code=0
    exec {lock}>"$build_folder/lock"
    if ! flock -n "$lock"; then
        say "somebody else is building here, waiting"
        flock "$lock"
    fi
    "$@" {lock}>&- || code=$?
    exec {lock}>&-
    return "$code"
}

# Runs a build of all programs, and remembers of which sources it was.
remembering_sources() {
    local next=$build_folder/built.next
    source_files | LC_ALL=C sort >"$next"
    "$@" || return
    # The list keeps the moment at which the build began: what was changed meanwhile is built next time.
    mv "$next" "$built_list"
}

build_if_needed() {
    is_built && return
    local log=$build_folder/build.log began=$SECONDS
    say "building the programs of the farm ($configuration) ..."
    if ! remembering_sources dotnet build "$root/start/farm.slnf" -c "$configuration" --disable-build-servers -nologo -v quiet -clp:NoSummary </dev/null >"$log" 2>&1; then
        cat "$log" >&2
        die 1 "the build failed; its words stand above and in $log"
    fi
    say "built in $((SECONDS - began)) s"
}

ensure_built() {
    is_built && return
    require_dotnet
    with_build_lock build_if_needed
}

# Becomes the program.
run_program() {
    local program=$1
    shift
    ensure_built
    require_dotnet
    exec dotnet "$(dll_of "$program")" "$@"
}
