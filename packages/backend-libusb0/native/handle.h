#ifndef TSUSB_LIBUSB0_HANDLE_H_
#define TSUSB_LIBUSB0_HANDLE_H_

#include <array>
#include <atomic>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "device.h"
#include "library.h"
#include "transfer.h"
#include "transfer_queue.h"
#include "tsusb/blocking_thread.h"

namespace tsusb::libusb0 {

class Context;

// One usb_dev_handle, the thread for calls that change its state, and the queue of its transfers. Owns all.
// Made, used and ended on the JS thread; what runs elsewhere says so.
//
// libusb 0.1.12 on Linux is never given a timeout. At one, it forgets what had arrived, and then waits, for
// ever if need be, for the next transfer of the same handle to end, whose result it throws away. Instead, a
// call whose time is over is ended from outside: the system ends what is pending on an interface when it is
// given back, which touches neither device nor data toggle as long as alternate setting 0 is selected; at
// another one, that one is selected again.
class Handle : public std::enable_shared_from_this<Handle>, private TransferWorker {
 public:
  explicit Handle(std::shared_ptr<Context> context);
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  Context& context() const { return *context_; }

  // Opens on the handle's thread and ends the operation `id` with 0 or -errno.
  void Open(int32_t id, std::shared_ptr<const Device> device);

  // Runs a call on the handle's thread; its result is the operation's status.
  void Call(int32_t id, std::function<int(const Library&, abi::usb_dev_handle*)> call);
  // The status is the value.
  void GetConfiguration(int32_t id);
  void SetConfiguration(int32_t id, int value);
  void Claim(int32_t id, int number);
  void Release(int32_t id, int number);
  void SetAltSetting(int32_t id, int number, int setting);
  void Reset(int32_t id);
  // The operation's result is the name of the system's driver. Only where the library has that.
  void Driver(int32_t id, int number);

  // Puts a transfer into the queue of its endpoint: 0, or -errno and nothing was begun.
  int Submit(Slot& slot, const TransferArguments& arguments);
  bool Cancel(Slot& slot) { return queue_.Cancel(slot, shared_from_this()); }

  // From now on nothing more is submitted or called, and what is in flight is cancelled. Call before Close().
  void BeginClose();

  // Gives claimed interfaces back and closes, on the handle's thread after all that was queued. Needs that
  // nothing is in flight, or that it is lost.
  void Close(int32_t id);

  // Closes, if that has not been done, and ends the threads. False if that takes beyond `deadline`: then what
  // hangs is left behind with all that it uses.
  bool Shutdown(std::chrono::steady_clock::time_point deadline);

  // Without those that are lost.
  int transfers_in_flight() const { return queue_.in_flight(); }

  // Gives up what is in flight in this slot: neither is ever freed. False if it has just ended.
  bool Lose(std::shared_ptr<Slot> slot);

 private:
  Outcome Perform(Slot& slot) override;
  bool CanInterrupt(const TransferArguments& arguments, bool closing) const override;
  void Interrupt(int interface_number) override;
  void Settle(uint32_t slot, const Outcome& outcome) override;
  int timed_out() const override { return library_->timed_out(); }
  int cancelled() const override;

  void Post(int32_t id, std::function<int()> call);
  // These run on the handle's thread.
  int OpenNow(const Device& device);
  void Claimed(int number);
  int SelectNow(abi::usb_dev_handle* handle, int number, int setting);
  int ResetNow(abi::usb_dev_handle* handle);
  int ReopenNow();
  int ClaimAgain(const std::bitset<256>& numbers);
  void CloseNow();

  const std::shared_ptr<Context> context_;
  const std::shared_ptr<const Library> library_;
  std::shared_ptr<const Device> device_;
  // Written on the handle's thread before any operation can use it.
  std::atomic<abi::usb_dev_handle*> handle_{nullptr};
  std::atomic<bool> closing_{false};
  // The library has returned with a transfer of its own still pending: no other call may be made.
  std::atomic<bool> is_gone_{false};
  // While transfers are excluded only.
  std::bitset<256> claimed_;
  std::array<uint8_t, 256> settings_{};
  // The interface whose setting the library would select; -1: none.
  int selectable_ = -1;
  TransferQueue queue_;
  BlockingThread thread_;
};

}  // namespace tsusb::libusb0

#endif  // TSUSB_LIBUSB0_HANDLE_H_
