#include "transfer_queue.h"

#include <algorithm>
#include <thread>

namespace tsusb::libusb0 {
namespace {

using Clock = std::chrono::steady_clock;

// How soon an interruption is repeated that did not end a call: it may have come between two parts of it.
constexpr std::chrono::milliseconds kFirstRetry{2};
constexpr std::chrono::milliseconds kLastRetry{64};

// How often a thread lets others run before it sleeps. Measured on one processor: more gains nothing.
constexpr int kYields = 4;

}  // namespace

bool TransferQueue::Submit(Slot& slot, const std::shared_ptr<void>& owner) {
  Lock lock(mutex_);
  if (is_closed_) return false;
  const unsigned int timeout_ms = slot.arguments.timeout_ms;
  slot.deadline = timeout_ms == 0 ? Slot::kNever : Clock::now() + std::chrono::milliseconds(timeout_ms);
  if (timeout_ms != 0 && !NeedWatcher(owner)) return false;
  // Nodes of a map stay where they are.
  Lane& lane = lanes_[slot.arguments.endpoint];
  slot.state = Slot::State::kWaiting;
  slot.is_in_flight = true;
  slot.is_cancelled = false;
  slot.is_inside = false;
  slot.retry = kFirstRetry;
  lane.waiting.push_back(&slot);
  lane.has_work = true;
  ++in_flight_;
  Watch(slot, slot.deadline);
  if (std::exchange(lane.is_awake, true)) return true;
  lock.unlock();
  // Not with the lock: the thread that this wakes would run into it.
  if (lane.thread.Post([this, owner, &lane] { RunLane(lane); })) return true;
  lock.lock();
  lane.is_awake = false;
  // Unless its timeout has just settled it, nothing was submitted.
  if (slot.state != Slot::State::kWaiting) return true;
  TakeOut(slot);
  return false;
}

bool TransferQueue::Cancel(Slot& slot, const std::shared_ptr<void>& owner) {
  Lock lock(mutex_);
  if (slot.state == Slot::State::kWaiting) {
    EndWaiting(slot, worker_->cancelled());
    return true;
  }
  if (slot.state != Slot::State::kRunning) return false;
  slot.is_cancelled = true;
  // Without the thread it ends by its timeout.
  if (worker_->CanInterrupt(slot.arguments, is_closed_) && NeedWatcher(owner)) Watch(slot, Clock::now());
  return true;
}

bool TransferQueue::Lose(Slot& slot) {
  Lock lock(mutex_);
  if (slot.state != Slot::State::kRunning) return false;
  Unwatch(slot);
  slot.state = Slot::State::kLost;
  slot.is_in_flight = false;
  --in_flight_;
  return true;
}

void TransferQueue::BeginClose(const std::shared_ptr<void>& owner) {
  Lock lock(mutex_);
  if (is_closed_) return;
  is_closed_ = true;
  for (auto& [endpoint, lane] : lanes_) {
    while (!lane.waiting.empty()) EndWaiting(*lane.waiting.front(), worker_->cancelled());
    if (lane.running == nullptr) continue;
    lane.running->is_cancelled = true;
    if (worker_->CanInterrupt(lane.running->arguments, true) && NeedWatcher(owner)) {
      Watch(*lane.running, Clock::now());
    }
  }
}

bool TransferQueue::Stop(Clock::time_point deadline) {
  {
    Lock lock(mutex_);
    changed_.wait_until(lock, deadline, [this] { return inside_ == 0; });
    is_stopping_ = true;
    watch_changed_.notify_all();
  }
  bool ended = true;
  for (auto& [endpoint, lane] : lanes_) ended = lane.thread.Stop(deadline) && ended;
  return watcher_.Stop(deadline) && ended;
}

int TransferQueue::in_flight() const {
  Lock lock(mutex_);
  return in_flight_;
}

bool TransferQueue::is_any_inside() const {
  Lock lock(mutex_);
  return inside_ > 0;
}

void TransferQueue::Exclude(int interface_number, const std::function<void()>& run) {
  Lock lock(mutex_);
  BeginExclusion(lock, interface_number);
  if (interface_number != kNone) {
    for (auto& [endpoint, lane] : lanes_) {
      const std::deque<Slot*> waiting = lane.waiting;
      for (Slot* const slot : waiting) {
        if (IsOf(*slot, interface_number)) EndWaiting(*slot, worker_->cancelled());
      }
      if (lane.running != nullptr && IsOf(*lane.running, interface_number)) lane.running->is_cancelled = true;
    }
  }
  lock.unlock();
  run();
  lock.lock();
  EndExclusion();
}

void TransferQueue::BeginExclusion(Lock& lock, int interface_number) {
  changed_.wait(lock, [this] { return !is_excluding_; });
  is_excluding_ = true;
  if (interface_number == kNone) return;
  for (auto& [endpoint, lane] : lanes_) {
    Slot* const slot = lane.running;
    if (slot != nullptr && slot->is_inside && IsOf(*slot, interface_number)) slot->is_interrupted = true;
  }
}

void TransferQueue::EndExclusion() {
  is_excluding_ = false;
  changed_.notify_all();
}

bool TransferQueue::Enter(Slot& slot, int* over) {
  Lock lock(mutex_);
  // A request on the control endpoint is not what is excluded.
  if (slot.arguments.type != TransferType::kControl) {
    changed_.wait(lock, [this] { return !is_excluding_; });
  }
  if (IsOverNow(slot, over)) return false;
  slot.is_inside = true;
  slot.is_interrupted = false;
  ++inside_;
  // A call that nobody can end has the library's own timeout.
  if (!worker_->CanInterrupt(slot.arguments, false)) Unwatch(slot);
  return true;
}

bool TransferQueue::Leave(Slot& slot) {
  Lock lock(mutex_);
  slot.is_inside = false;
  --inside_;
  changed_.notify_all();
  return slot.is_interrupted;
}

bool TransferQueue::IsOver(const Slot& slot, int* over) const {
  Lock lock(mutex_);
  return IsOverNow(slot, over);
}

bool TransferQueue::IsOverNow(const Slot& slot, int* over) const {
  const bool is_cancelled = slot.is_cancelled || is_closed_;
  *over = is_cancelled ? worker_->cancelled() : worker_->timed_out();
  return is_cancelled || Clock::now() >= slot.deadline;
}

void TransferQueue::AwaitOthers() {
  Lock lock(mutex_);
  changed_.wait(lock, [this] { return inside_ == 0; });
}

void TransferQueue::RunLane(Lane& lane) {
  Lock lock(mutex_);
  for (;;) {
    while (!lane.waiting.empty()) RunNext(lane, lock);
    lane.has_work = false;
    lock.unlock();
    // JS often has the next one when it has seen the last one end. Where both share a processor, it gets
    // there while this yields, and has nobody to wake.
    for (int i = 0; i < kYields && !lane.has_work; ++i) std::this_thread::yield();
    lock.lock();
    if (!lane.waiting.empty()) continue;
    lane.is_awake = false;
    return;
  }
}

void TransferQueue::RunNext(Lane& lane, Lock& lock) {
  Slot& slot = *lane.waiting.front();
  lane.waiting.pop_front();
  lane.running = &slot;
  slot.state = Slot::State::kRunning;
  lock.unlock();
  const Outcome outcome = worker_->Perform(slot);
  lock.lock();
  lane.running = nullptr;
  if (slot.state == Slot::State::kLost) return;
  const uint32_t id = slot.id;
  Unwatch(slot);
  slot.state = Slot::State::kFree;
  slot.is_in_flight = false;
  --in_flight_;
  lock.unlock();
  // Not with the lock, as in Submit(). The slot may be gone.
  worker_->Settle(id, outcome);
  lock.lock();
}

void TransferQueue::TakeOut(Slot& slot) {
  std::deque<Slot*>& waiting = lanes_[slot.arguments.endpoint].waiting;
  waiting.erase(std::find(waiting.begin(), waiting.end(), &slot));
  Unwatch(slot);
  slot.state = Slot::State::kFree;
  slot.is_in_flight = false;
  --in_flight_;
}

void TransferQueue::EndWaiting(Slot& slot, int status) {
  const uint32_t id = slot.id;
  TakeOut(slot);
  worker_->Settle(id, {status, 0});
}

bool TransferQueue::NeedWatcher(const std::shared_ptr<void>& owner) {
  if (is_watching_) return true;
  is_watching_ = watcher_.Post([this, owner] { WatchUntilStopped(); });
  return is_watching_;
}

void TransferQueue::Watch(Slot& slot, Clock::time_point when) {
  Unwatch(slot);
  slot.watched = when;
  if (when == Slot::kNever) return;
  watched_.emplace(when, &slot);
  // It looks after all that comes later anyway: most transfers wake nobody.
  if (when < wakes_at_) watch_changed_.notify_all();
}

void TransferQueue::Unwatch(Slot& slot) {
  if (slot.watched == Slot::kNever) return;
  watched_.erase({slot.watched, &slot});
  slot.watched = Slot::kNever;
}

void TransferQueue::WatchUntilStopped() {
  Lock lock(mutex_);
  while (!is_stopping_) {
    if (watched_.empty()) {
      wakes_at_ = Slot::kNever;
      watch_changed_.wait(lock);
      continue;
    }
    const auto [when, slot] = *watched_.begin();
    if (when <= Clock::now()) {
      LookAfter(*slot, lock);
      continue;
    }
    wakes_at_ = when;
    watch_changed_.wait_until(lock, when);
  }
}

void TransferQueue::LookAfter(Slot& slot, Lock& lock) {
  Unwatch(slot);
  if (slot.state == Slot::State::kWaiting) {
    EndWaiting(slot, worker_->timed_out());
    return;
  }
  // Not inside it is about to ask by itself whether its time is over.
  Watch(slot, Clock::now() + slot.retry);
  slot.retry = std::min(slot.retry * 2, kLastRetry);
  if (!slot.is_inside || !worker_->CanInterrupt(slot.arguments, is_closed_)) return;
  const int interface_number = slot.arguments.interface_number;
  // While this waits for another exclusion, and from its end on, the slot may be anybody's.
  BeginExclusion(lock, interface_number < 0 ? kAll : interface_number);
  lock.unlock();
  worker_->Interrupt(interface_number);
  lock.lock();
  EndExclusion();
}

}  // namespace tsusb::libusb0
