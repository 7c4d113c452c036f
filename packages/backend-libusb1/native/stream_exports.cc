#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "addon.h"

namespace tsusb::libusb1 {
namespace {

Stream& StreamAt(const Napi::CallbackInfo& info, int64_t id) {
  return Require(info, AddonOf<Addon>(info).streams, id, "stream");
}

// The lengths of packets, as an Int32Array; their sum is that of the transfer.
std::vector<uint32_t> ReadPacketLengths(const Napi::CallbackInfo& info, const Napi::Value& value,
                                        uint32_t transfer_size) {
  std::vector<uint32_t> lengths;
  if (value.IsUndefined()) return lengths;
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_int32_array) {
    ThrowType(value, "packetLengths", "an Int32Array");
  }
  const auto array = value.As<Napi::Int32Array>();
  uint64_t total = 0;
  for (size_t i = 0; i < array.ElementLength(); ++i) {
    lengths.push_back(static_cast<uint32_t>(array[i]));
    total += lengths.back();
  }
  if (lengths.empty() || total > transfer_size) {
    throw Napi::RangeError::New(info.Env(), "packetLengths must fit into transferSize");
  }
  return lengths;
}

// openStream(handle, endpoint, type, transferSize, transfers, bufferSize: number, lends: boolean,
// packetLengths?: Int32Array):
//   [stream: number, bytes: Uint8Array, table: Int32Array, entries: number, buffers: number]
//   | number, what libusb says instead
Napi::Value OpenStream(const Napi::CallbackInfo& info) {
  const auto [handle_id, endpoint, type, size, transfers, buffer, lends] =
      ReadArguments(info, Integer{"handle"}, Integer{"endpoint", 0, 0xff}, Integer{"type", 1, 3},
                    Integer{"transferSize", 1, 1 << 28}, Integer{"transfers", 1, 1024},
                    Integer{"bufferSize", 1, 2147483647.0}, Boolean{"lends"});
  Addon& addon = AddonOf<Addon>(info);
  const Handle& handle = HandleAt(info, handle_id);
  StreamArguments arguments{static_cast<uint8_t>(endpoint),
                            static_cast<uint8_t>(type),
                            static_cast<uint32_t>(size),
                            static_cast<int>(transfers),
                            static_cast<uint32_t>(buffer),
                            lends,
                            ReadPacketLengths(info, info[7], static_cast<uint32_t>(size))};
  if (arguments.packet_lengths.empty() == (type == abi::LIBUSB_TRANSFER_TYPE_ISOCHRONOUS)) {
    throw Napi::RangeError::New(info.Env(), "packetLengths are for isochronous streams, and only for those");
  }
  StreamMemory memory(*addon.pages, *handle.context().library(), handle.get(), arguments);
  auto stream =
      std::make_shared<Stream>(std::move(memory), addon.handles.Share(handle_id), std::move(arguments));
  if (!stream->ok()) return Napi::Number::New(info.Env(), abi::LIBUSB_ERROR_NO_MEM);
  const Napi::Array views = stream->MakeViews(info.Env());
  const int status = stream->Start();
  if (status < 0) return Napi::Number::New(info.Env(), status);
  auto result = Napi::Array::New(info.Env(), 5);
  result[0u] = addon.streams.Add(stream);
  result[1u] = views.Get(0u);
  result[2u] = views.Get(1u);
  result[3u] = stream->entries();
  result[4u] = stream->buffers();
  return result;
}

// pushToStream(stream: number, buffer: number, length: number): void. What lies in that buffer is sent next.
void PushToStream(const Napi::CallbackInfo& info) {
  const auto [id, buffer, length] =
      ReadArguments(info, Integer{"stream"}, Integer{"buffer"}, Integer{"length"});
  Stream& stream = StreamAt(info, id);
  if (!stream.Fits(buffer, length)) {
    throw Napi::RangeError::New(info.Env(), "the stream has no such buffer, or it is shorter");
  }
  stream.Push(static_cast<uint32_t>(buffer), static_cast<uint32_t>(length));
}

// waitForStream(stream: number, job: number, seen: number): void. Ends when more than `seen` is published.
void WaitForStream(const Napi::CallbackInfo& info) {
  const auto [id, job, seen] =
      ReadArguments(info, Integer{"stream"}, kJob, Integer{"seen", -2147483648.0, 2147483647.0});
  StreamAt(info, id).Wait(JobId(job), static_cast<uint32_t>(seen));
}

// resumeStream(stream: number): void. After buffers were given back while transfers were parked.
void ResumeStream(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"stream"});
  StreamAt(info, id).Resume();
}

// streamCounters(stream: number): [bytes, transfers, starved, inFlight, buffered, seconds, packets, missed]
Napi::Value CountersOf(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"stream"});
  const StreamCounters counters = StreamAt(info, id).counters();
  auto result = Napi::Array::New(info.Env(), 8);
  result[0u] = static_cast<double>(counters.bytes);
  result[1u] = static_cast<double>(counters.transfers);
  result[2u] = static_cast<double>(counters.starved);
  result[3u] = counters.in_flight;
  result[4u] = static_cast<double>(counters.buffered);
  result[5u] = counters.seconds;
  result[6u] = static_cast<double>(counters.packets);
  result[7u] = static_cast<double>(counters.missed);
  return result;
}

// closeStream(stream: number, job: number): void. Ends when nothing is in flight any more.
void CloseStream(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"stream"}, kJob);
  StreamAt(info, id).Close(JobId(job));
}

// loseStream(stream: number): void. For a library that does not give transfers back.
void LoseStream(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"stream"});
  StreamAt(info, id).Lose();
}

// freeStream(stream: number): void. After closeStream.
void FreeStream(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"stream"});
  Stream& stream = StreamAt(info, id);
  if (stream.counters().in_flight > 0) {
    throw Napi::RangeError::New(info.Env(), "stream " + std::to_string(id) + " is not closed");
  }
  stream.Release();
  AddonOf<Addon>(info).streams.Remove(id);
}

}  // namespace

void ExportStream(Exports& exports) {
  exports.Add<&OpenStream>("openStream");
  exports.Add<&PushToStream>("pushToStream");
  exports.Add<&WaitForStream>("waitForStream");
  exports.Add<&ResumeStream>("resumeStream");
  exports.Add<&CountersOf>("streamCounters");
  exports.Add<&CloseStream>("closeStream");
  exports.Add<&LoseStream>("loseStream");
  exports.Add<&FreeStream>("freeStream");
}

}  // namespace tsusb::libusb1
