{
  "includes": ["../../addon-kit/addon.gypi"],
  "targets": [
    {
      "target_name": "tsusb_openusb",
      "sources": [
        "addon.cc",
        "claims.cc",
        "context.cc",
        "context_exports.cc",
        "convert.cc",
        "device.cc",
        "events.cc",
        "handle.cc",
        "handle_exports.cc",
        "library.cc",
        "library_exports.cc",
        "log.cc",
        "requests.cc",
        "transfer.cc",
        "transfer_exports.cc",
        "transfers.cc"
      ]
    }
  ]
}
