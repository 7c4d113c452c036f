# inside.sh: what guest.test.ts runs in the guest. Results go to files in $TSUSB_TEST_OUT; stdout, stderr and the exit
# status are the contract's own.
out=$TSUSB_TEST_OUT
here=$(dirname "$0")
printf '%s\0' "$@" >"$out/words"
lsusb >"$out/lsusb"
gadgets list >"$out/gadgets"
printf 'a\nb\r\n\0\377no line feed'
printf 'e\r\n\0x' >&2
pwd >"$out/pwd"
command -v node >"$out/node"
: >"$here/guest.test.ts" && echo "on the throw-away layer" >"$out/throw-away"
[ -t 0 ] || [ -t 1 ] || [ -t 2 ] || echo none >"$out/terminal"
/usr/bin/python3 "$here/inside.py" >"$out/python" 2>&1
ask-host key no-such-key 2>"$out/refused"
echo $? >>"$out/refused"
ask-host plug audio
ask-host recording 2>>"$out/refused"
ask-host unplug audio
ask-host recording >"$out/recording"

present() { grep -qs "^$1\$" /sys/bus/usb/devices/*/product && echo present || echo absent; }
# wait_for STATE PRODUCT: for 10 s at most; says what it came to.
wait_for() {
  for _ in $(seq 200); do
    [ "$(present "$2")" = "$1" ] && break
    sleep 0.05
  done
  present "$2"
}
{
  present "Gadget Serial"
  gadgets unplug acm
  wait_for absent "Gadget Serial"
  gadgets replug acm
  wait_for present "Gadget Serial"
  ask-host unplug kbd
  wait_for absent "QEMU USB Keyboard"
  ask-host plug kbd
  wait_for present "QEMU USB Keyboard"
} >"$out/plugs" 2>&1
exit 7
