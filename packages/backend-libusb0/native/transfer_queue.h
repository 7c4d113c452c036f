#ifndef TSUSB_LIBUSB0_TRANSFER_QUEUE_H_
#define TSUSB_LIBUSB0_TRANSFER_QUEUE_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "transfer.h"
#include "tsusb/blocking_thread.h"

namespace tsusb::libusb0 {

// What a TransferQueue works for: a handle.
class TransferWorker {
 public:
  virtual ~TransferWorker() = default;
  // Does a transfer by calls that block, each between Enter() and Leave(). On the endpoint's thread.
  virtual Outcome Perform(Slot& slot) = 0;
  // Whether Interrupt() ends a call for such a transfer. `closing`: nothing comes after it.
  virtual bool CanInterrupt(const TransferArguments& arguments, bool closing) const = 0;
  // Ends the calls for transfers of an interface, -1: of all. On the watching thread, while none can begin.
  virtual void Interrupt(int interface_number) = 0;
  // Tells JS how the transfer of the slot with this number ended. Any thread.
  virtual void Settle(uint32_t slot, const Outcome& outcome) = 0;
  // What is a timeout, and a cancellation, for this library.
  virtual int timed_out() const = 0;
  virtual int cancelled() const = 0;
};

// The transfers of a handle: one thread and one queue for each endpoint, and one thread more that ends what
// outlasts its timeout, in the queue or, where the worker can interrupt, in the library.
//
// Calls on different endpoints overlap. An interruption ends all that are inside for one interface; those
// that it was not meant for are begun again by their Perform(), where they were.
class TransferQueue {
 public:
  // `worker` outlives the queue; `owner`, which jobs hold, keeps both alive.
  explicit TransferQueue(TransferWorker* worker) : worker_(worker) {}
  TransferQueue(const TransferQueue&) = delete;
  TransferQueue& operator=(const TransferQueue&) = delete;

  // Puts a transfer at the end of its endpoint's queue. False if the system has no thread, or after
  // BeginClose(). JS thread.
  bool Submit(Slot& slot, const std::shared_ptr<void>& owner);
  // Ends one early: at once if it still waits, else as soon as the worker can. False if it is not in flight.
  bool Cancel(Slot& slot, const std::shared_ptr<void>& owner);
  // Gives up one that the library does not give back. False if it has just ended.
  bool Lose(Slot& slot);
  // Cancels all, and takes no more.
  void BeginClose(const std::shared_ptr<void>& owner);
  // Waits until nothing is inside, drops what has not begun, and ends the threads. False if that takes beyond
  // `deadline`; then a thread is left behind. JS thread.
  bool Stop(std::chrono::steady_clock::time_point deadline);

  // Neither settled nor lost.
  int in_flight() const;
  // Whether the library is at a transfer, be it a lost one.
  bool is_any_inside() const;

  static constexpr int kAll = -1;
  static constexpr int kNone = -2;
  // Runs what ends the calls of an interface, of all or of none, while no other begins; what is in flight
  // there is cancelled. Not on an endpoint's thread.
  void Exclude(int interface_number, const std::function<void()>& run);

  // --- for Perform() ---
  // Before each call. Waits for an interruption to end. False if the transfer's time is over: `over` says
  // how.
  bool Enter(Slot& slot, int* over);
  // After it. Whether it was interrupted.
  bool Leave(Slot& slot);
  // Until no other call is inside.
  void AwaitOthers();
  // Whether the transfer's time is over, for one that looks by itself; `over` says how.
  bool IsOver(const Slot& slot, int* over) const;

 private:
  struct Lane {
    BlockingThread thread;
    std::deque<Slot*> waiting;
    // The one that its thread is at.
    Slot* running = nullptr;
    // Whether its thread is up and takes what comes by itself.
    bool is_awake = false;
    // Whether something waits: for a look without the lock.
    std::atomic<bool> has_work{false};
  };
  using Lock = std::unique_lock<std::mutex>;

  static bool IsOf(const Slot& slot, int interface_number) {
    if (slot.arguments.type == TransferType::kControl) return false;
    const int of_slot = slot.arguments.interface_number;
    return interface_number == kAll || of_slot == interface_number || of_slot < 0;
  }

  void RunLane(Lane& lane);
  void RunNext(Lane& lane, Lock& lock);
  bool NeedWatcher(const std::shared_ptr<void>& owner);
  void Watch(Slot& slot, std::chrono::steady_clock::time_point when);
  void Unwatch(Slot& slot);
  void LookAfter(Slot& slot, Lock& lock);
  void WatchUntilStopped();
  void BeginExclusion(Lock& lock, int interface_number);
  void EndExclusion();
  // Takes one that waits out of its queue, without or with telling JS.
  void TakeOut(Slot& slot);
  void EndWaiting(Slot& slot, int status);
  bool IsOverNow(const Slot& slot, int* over) const;

  TransferWorker* const worker_;
  mutable std::mutex mutex_;
  // Lanes know when an exclusion ends, others when something has left.
  std::condition_variable changed_;
  std::condition_variable watch_changed_;
  std::map<uint8_t, Lane> lanes_;
  // Transfers by when to look after them.
  std::set<std::pair<std::chrono::steady_clock::time_point, Slot*>> watched_;
  std::chrono::steady_clock::time_point wakes_at_ = Slot::kNever;
  BlockingThread watcher_;
  bool is_watching_ = false;
  bool is_closed_ = false;
  bool is_stopping_ = false;
  bool is_excluding_ = false;
  int in_flight_ = 0;
  int inside_ = 0;
};

}  // namespace tsusb::libusb0

#endif  // TSUSB_LIBUSB0_TRANSFER_QUEUE_H_
