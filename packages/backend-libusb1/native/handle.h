#ifndef TSUSB_LIBUSB1_HANDLE_H_
#define TSUSB_LIBUSB1_HANDLE_H_

#include <atomic>
#include <bitset>
#include <cstdint>
#include <functional>
#include <memory>

#include "device.h"
#include "library.h"
#include "transfer.h"
#include "tsusb/blocking_thread.h"

namespace tsusb::libusb1 {

class Context;

// What one transfer asks for.
struct TransferArguments {
  uint8_t endpoint;
  uint8_t type;
  uint8_t flags;
  int packets;
  int length;
  unsigned int timeout_ms;
  // Of a bulk stream; 0: none.
  uint32_t stream_id;
};

// One libusb_device_handle, and the thread for its blocking calls. Owns both. Made, used and ended on the JS
// thread; what runs elsewhere says so.
class Handle : public std::enable_shared_from_this<Handle> {
 public:
  explicit Handle(std::shared_ptr<Context> context);
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  Context& context() const { return *context_; }
  // Any thread. nullptr before it is open, and when its end has begun.
  abi::libusb_device_handle* get() const { return closing_ ? nullptr : handle_.load(); }

  // Opens on the handle's thread and ends the operation `id` with libusb's status.
  void Open(int32_t id, std::shared_ptr<Device> device, bool auto_detach);
  // As Open(), of a file descriptor. The operation's result is the device's number.
  void Wrap(int32_t id, int64_t fd);

  // Runs a call on the handle's thread; its result is the operation's status.
  void Call(int32_t id, std::function<int(const Library&, abi::libusb_device_handle*)> call);
  void Claim(int32_t id, int number);
  void Release(int32_t id, int number);
  void SetAltSetting(int32_t id, int number, int setting);

  // Hands a transfer to libusb and returns its status at once: only 0 begins an operation.
  int Submit(Slot& slot, const TransferArguments& arguments);

  // From now on nothing more is submitted or called. Call before Close().
  void BeginClose() { closing_ = true; }

  // Gives claimed interfaces back and closes, on the handle's thread after all that was queued. Needs that
  // nothing is in flight, or that libusb has lost it.
  void Close(int32_t id);

  // Closes, if that has not been done, and ends the thread. False if that takes beyond `deadline`: then what
  // hangs is left behind with all that it uses.
  bool Shutdown(std::chrono::steady_clock::time_point deadline);

  // A transfer of a stream, which JS does not wait for one by one. Any thread.
  void StreamTransferBegins(uint8_t endpoint);
  void StreamTransferEnded(uint8_t endpoint);

  // Transfers that libusb has, without those that are lost.
  int transfers_in_flight() const;

  // Gives up what is in flight in this slot: neither is ever freed. False if it has just ended.
  bool Lose(std::shared_ptr<Slot> slot);

 private:
  static void TSUSB_LIBUSB_CALL OnTransferDone(abi::libusb_transfer* transfer);

  // In flight on each endpoint: one-shots wake at once only if nothing else is. Number, plus 16 for IN.
  static int EndpointIndex(uint8_t endpoint) { return (endpoint & 0x0f) | (endpoint & 0x80) >> 3; }

  void Settle(int32_t id, std::function<int()> call);
  // On the handle's thread.
  void CloseNow();

  const std::shared_ptr<Context> context_;
  const std::shared_ptr<const Library> library_;
  std::shared_ptr<Device> device_;
  // Written on the handle's thread before any operation can use it.
  std::atomic<abi::libusb_device_handle*> handle_{nullptr};
  std::atomic<bool> closing_{false};
  std::atomic<int> in_flight_[32] = {};
  // Handle's thread only.
  std::bitset<256> claimed_;
  // Handle's thread only: libusb has spoilt the mutex that libusb_close would destroy.
  bool is_broken_ = false;
  BlockingThread thread_;
};

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_HANDLE_H_
