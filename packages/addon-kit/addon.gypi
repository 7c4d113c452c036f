# The settings of every addon of tsusb. In native/binding.gyp: { "includes": ["../../addon-kit/addon.gypi"], "targets": [...] }
# (beside each other in the workspace, in node_modules/@tsusb and in pnpm's store alike).
{
  "target_defaults": {
    "include_dirs": [
      "include",
      "<!(node -p \"require('module').createRequire(require.resolve('@tsusb/addon-kit/package.json'))('node-addon-api').include_dir\")"
    ],
    "defines": [
      "NAPI_VERSION=8",
      "NAPI_CPP_EXCEPTIONS",
      "NODE_ADDON_API_DISABLE_DEPRECATED",
      "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
    ],
    # The glue waits for libraries and V8: smaller is what can be won here.
    "configurations": {
      "Release": {
        "cflags!": ["-O3"],
        "cflags": ["-Os"],
        "conditions": [["OS=='linux'", { "cflags": ["-flto=auto"], "ldflags": ["-flto=auto", "-Os"] }]]
      }
    },
    "cflags!": ["-fno-exceptions"],
    "cflags_cc!": ["-fno-exceptions", "-std=gnu++17", "-std=gnu++20"],
    "cflags": ["-fvisibility=hidden", "-ffunction-sections", "-fdata-sections"],
    "cflags_cc": ["-std=c++17", "-Wall", "-Wextra"],
    "xcode_settings": {
      "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
      "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
      "MACOSX_DEPLOYMENT_TARGET": "11.0",
      "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
      "OTHER_CPLUSPLUSFLAGS": ["-Wall", "-Wextra"]
    },
    "msvs_settings": {
      "VCCLCompilerTool": { "ExceptionHandling": 1, "AdditionalOptions": ["/std:c++17", "/W4"] }
    },
    "conditions": [
      [
        "OS=='linux'",
        {
          "libraries": ["-ldl"],
          "ldflags": [
            "-Wl,--gc-sections",
            "-Wl,--as-needed",
            # Node's two entry points and nothing of the C++ library's.
            "-Wl,--version-script=<!(node -p \"require('module').createRequire(process.cwd() + '/').resolve('@tsusb/addon-kit/package.json').replace('package.json', 'addon.map')\")",
            # Threads and libuv's callbacks come back to it: it stays loaded for as long as the process lives.
            "-Wl,-z,nodelete",
            "-Wl,-z,noseparate-code",
            "-Wl,--hash-style=gnu"
          ]
        }
      ],
      ["OS=='win'", { "defines": ["_HAS_EXCEPTIONS=1", "WIN32_LEAN_AND_MEAN", "NOMINMAX"] }]
    ]
  }
}
