#ifndef TSUSB_LIBUSB1_STREAM_H_
#define TSUSB_LIBUSB1_STREAM_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "handle.h"
#include "library.h"
#include "stream_memory.h"
#include "tsusb/transfer_memory.h"

namespace tsusb::libusb1 {

// What has moved so far.
struct StreamCounters {
  uint64_t bytes = 0;
  uint64_t transfers = 0;
  uint64_t starved = 0;
  // Isochronous only; see PacketsDone.
  uint64_t packets = 0;
  uint64_t missed = 0;
  int in_flight = 0;
  uint64_t buffered = 0;
  double seconds = 0;
};

// A continuous read or write of one endpoint. Its transfers are submitted again on the event thread, so that
// the bus goes on while JS is busy.
//
// Each transfer takes one of many buffers, whose bytes and whose order JS sees in the memory of the stream.
// Inwards JS takes chunks without a call, and gives a buffer back by counting on; outwards it fills a buffer,
// pushes it, and may use it again when it is published. What both write is atomic (kPublished to kStatus, see
// src/stream-memory.ts); everything else is guarded by a mutex that JS's side of the memory never needs.
//
// Made, used and freed on the JS thread; what runs elsewhere says so.
class Stream : public TransferMemory, public std::enable_shared_from_this<Stream> {
 public:
  // Places in the table of ints.
  enum Control : uint32_t {
    kPublished,  // Entries that JS may take, counted from the start; wraps. Event thread.
    kConsumed,   // Entries that JS has taken and given back. JS.
    kParked,     // Transfers that wait for room, or for something to send.
    kEnded,      // 1: nothing will be published any more, and kStatus tells why.
    kStatus,     // What ended it: a transfer status, or a negative error code of libusb's; 0: Close().
  };
  static constexpr uint32_t kControlSize = StreamMemory::kControlSize;
  // Each entry: a buffer whose transfer has ended, and the bytes that moved.
  static constexpr uint32_t kEntrySize = StreamMemory::kEntrySize;

  Stream(StreamMemory memory, std::shared_ptr<Handle> handle, StreamArguments arguments);
  ~Stream();

  // False if there is no memory.
  bool ok() const;
  Handle& handle() const { return *handle_; }
  // Entries of the ring, a power of two.
  uint32_t entries() const { return memory_.entries; }
  uint32_t buffers() const { return memory_.buffers; }
  // Whether a buffer may be pushed with that many bytes.
  bool Fits(int64_t buffer, int64_t length) const {
    return !is_in() && buffer < buffers() && length <= arguments_.transfer_size;
  }

  // Inwards: submits the first transfers. What libusb says if not even one could be submitted; nothing has
  // begun then.
  int Start();

  // Outwards: sends a buffer that JS has filled, after those before it.
  void Push(uint32_t buffer, uint32_t length);

  // Ends the operation `id` as soon as there is an entry that JS has not seen, or the end. One at a time.
  void Wait(int32_t id, uint32_t seen);

  // Submits what is parked, as far as there is room.
  void Resume();

  // Asks for the end: nothing is submitted any more, what is in flight is cancelled.
  void Stop();

  // Stop(), and ends the operation `id` when nothing is in flight.
  void Close(int32_t id);

  // Gives up what libusb does not give back. It and its handle are never freed then. False if all has ended.
  bool Lose();

  // Gives up what belongs to the environment and to the device, when nothing is in flight any more.
  void Release() {
    ReleaseViews();
    memory_.GiveBack();
  }

  StreamCounters counters();

 private:
  struct Transfer {
    Stream* stream;
    abi::libusb_transfer* transfer;
    uint32_t sequence = 0;
    uint32_t buffer = 0;
    uint32_t size = 0;
    bool in_flight = false;
    bool is_done = false;
    int status = 0;
    int length = 0;
  };

  static void TSUSB_LIBUSB_CALL OnTransferDone(abi::libusb_transfer* transfer);

  std::atomic<int32_t>& control(Control place) const;
  int32_t* entry(uint32_t number) const;
  // (length, actual length, status) of each packet in a buffer.
  int32_t* packets_of(uint32_t buffer) const;

  bool is_in() const { return (arguments_.endpoint & 0x80) != 0; }

  // These need the lock.
  int Submit(Transfer& transfer);
  void FillIn(Transfer& transfer);
  void Renew(Transfer& transfer);
  void Park(Transfer& transfer);
  void Unpark();
  bool HasWork() const;
  void Reclaim();
  void NoteDone(Transfer& transfer);
  void PublishInOrder();
  void Publish(const Transfer& transfer);
  void StopWith(int status);
  void EndIfIdle();
  void TellWaiting();
  void Tell(int32_t* id);

  const std::shared_ptr<Handle> handle_;
  const std::shared_ptr<const Library> library_;
  const StreamArguments arguments_;
  StreamMemory memory_;

  std::mutex mutex_;
  std::vector<Transfer> transfers_;
  std::vector<Transfer*> parked_;
  // Inwards. Last in, first out: the one that JS has just read is still in the processor's cache.
  std::vector<uint32_t> free_;
  struct Pushed {
    uint32_t buffer;
    uint32_t length;
  };
  // Outwards: what is to be sent next.
  std::deque<Pushed> pushed_;
  uint32_t next_sequence_ = 0;
  uint32_t next_published_ = 0;
  uint32_t reclaimed_ = 0;
  uint64_t buffered_ = 0;
  int in_flight_ = 0;
  bool is_stopping_ = false;
  bool is_lost_ = false;
  int end_status_ = 0;
  StreamCounters counters_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point ended_;
  // Operations that wait; 0: none.
  int32_t waiting_ = 0;
  uint32_t seen_ = 0;
  int32_t closing_ = 0;
};

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_STREAM_H_
