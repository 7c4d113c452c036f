#include "tsusb/library_exports.h"

#include "addon.h"

namespace tsusb::openusb {

void ExportLibrary(Exports& exports) { LibraryExports<Addon, Library>::AddTo(exports); }

}  // namespace tsusb::openusb
