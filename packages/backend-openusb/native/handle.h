#ifndef TSUSB_OPENUSB_HANDLE_H_
#define TSUSB_OPENUSB_HANDLE_H_

#include <atomic>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "device.h"
#include "library.h"
#include "transfer.h"
#include "transfers.h"
#include "tsusb/blocking_thread.h"

namespace tsusb::openusb {

class Context;

// One openusb_dev_handle_t, the thread for its blocking calls, and its transfers. Owns all three. Made, used
// and ended on the JS thread; what runs elsewhere says so.
//
// A call that waits for an answer that the device refuses does not come back: the library reads descriptors
// and the configuration in nearly all of them. Such a call is given up after a while.
class Handle : public std::enable_shared_from_this<Handle> {
 public:
  explicit Handle(std::shared_ptr<Context> context);
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  Context& context() const { return *context_; }
  const std::shared_ptr<const Device>& device() const { return device_; }

  // Opens on the handle's thread and ends the operation `id` with the library's status.
  void Open(int32_t id, std::shared_ptr<const Device> device);

  // As Call(), each with what the library leaves to us.
  void SetConfiguration(int32_t id, uint8_t value);
  // Busy if anybody holds an interface of the device, as far as that can be told.
  void CheckUnused(int32_t id);
  void Claim(int32_t id, uint8_t number, uint8_t configuration);
  void Release(int32_t id, uint8_t number);
  void SetAltSetting(int32_t id, uint8_t number, uint8_t setting);
  void Reset(int32_t id);

  // Begins a transfer, which ends as a completion of its slot. Not after BeginClose().
  void Submit(std::shared_ptr<Slot> slot, const TransferArguments& arguments) {
    transfers_->Submit(std::move(slot), arguments);
  }
  void Cancel(const std::shared_ptr<Transfer>& transfer) { transfers_->Cancel(transfer); }
  void CancelAll() { transfers_->CancelAll(); }

  // Ends what is under way, since the device is gone. Any thread.
  void DeviceGone() {
    is_gone_ = true;
    transfers_->DeviceGone();
  }

  // From now on nothing more is submitted or called. Call before Close().
  void BeginClose() { closing_ = true; }
  bool is_closing() const { return closing_; }

  // Gives claimed interfaces back and closes, on the handle's thread after all that was queued. Needs that
  // every transfer has ended.
  void Close(int32_t id);

  // Closes, if that has not been done, and ends the threads. False if that takes beyond `deadline`: then what
  // hangs is left behind with all that it uses.
  bool Shutdown(std::chrono::steady_clock::time_point deadline);

  // Transfers that have not ended.
  int transfers_in_flight() const { return transfers_->open(); }

 private:
  // Runs a call on the handle's thread; its result is the operation's status.
  void Call(int32_t id, std::function<int32_t(const Library&, abi::openusb_dev_handle_t)> call);
  void Settle(int32_t id, std::function<int32_t()> call);

  // On the handle's thread.
  int32_t ClaimNow(uint8_t number, uint8_t configuration);
  void CloseNow(std::chrono::steady_clock::time_point deadline);

  const std::shared_ptr<Context> context_;
  const std::shared_ptr<const Library> library_;
  const std::shared_ptr<Transfers> transfers_;
  std::shared_ptr<const Device> device_;
  std::atomic<bool> closing_{false};
  std::atomic<bool> is_gone_{false};
  // A call hangs in the library.
  std::atomic<bool> hangs_{false};
  std::atomic<bool> is_left_behind_{false};
  // Handle's thread only.
  bool is_open_ = false;
  abi::openusb_dev_handle_t handle_ = 0;
  std::bitset<256> claimed_;
  BlockingThread thread_;
};

}  // namespace tsusb::openusb

#endif  // TSUSB_OPENUSB_HANDLE_H_
