import usb.core
import usb.util

print('{ "values": {} }')
