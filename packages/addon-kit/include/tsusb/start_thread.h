#ifndef TSUSB_START_THREAD_H_
#define TSUSB_START_THREAD_H_

#ifndef _WIN32
#include <signal.h>
#endif

#include <system_error>
#include <thread>
#include <utility>

namespace tsusb {

// While it lives, this thread's signals wait, and the threads that it starts inherit that.
class SignalsBlocked {
 public:
#ifdef _WIN32
  SignalsBlocked() {}
#else
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    // What a faulty instruction raises cannot wait.
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) sigdelset(&all, fault);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
#endif
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

#ifndef _WIN32
 private:
  sigset_t before_;
#endif
};

// Starts `*thread` with `function(argument)`. Signals are left to the threads that are there for them: one
// that interrupts a call of a C library turns into an error of a device. False if the system has no thread to
// give.
template <typename Argument>
bool StartThread(std::thread* thread, void (*function)(Argument), Argument argument) {
  const SignalsBlocked blocked;
  try {
    *thread = std::thread(function, std::move(argument));
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

}  // namespace tsusb

#endif  // TSUSB_START_THREAD_H_
