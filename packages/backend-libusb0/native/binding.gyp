{
  "includes": ["../../addon-kit/addon.gypi"],
  "targets": [
    {
      "target_name": "tsusb_libusb0",
      "sources": [
        "addon.cc",
        "async_perform.cc",
        "context.cc",
        "context_exports.cc",
        "convert.cc",
        "descriptors.cc",
        "device.cc",
        "handle.cc",
        "handle_exports.cc",
        "library.cc",
        "library_exports.cc",
        "open_file.cc",
        "perform.cc",
        "transfer_exports.cc",
        "transfer_queue.cc"
      ]
    }
  ]
}
