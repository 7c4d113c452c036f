{
  "includes": ["../../addon-kit/addon.gypi"],
  "targets": [
    {
      "target_name": "tsusb_libusb1",
      "sources": [
        "addon.cc",
        "context.cc",
        "convert.cc",
        "descriptors.cc",
        "device.cc",
        "events.cc",
        "handle.cc",
        "library.cc",
        "log.cc",
        "sysfs.cc",
        "transfer.cc"
      ]
    }
  ]
}
