import usb.core

lines = [f"{d.bus} {d.address} {d.idVendor} {d.idProduct}" for d in usb.core.find(find_all=True)]
print("\n".join(sorted(lines)))
