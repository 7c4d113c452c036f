{
  "includes": ["../../addon-kit/addon.gypi"],
  "targets": [
    {
      "target_name": "tsusb_libusb1",
      "sources": [
        "addon.cc",
        "context.cc",
        "context_exports.cc",
        "convert.cc",
        "deadlines.cc",
        "descriptors.cc",
        "device.cc",
        "events.cc",
        "handle.cc",
        "handle_exports.cc",
        "library.cc",
        "library_exports.cc",
        "log.cc",
        "stream.cc",
        "stream_exports.cc",
        "stream_memory.cc",
        "stream_packets.cc",
        "transfer.cc",
        "transfer_exports.cc"
      ]
    }
  ]
}
