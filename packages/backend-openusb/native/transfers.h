#ifndef TSUSB_OPENUSB_TRANSFERS_H_
#define TSUSB_OPENUSB_TRANSFERS_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "library.h"
#include "requests.h"
#include "transfer.h"
#include "tsusb/blocking_thread.h"
#include "tsusb/completion_queue.h"
#include "tsusb/timer_thread.h"

namespace tsusb::openusb {

// The transfers of one open device. Everything that the library is told about them, it is told on one thread
// of their own: submitting, aborting and reaping take locks of the library's that its other calls may hold
// for long. Its callbacks only say on this thread that something has come back.
//
// Every transfer ends, whatever the library does. All requests have timeout 0, since the library's own timers
// make it spin for one that never comes back; ours end a transfer by aborting it, and give it up if that
// brings no callback. What is given up is kept until the device is closed: the library still has it.
class Transfers : public std::enable_shared_from_this<Transfers> {
 public:
  Transfers(std::shared_ptr<const Library> library, std::shared_ptr<CompletionQueue> queue,
            std::shared_ptr<TimerThread> timers);
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  // Says whose they are. Before anything is submitted.
  void Open(abi::openusb_dev_handle_t device) { requests_.Open(device); }

  // Begins a transfer, which ends as a completion of its slot. JS thread.
  void Submit(std::shared_ptr<Slot> slot, const TransferArguments& arguments);

  // Ends a transfer early. Any thread.
  void Cancel(const std::shared_ptr<Transfer>& transfer);

  // Ends all of them early. Any thread.
  void CancelAll();

  // The device is gone: ends all of them, and refuses what comes later. Any thread.
  void DeviceGone();

  // Those that have not ended. Any thread.
  int open() const { return *open_; }

  // Has the library forget what came back, and ends the thread. False if it hangs in the library beyond
  // `deadline`. All transfers must have ended. Not from a callback.
  bool Stop(std::chrono::steady_clock::time_point deadline);

 private:
  using Clock = TimerThread::Clock;
  using Line = std::deque<std::shared_ptr<Transfer>>;

  static int32_t OnReturned(abi::openusb_request_handle* handle);
  static void GiveUp(const std::weak_ptr<Transfers>& self, const std::weak_ptr<Transfer>& transfer,
                     int32_t cause);

  // Runs `job` with a pointer to this on the transfers' thread, now or after `delay`.
  bool Post(std::function<void(Transfers&)> job);
  void PostAfter(Clock::duration delay, std::function<void(Transfers&)> job);

  // --- on the transfers' thread ---
  void SubmitNow(const std::shared_ptr<Transfer>& transfer);
  void ExpireNow(const std::shared_ptr<Transfer>& transfer);
  void EndNow(const std::shared_ptr<Transfer>& transfer, int32_t cause);
  void EndAllNow(int32_t cause);
  void ForgetNow(const std::shared_ptr<Transfer>& transfer);
  void ReturnedNow(uint64_t number);

  // Starts what may be under way beside what is.
  void Advance(Line& line);
  void AdvanceAll();
  // Begins a transfer. False if it has ended with that.
  bool Start(const std::shared_ptr<Transfer>& transfer);
  int32_t StartPackets(const std::shared_ptr<Transfer>& transfer);
  // A request of the transfer has come back. False if the transfer has ended with that.
  bool Continue(const std::shared_ptr<Transfer>& transfer, const Request& request);
  bool Finish(const std::shared_ptr<Transfer>& transfer, int32_t status);
  void Leave(const std::shared_ptr<Transfer>& transfer);
  Line& LineOf(const Transfer& transfer);

  // Asks the library for a piece of the transfer, and gives its status.
  int32_t IssuePiece(const std::shared_ptr<Transfer>& transfer, uint32_t length);
  int32_t IssuePackets(const std::shared_ptr<Transfer>& transfer, int first, int count);

  // Finding out whether a control request that does not come back has failed.
  void ArmProbe();
  void ProbeDue();
  void IssueProbe();
  void Bury(uint64_t number);

  // Having the library forget what came back.
  void ReapIfIdle();
  bool MustHold();

  const std::shared_ptr<CompletionQueue> queue_;
  const std::shared_ptr<TimerThread> timers_;
  const std::shared_ptr<std::atomic<int>> open_ = std::make_shared<std::atomic<int>>(0);
  std::atomic<bool> is_gone_{false};

  // By endpoint, in the order of submission: what has not ended.
  Line lines_[32];
  Requests requests_;
  bool is_probing_ = true;
  bool is_probe_armed_ = false;
  size_t most_returned_;
  bool is_holding_ = false;

  BlockingThread thread_;
};

}  // namespace tsusb::openusb

#endif  // TSUSB_OPENUSB_TRANSFERS_H_
