#ifndef TSUSB_OPENUSB_CLAIMS_H_
#define TSUSB_OPENUSB_CLAIMS_H_

#include <cstdint>

#include "library.h"

namespace tsusb::openusb {

// Who holds which interface, in the whole process. The library takes an interface from whoever has it, even
// from another handle of this process, and calls that a success: so we ask here first. Guarded, and correct
// with any number of environments. `holder` is an address that means nothing but itself.

// Takes an interface. False if another holder has it; true as well if this one has it already.
bool TakeClaim(const Library& library, abi::openusb_devid_t device, uint8_t interface_number,
               const void* holder);

// Gives an interface back. False if this holder does not have it.
bool GiveClaim(const Library& library, abi::openusb_devid_t device, uint8_t interface_number,
               const void* holder);

// Gives back all that a holder has.
void GiveAllClaims(const void* holder);

// Whether anybody holds an interface of the device.
bool IsClaimed(const Library& library, abi::openusb_devid_t device);

}  // namespace tsusb::openusb

#endif  // TSUSB_OPENUSB_CLAIMS_H_
