{
  "includes": ["../../addon-kit/addon.gypi"],
  "targets": [{ "target_name": "tsusb_libloader", "sources": ["addon.cc"] }]
}
