#!/bin/sh
# Checks the packet that this file lies in, without the network and without the program that made it.
#
#     sh verify.sh [KEY [AUTHORITIES]]
#
# KEY           the log's public key, had from elsewhere than this packet: its vkey, or a file with that or with the key's PEM
# AUTHORITIES   a PEM file of the timestamp authorities that you trust, in the place of the packet's own
#
# Needs sh, openssl 3, sha256sum, gzip, base64, xxd, awk; and cat, cmp, head, mktemp, rm, sort, tail, wc.
# A line for each thing that holds; the first that does not ends it. Ends with 0 where all holds, else with 1.
# What stands in the packet is compared, cut by its lengths and printed. None of it is ever run. A file that nothing accounts for is
# refused, but for README.txt, this one and authorities.pem.
set -euf
LC_ALL=C
export LC_ALL

fail() { printf 'REFUSED  %s\n' "$*"; exit 1; }
ok() { printf 'ok       %s\n' "$*"; }
unable() { printf 'NOT CHECKED  %s\n' "$*"; exit 1; }
note() { printf 'note     %s\n' "$*"; }
is_number() { case $1 in '' | *[!0-9]* | 0?* | ?????????????????*) fail "what should be a number is none" ;; esac; }
is_hex() { case $1 in *[!0-9a-f]*) fail "what should be a digest is none" ;; esac; [ ${#1} = "$2" ] || fail "a digest of another length"; }
checked=//README.txt//verify.sh//authorities.pem//                  # the names of what is accounted for, each between //
file_digest() {                                                     # into $sum, in hexadecimal
    [ -f "$1" ] || fail "$1 is missing"
    sum=$(sha256sum <"$1")
    sum=${sum%% *} checked=$checked$1//
}

for tool in openssl sha256sum gzip base64 xxd awk cat cmp head mktemp rm sort tail wc; do
    found=$(command -v "$tool") || unable "$tool is not on this machine"
done
case $(openssl version) in
    "OpenSSL "[3-9].* | "OpenSSL "[1-9][0-9].*) ;;
    *) unable 'this needs OpenSSL 3 or later' ;;
esac
case ${1-} in -h | --help) awk '/^set / { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"; exit 0 ;; esac

given=${1-} authorities=authorities.pem
[ ! -f "$given" ] || { given=$(cat <"$given"); given=${given:-nothing}; }
case $given in '' | archiver/*+*+* | '-----BEGIN PUBLIC KEY-----'*) ;; *) unable "$1 is neither a key nor a file that holds one" ;; esac
[ $# -lt 2 ] || [ -f "$2" ] || unable "$2 is no file with authorities"
[ $# -lt 2 ] || case $2 in /*) authorities=$2 ;; *) authorities=$PWD/$2 ;; esac
case $0 in */*) cd "${0%/*}/" ;; esac
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM
: >"$T/openssl.cnf"
OPENSSL_CONF=$T/openssl.cnf     # what this machine has set for openssl is not to matter here
export OPENSSL_CONF

# ── reading: JSON, proofs ──

# JSON without white space as lines of path and value: "exchanges.0.record.length 512". Every second piece between quotation marks is
# a string; one that ends in an odd number of backslashes goes on behind the next mark.
flat() {
    awk '
    function put(value, path, i) {
        path = name[1]
        for (i = 2; i <= depth; i++) path = path "." name[i]
        gsub(/[^ -~]/, "?", value)
        print path, value
    }
    function structure(text, i, c) {
        for (i = 1; i <= length(text); i++) {
            c = substr(text, i, 1)
            if (index(",}]", c) && bare != "") { put(bare); bare = "" }
            if (c == "{" || c == "[") { list[++depth] = (c == "["); name[depth] = 0 }
            else if (c == "}" || c == "]") depth--
            else if (c == ",") { if (list[depth]) name[depth]++ }
            else if (c != ":") bare = bare c
        }
    }
    {
        n = split($0, part, "\"")
        for (i = 1; i <= n; i++) {
            structure(part[i])
            if (++i > n) break
            text = part[i]
            while (i < n && match(part[i], /\\+$/) && RLENGTH % 2) text = text "\"" part[++i]
            if (substr(part[i + 1], 1, 1) == ":") name[depth] = text; else put(text)
        }
    }' "$1"
}

# FILE STATE: a proof, or (STATE is "origin") a note by itself, as lines of what it says, base64 as hexadecimal, in $T/parts; in $T/note
# the checkpoint as it was kept, in $T/text what of it is signed. A file in any other spelling than the one there is does not pass.
parts() {
    awk -v out="$T" -v state="$2" '
    function bad() { wrong = 1; exit 1 }
    function hex(text, found, i, held, unit) {
        if (length(text) % 4 || text !~ /^[A-Za-z0-9+\/]+=?=?$/) bad()
        sub(/=+$/, "", text); unit = 1
        for (i = 1; i <= length(text); i++) {
            held = held * 64 + index(digits, substr(text, i, 1)) - 1; unit *= 64
            if (unit >= 256) { unit /= 256; found = found sprintf("%02x", int(held / unit)); held %= unit }
        }
        if (held) bad()
        return found
    }
    BEGIN { digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" }
    { print > (out "/copy") }
    state == "" { if ($0 != "c2sp.org/tlog-proof@v1") bad(); state = "index"; next }
    state == "index" { if ($0 != "index " $2) bad(); print; state = "path"; next }
    state == "path" { if ($0 == "") state = "origin"; else print "path", hex($0); next }
    { print > (out "/note") }
    state == "origin" { if ($0 !~ /^archiver\/[0-9a-f]+$/) bad(); print "origin", $0; print > (out "/text"); state = "size"; next }
    state == "size" { if ($0 !~ /^[0-9]+$/) bad(); print "size", $0; print > (out "/text"); state = "root"; next }
    state == "root" { print "root", hex($0); print > (out "/text"); state = "blank"; next }
    state == "blank" { if ($0 != "") bad(); state = "signed"; next }
    { if (NF != 3 || $0 != "\342\200\224 " $2 " " $3) bad(); print "signed", $2, hex($3) }
    END { if (wrong || state != "signed") exit 1 }' "$1" >"$T/parts" && cmp -s "$T/copy" "$1" || fail "$1 is not what its name says"
}

# ── signatures and the tree ──

# KIND NAME KEY: the eight digits by which notes name a key (01: a log's, 04: a witness's), into $id.
key_id() { id=$({ printf '%s\n' "$2"; printf '%s' "$1$3" | xxd -r -p; } | sha256sum); id=${id%"${id#????????}"}; }

# of_vkey VKEY, of_pem FILE NAME: a key's 32 bytes in hexadecimal, into $raw. vkey_of KEY: the vkey of one of this log, into $vkey.
of_vkey() {
    raw=$(printf '%s' "${1#*+*+}" | base64 -d 2>"$T/said" | xxd -p -c 64)
    raw=${raw#01}
    is_hex "$raw" 64
}
of_pem() {
    { read -r one && read -r two; } <"$1" || fail "$2 is no key"
    raw=$(printf '%s' "$two" | base64 -d 2>"$T/said" | xxd -p -c 64)
    raw=${raw#302a300506032b6570032100}
    is_hex "$raw" 64
    { printf '%s\n' '-----BEGIN PUBLIC KEY-----'; printf '302a300506032b6570032100%s' "$raw" | xxd -r -p | base64; printf '%s\n' '-----END PUBLIC KEY-----'; } |
        cmp -s - "$1" || fail "$2 is no Ed25519 key as openssl writes it"
}
vkey_of() { key_id 01 "$log" "$1"; vkey=$log+$id+$(printf '01%s' "$1" | xxd -r -p | base64); }

# KEY SIGNATURE FILE: whether that Ed25519 key signed the file; both in hexadecimal.
signed() {
    is_hex "$1" 64
    is_hex "$2" 128
    printf '302a300506032b6570032100%s' "$1" | xxd -r -p >"$T/key"
    printf '%s' "$2" | xxd -r -p >"$T/signature"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$T/key" -rawin -in "$3" -sigfile "$T/signature" >"$T/said" 2>&1
}

node() { hash=$(printf '01%s%s' "$1" "$2" | xxd -r -p | sha256sum); hash=${hash%% *}; }

# FOLDER/ KIND: the statement there is an entry of the log: KIND.tlog-proof leads from it to a checkpoint (RFC 9162, 2.1.3.2), and the key
# signed that. What it says is in $T/flat then.
entry() {
    [ -f "$1statement.json" ] && [ -f "$1$2.tlog-proof" ] || fail "$1statement.json is missing, or its proof"
    checked=$checked$1statement.json//$1$2.tlog-proof//
    flat "$1statement.json" >"$T/flat"
    parts "$1$2.tlog-proof" ''
    index='' origin='' size='' root='' path='' signer='' signature='' kind='' sequence=''
    while read -r what one two; do
        case $what in
            index) index=$one ;;
            origin) origin=$one ;;
            size) size=$one ;;
            root) root=$one ;;
            path) path="$path $one" ;;
            signed) [ -z "$signer" ] || fail "$1$2.tlog-proof: more than one signature"; signer=$one signature=$two ;;
        esac
    done <"$T/parts"
    is_number "$index"
    is_number "$size"
    is_hex "$root" 64
    hash=$({ printf '\000'; cat <"$1statement.json"; } | sha256sum)
    hash=${hash%% *} place=$index last=$((size - 1))
    [ "$index" -lt "$size" ] || fail "$1$2.tlog-proof: the entry would stand behind the last"
    for beside in $path; do
        is_hex "$beside" 64
        [ "$last" != 0 ] || fail "$1$2.tlog-proof is longer than its tree is high"
        if [ $((place & 1)) = 1 ] || [ "$place" = "$last" ]; then
            node "$beside" "$hash"
            while [ $((place & 1)) = 0 ] && [ "$place" != 0 ]; do place=$((place >> 1)) last=$((last >> 1)); done
        else
            node "$hash" "$beside"
        fi
        place=$((place >> 1)) last=$((last >> 1))
    done
    [ "$last" = 0 ] && [ "$hash" = "$root" ] || fail "$1statement.json is not the entry that $1$2.tlog-proof is of"
    while read -r name value; do
        case $name in kind) kind=$value ;; sequence) sequence=$value ;; esac
    done <"$T/flat"
    [ "$kind" = "$2" ] && [ "$sequence" = "$((index + 1))" ] || fail "$1statement.json states something else"
    [ "${log:=$origin}" = "$origin" ] || fail "$1$2.tlog-proof is of another log"
    if [ -n "$key" ]; then
        key_id 01 "$origin" "$key"
        [ "$signer" = "$origin" ] && [ "${signature#"$id"}" != "$signature" ] || fail "$1$2.tlog-proof: its checkpoint is signed with another key"
        signed "$key" "${signature#"$id"}" "$T/text" || fail "$1$2.tlog-proof: the signature of its checkpoint does not hold"
    else
        [ -z "$signer" ] || fail "log.pub.pem is missing"
    fi
}

# ── what the entries say ──

# FOLDER/: the records that the capture in $T/flat names are those in record.warc.gz, in the order in which they lay in the archive.
records() {
    awk '
    { what = $1; sub(/.*\./, "", what); is[what] = $2 }
    $1 ~ /^exchanges\.[0-9]+\.block$/ { block = $2 }
    $1 ~ /^(exchanges\.[0-9]+\.(record|request)|others\.[0-9]+\.location)\.warc$/ {
        print is["offset"], is["length"], is["stored"], ($1 ~ /record\.warc$/ ? block : "-"), $2 }' "$T/flat" | sort -k 5,5 -k 1,1n >"$T/records"
    from=1 count=0 checked=${checked}$1record.warc.gz//
    while read -r offset length stored block warc; do
        is_number "$length"
        sum=$(tail -c "+$from" "$1record.warc.gz" | head -c "$length" | sha256sum)
        [ "sha256:${sum%% *}" = "$stored" ] || fail "$1record.warc.gz: record $((count + 1)) is not the one that is stated"
        if [ "$block" != - ]; then
            set -- "$1" $(tail -c "+$from" "$1record.warc.gz" | head -c "$length" | gzip -dc 2>"$T/said" | awk '
                { head += length($0) + 1; sub(/\r$/, "") }
                tolower($1) == "content-length:" { size = $2 }
                $0 == "" { print head, size; exit }')
            is_number "${2-}"
            is_number "${3-}"
            sum=$(tail -c "+$from" "$1record.warc.gz" | head -c "$length" | gzip -dc 2>"$T/said" | tail -c "+$(($2 + 1))" | head -c "$3" | sha256sum)
            [ "sha256:${sum%% *}" = "$block" ] || fail "$1record.warc.gz: what record $((count + 1)) holds is not what is stated"
        fi
        from=$((from + length)) count=$((count + 1))
    done <"$T/records"
    [ "$(wc -c <"$1record.warc.gz")" -eq "$((from - 1))" ] || fail "$1record.warc.gz holds more than the records that are stated"
    ok "$1record.warc.gz: $count records, each with the SHA-256 that the statement gives; the answer of each hop with that of its block"
}

# FOLDER/: a capture, its records, the certificates that it names.
capture() {
    entry "$1" capture
    address='' at='' status='' payload='' id_of_answer='' copy_of=null revisit_of=null chain='' asked='' hops=-1 source='' ignored=''
    while read -r name value; do
        case $name in
            exchanges.*.tls.chain.*) chain="$chain ${value#sha256:}" ;;
            exchanges.*.url) address=$value ;;
            exchanges.*.captured_at) at=$value ;;
            exchanges.*.status) status=$value hops=$((hops + 1)) ;;
            exchanges.*.payload) payload=$value ;;
            exchanges.*.record_id) id_of_answer=$value ;;
            robots.*.rule) [ "$value" != ignored ] || ignored=1 ;;
            asked) asked=$value ;;
            copy_of) copy_of=$value ;;
            revisit_of) revisit_of=$value ;;
            source) source=$value ;;
        esac
    done <"$T/flat"
    ok "$1statement.json is entry $((index + 1)) of $size in the log $log: capture $id_of_answer"
    printf '         %s\n' "$address"
    [ "$asked" = "$address" ] && [ "$hops" -lt 1 ] || printf '         %s\n' "asked for as $asked, redirects: $hops"
    case $source in import) said="taken over from an import, dated $at" ;; *) said="answered $status on $at" ;; esac
    printf '         %s\n' "$said" "payload $payload"
    [ "$source" != import ] || note "taken over from an import: address and time are the importer's word, and that a server ever sent this is not shown"
    [ "$source" != memento ] || note "this is what a public archive showed as its copy of $copy_of: that its server ever sent this is not shown"
    case $status.$revisit_of in 304.null) ;; 304.*) note "the server said (304) that bytes of an earlier capture still hold; it sent none" ;; esac
    [ -z "$ignored" ] || note "robots.txt was ignored, on the operator's order"
    if [ -f "$1record.warc.gz" ]; then records "$1"; fi
    found=0
    for one in $chain; do
        is_hex "$one" 64
        [ -f "certificates/$one.der" ] || continue
        file_digest "certificates/$one.der"
        [ "$sum" = "$one" ] || fail "certificates/$one.der is another certificate"
        found=$((found + 1))
    done
    [ "$found" = 0 ] || ok "certificates: $found that the statement names by SHA-256"
}

# NAME: a value of the statement in $T/flat, into $value.
value() { value=$(awk -v name="$1" '$1 == name { print substr($0, length(name) + 2); exit }' "$T/flat"); }

# N: anchor-N, what somebody else gave who saw the checkpoint, which is kept in $T/seen.
anchor() {
    entry "anchor-$1/" anchor
    said=''
    while read -r name value; do
        case $name in
            fact.kind) how=$value ;;
            fact.whom) whom=$value ;;
            fact.note) said=$value ;;
            fact.digest) stated=$value ;;
            fact.size) [ "$value" = "$seen_size" ] || fail "anchor-$1 is of another checkpoint" ;;
            fact.root) [ "$value" = "sha256:$seen_root" ] || fail "anchor-$1 is of another checkpoint" ;;
        esac
    done <"$T/flat"
    case $how in rfc3161) file=reply.tsr ;; witness) file=cosigned.note ;; git) file=commit ;; *) fail "anchor-$1 is of no kind that is known" ;; esac
    file=anchor-$1/$file
    file_digest "$file"
    [ "sha256:$sum" = "$stated" ] || fail "$file is not what was stated of it"
    ok "$file is what entry $((index + 1)) of the log says of it ($how, $whom)"
    case $how in
        rfc3161) timed=1; timestamp "$file" ;;
        witness) timed=1; cosignature "$file" "$whom" ;;
        git) commit "$file" "$said" "$whom" ;;
    esac
}

# FILE: an RFC 3161 reply about the checkpoint. Its certificate has to have been good at its own time, not today.
timestamp() {
    openssl ts -reply -in "$1" -text >"$T/said" 2>&1 || fail "$1 is no timestamp"
    when=$(awk '
        $1 == "Time" && $2 == "stamp:" {
            month = (index("JanFebMarAprMayJunJulAugSepOctNovDec", $3) + 2) / 3; split($5, clock, ":"); year = $6
            if (month < 3) { year--; month += 12 }
            days = 365 * year + int(year / 4) - int(year / 100) + int(year / 400) + int((153 * month - 457) / 5) + $4 - 719469
            printf "%.0f %s\n", days * 86400 + clock[1] * 3600 + clock[2] * 60 + int(clock[3]), $3 " " $4 " " $5 " " $6 " " $7
        }' "$T/said")
    is_number "${when%% *}"
    if [ ! -f "$authorities" ]; then
        note "$1 says ${when#* }; no authority's certificate is at hand, so that its signature was not checked"
        return
    fi
    openssl ts -verify -in "$1" -data "$T/seen" -CAfile "$authorities" -partial_chain -attime "${when%% *}" >"$T/said" 2>&1 || fail "$1 does not hold"
    ok "$1: the authority saw this checkpoint on ${when#* }"
    [ "$authorities" != authorities.pem ] || note "the certificate that this was checked by came with the packet: compare it, or give one as AUTHORITIES"
}

# FILE VKEY: a witness's signature of the checkpoint and of the time when it saw it (C2SP tlog-cosignature).
cosignature() {
    parts "$1" origin
    cmp -s "$T/text" "$T/seen-text" || fail "$1 is of another checkpoint"
    who=${2%%+*} bytes=${2#*+*+}
    bytes=$(printf '%s' "$bytes" | base64 -d 2>"$T/said" | xxd -p -c 64)
    is_hex "$bytes" 66
    key_id 04 "$who" "${bytes#04}"
    while read -r what one two; do
        [ "$what $one ${two%"${two#????????}"}" = "signed $who $id" ] || continue
        is_hex "$two" 152
        two=${two#????????}
        seconds=$((0x${two%"${two#????????????????}"}))
        { printf 'cosignature/v1\ntime %s\n' "$seconds"; cat "$T/text"; } >"$T/covered"
        signed "${bytes#04}" "${two#????????????????}" "$T/covered" || fail "$1: the signature of the witness does not hold"
        ok "$1: the witness $who saw this checkpoint $seconds seconds after 1970-01-01 00:00:00 UTC"
        return
    done <"$T/parts"
    fail "$1 is not signed by the witness"
}

# FILE ID WHERE: the git commit with that ID, whose message ends with the checkpoint.
commit() {
    is_hex "$2" "${#2}"
    case ${#2} in 40) kind=-sha1 ;; 64) kind=-sha256 ;; *) fail "$1: a commit without an ID" ;; esac
    length=$(($(wc -c <"$1")))
    sum=$({ printf 'commit %d\000' "$length"; cat "$1"; } | openssl dgst "$kind" -r)
    [ "${sum%% *}" = "$2" ] || fail "$1 is not the commit $2"
    tail -c "$(($(wc -c <"$T/seen-text")))" "$1" | cmp -s - "$T/seen-text" || fail "$1 is a commit of something else"
    ok "$1: the checkpoint stands in the git commit $2"
    note "whether that commit was published ($3) is for you to look up there"
}

# keys-1, keys-2 ...: the keys of this log, in turn. Into $known those that the key in $known vouches for: what it signed to be the next,
# and so on; and, if the last of them is known, which signed the checkpoint that all of this stands under, those before it.
keys() {
    many=1 number=0 before='' pairs=''
    while [ -d "keys-$((many + 1))" ]; do many=$((many + 1)); done
    [ -f "keys-$many/statement.json" ] || fail "keys-$many/statement.json is missing"
    flat "keys-$many/statement.json" >"$T/flat"
    value fact.key
    of_vkey "$value"
    ours=$key key=$raw
    while [ "$number" -lt "$many" ]; do
        number=$((number + 1))
        entry "keys-$number/" key
        value fact.key
        now=$value
        value fact.at
        at=$value
        value fact.endorsement
        if [ "$number" != 1 ] && [ "$value" = null ]; then
            note "keys-$number: since $at $now stands in the place of $before, which did not say so: it was lost, or somebody else put this one there"
        elif [ "$number" != 1 ]; then
            endorsed "$before" "$now" "$value"
            ok "keys-$number: $before put $now in its place on $at"
            case $known in *" $before "*) known="$known$now " ;; esac
            pairs="$now $before $pairs"
        fi
        before=$now
    done
    key=$ours
    case $known in *" $used "*) return ;; *" $now "*) ;; *) return ;; esac
    set -- $pairs
    while [ $# -gt 1 ]; do
        case $known in *" $1 "*) known="$known$2 " ;; esac
        shift 2
    done
    way='of those before the key that you gave, which says so'
}

# BEFORE NOW NOTE: in the note, a string of JSON, the key before says that the one now takes its place.
endorsed() {
    sum=${3#'archiver key change\n'"$log"'\n'"$1"'\n'"$2"'\n\n??? '"$log "}
    sum=$(printf '%s' "${sum%'\n'}" | base64 -d 2>"$T/said" | xxd -p -c 100)
    of_vkey "$1"
    key_id 01 "$log" "$raw"
    printf 'archiver key change\n%s\n%s\n%s\n' "$log" "$1" "$2" >"$T/covered"
    [ "${sum#"$id"}" != "$sum" ] && signed "$raw" "${sum#"$id"}" "$T/covered" || fail "$1 did not sign that $2 takes its place"
}

# ── the packet ──

key='' log=''
if [ -f log.pub.pem ]; then
    of_pem log.pub.pem log.pub.pem
    key=$raw checked=${checked}log.pub.pem//
fi

capture ''
cat "$T/note" >"$T/seen"
cat "$T/text" >"$T/seen-text"
seen_size=$size seen_root=$root holder=$revisit_of stated=$payload
if [ -n "$key" ]; then
    vkey_of "$key"
    used=$vkey
    ok "the checkpoint of $size entries is signed with the key $used"
    # A key in PEM becomes a vkey; what follows its last dash is the end of a line, in whatever way it was given.
    case $given in -*) printf '%s\n' "${given%"${given##*-}"}" >"$T/given"; of_pem "$T/given" 'what you gave'; vkey_of "$raw"; given=$vkey ;; esac
    known=" $given " way='which the key that you gave put in its place'
    [ ! -d keys-1 ] || keys
    if [ -z "$given" ]; then
        note "that key came with the packet: that it is the archive's you must know from elsewhere (sh verify.sh KEY)"
    elif [ "$given" = "$used" ]; then
        ok "it is the key that you gave"
    else
        case $known in *" $used "*) ok "it is one $way" ;; *) fail "the key in this packet is not the one that you gave" ;; esac
    fi
else
    [ -z "$given" ] || fail "nobody signed this log, with your key or another"
    note "nobody signed the checkpoint: who made it is not shown"
fi

shown=record.warc.gz
[ "$holder" != null ] || [ ! -d payload ] || fail "payload is of another capture"
if [ "$holder" != null ] && [ -f payload/statement.json ]; then
    capture payload/
    [ "$id_of_answer" = "$holder" ] || fail "payload is another capture than the one that holds these bytes"
    [ "$payload" = "$stated" ] || fail "the two captures state different payloads"
    ok "both captures state the same payload"
    shown=payload/record.warc.gz
elif [ "$holder" != null ]; then
    note "the page's bytes stand in the record $holder, which is not in the packet"
fi

if [ -f withdrawal/statement.json ]; then
    entry withdrawal/ withdrawal
    value fact.payload
    [ "$value" = "$stated" ] || fail "what was withdrawn is something else"
    said=''
    for name in by at because; do value "fact.$name"; said="$said, $value"; done
    ok "entry $((index + 1)) of the log withdraws this capture's bytes (by whom, when, why): ${said#, }"
else
    for one in record.warc.gz "$shown"; do [ -f "$one" ] || fail "$one is missing"; done
fi

if [ -f reading/statement.json ]; then
    entry reading/ reading
    value fact.payload
    [ "$value" = "$stated" ] || fail "reading is of another page"
    value fact.text
    file_digest reading/text.txt
    [ "$value" = "sha256:$sum" ] || fail "reading/text.txt is not the text that is stated"
    value fact.claims_digest
    file_digest reading/claims.json
    [ "$value" = "sha256:$sum" ] || fail "reading/claims.json is not the set of claims that is stated"
    value fact.rules
    ok "reading/text.txt and claims.json are what the archive read the page as, by entry $((index + 1)) of the log ($value)"
fi

n=1 timed=''
while [ -d "anchor-$n" ]; do anchor "$n"; n=$((n + 1)); done
[ -n "$timed" ] || [ "$n" = 1 ] || note "when this was stated is for whoever has that commit to say: nothing in the packet shows a time"
[ "$n" -gt 1 ] || note "nobody but the archive says when this was stated"

set +f
for one in * .[!.]* ..?* */* */.[!.]* */..?*; do
    [ -e "$one" ] || [ -L "$one" ] || continue
    case $checked in *"//$one/"*) ;; *) fail "nothing accounts for what lies here as $(printf '%s\n' "$one" | awk '{ gsub(/[^ -~]/, "?"); print }')" ;; esac
done
[ ! -f README.txt ] || note "README.txt is not checked: it is the word of who made the packet"
printf 'All that was checked holds.\n'
