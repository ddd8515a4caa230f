# A desktop agent for the tests: it gives the text in /tmp/clip whenever that is written, and tells on
# the serial port what it is given. It speaks the SPICE agent's protocol, in messages of one piece.
for port in /sys/class/virtio-ports/*; do
    [ "$(cat "$port/name" 2>/dev/null)" = com.redhat.spice.0 ] && device=/dev/${port##*/}
done
exec 3<>"$device"

# The escapes of a number as four bytes, the lowest first.
word() { printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)); }
# The number at an offset of a file.
number() { hexdump -s "$1" -n 4 -v -e '1/4 "%u"' "$2"; }
# Send a message: its type, its body as escapes, and how many bytes that is.
send() { printf "$(word 1)$(word $((20 + $3)))$(word 1)$(word "$1")$(word 0)$(word 0)$(word "$3")$2" >&3; }
announce() { send 6 "$(word "$1")$(word 32)" 8; } # a clipboard that is asked for

give() {
    text=$(sed 's/\\/\\\\/g; s/%/%%/g' /tmp/clip)
    send 4 "$(word 1)$text" $((4 + $(printf "$text" | wc -c)))
}

(while sleep 0.2; do
    if [ -e /tmp/clip ] && ! cmp -s /tmp/clip /tmp/given; then
        cp /tmp/clip /tmp/given
        send 7 "$(word 1)" 4
    fi
done) &
announce 1
while :; do
    dd bs=8 count=1 iflag=fullblock <&3 >/tmp/head 2>/dev/null
    [ -s /tmp/head ] || { sleep 0.1; continue; }
    dd bs="$(number 4 /tmp/head)" count=1 iflag=fullblock <&3 >/tmp/body 2>/dev/null
    case $(number 4 /tmp/body) in
    4) echo "given: $(tail -c +25 /tmp/body)" >/dev/ttyS0 ;;
    6) [ "$(number 20 /tmp/body)" = 0 ] || announce 0 ;;
    7) send 8 "$(word 1)" 4 ;;
    8) give ;;
    esac
done
