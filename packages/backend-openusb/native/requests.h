#ifndef TSUSB_OPENUSB_REQUESTS_H_
#define TSUSB_OPENUSB_REQUESTS_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "library.h"
#include "transfer.h"
#include "tsusb/timer_thread.h"

namespace tsusb::openusb {

class Requests;
class Transfers;

// One request of the library's: made once and used again and again, after the library has forgotten it.
struct Request {
  abi::openusb_request_handle handle{};
  union {
    abi::openusb_ctrl_request_t ctrl;
    abi::openusb_intr_request_t intr;
    abi::openusb_bulk_request_t bulk;
    abi::openusb_isoc_request_t isoc;
  } body{};
  std::vector<abi::openusb_isoc_packet> packets;
  std::vector<abi::openusb_request_result_t> results;
  // Position of the first of these packets in the transfer.
  int first_packet = 0;
  // What a probe reads into.
  uint8_t probe[2] = {};

  // Whom it works for; nullptr: a probe, or nobody any more.
  std::shared_ptr<Transfer> transfer;
  Transfers* owner = nullptr;
  // In the order of submission.
  uint64_t number = 0;
  TimerThread::Clock::time_point submitted;
  // Whether the library has it, as far as its callback tells.
  std::atomic<bool> is_in_flight{false};

  // Asks for `length` bytes more of the transfer.
  void FillPiece(uint32_t length);
  // Asks for `count` packets of the transfer from `first` on.
  void FillPackets(int first, int count);
  // Asks the device for its status (USB 2.0 §9.4.5), which changes nothing and every device answers.
  void FillProbe();

  bool is_control() const { return handle.type == abi::USB_TYPE_CONTROL; }
  bool is_probe() const { return is_control() && transfer == nullptr; }
  uint32_t length() const;
  abi::openusb_request_result_t result() const;
};

// What the library has, or has not forgotten, of one open device. On the thread of the device's transfers.
class Requests {
 public:
  Requests(std::shared_ptr<const Library> library, Transfers* owner, abi::openusb_request_callback callback)
      : library_(std::move(library)), owner_(owner), callback_(callback) {}
  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;

  // Says whose they are. Before anything is made; any thread.
  void Open(abi::openusb_dev_handle_t device) { device_ = device; }

  // A request for a transfer, or for a probe, to be filled and issued.
  std::unique_ptr<Request> Make(const std::shared_ptr<Transfer>& transfer);

  // Hands a request to the library, and gives its status.
  int32_t Issue(std::unique_ptr<Request> request);

  // Takes back what the library has called back for. nullptr if it has been reaped meanwhile.
  std::unique_ptr<Request> Take(uint64_t number);
  // Keeps what was taken back until it can be reaped.
  void Keep(std::unique_ptr<Request> request) { returned_.push_back(std::move(request)); }

  // Aborts what the library has of the transfer. Its statuses mean nothing: also of one that will never come
  // back it says that all is well.
  void Abort(const Transfer& transfer);
  // Nobody waits for these any more: they stay until the device is closed.
  void Lose(const Transfer& transfer);
  // Likewise the control requests that were issued before this one. Gives whose they were; a probe's is
  // nobody's.
  std::vector<std::shared_ptr<Transfer>> LoseControlsBefore(uint64_t number);

  // The oldest control request of a transfer; nullptr if there is none.
  const Request* OldestControl() const;
  // A request of this transfer; nullptr if there is none.
  const Request* Of(const Transfer& transfer) const;
  // Whether a probe was issued after this request.
  bool IsProbed(uint64_t number) const;

  bool is_idle() const { return in_flight_.empty(); }
  size_t returned() const { return returned_.size(); }

  // Has the library forget what came back. openusb_poll holds the lock of the list of what came back while it
  // takes the device's, and the library's own thread takes them the other way round when something comes
  // back: called in that moment, the two would wait for each other for ever. So only when it is idle.
  void Reap();
  // Likewise at the end, also of what has come back and could not be told of any more.
  void ReapAll();

 private:
  using Map = std::map<uint64_t, std::unique_ptr<Request>>;

  void Poll(Request& request);

  const std::shared_ptr<const Library> library_;
  Transfers* const owner_;
  const abi::openusb_request_callback callback_;
  std::atomic<abi::openusb_dev_handle_t> device_{0};
  // By number, which is the order of submission: what the library has.
  Map in_flight_;
  // What it has and nobody waits for.
  Map lost_;
  // What came back and it has not forgotten.
  std::vector<std::unique_ptr<Request>> returned_;
  std::vector<std::unique_ptr<Request>> free_;
  uint64_t last_number_ = 0;
};

}  // namespace tsusb::openusb

#endif  // TSUSB_OPENUSB_REQUESTS_H_
