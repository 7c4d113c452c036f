#ifndef TSUSB_JOBS_H_
#define TSUSB_JOBS_H_

#include <cstdint>

#include "tsusb/arguments.h"

namespace tsusb {

// Operations that are not transfers. JS counts them from 2 and finds them in completions as negative numbers:
// positive ones are transfers, and -1 is CompletionQueue::kNotice.
inline constexpr Integer kJob{"job", 2};
inline int32_t JobId(int64_t job) { return static_cast<int32_t>(-job); }

}  // namespace tsusb

#endif  // TSUSB_JOBS_H_
