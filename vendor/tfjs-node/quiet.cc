// Holds back what native code writes to file descriptor 2 and hands it over as text: hold() and release().
// Node has no dup2, and its fd 2 may be a socket, which cannot be opened a second time through /proc.

#include <node_api.h>

#include <csignal>
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace {

// File descriptor 2 belongs to the whole process, and so does the state of its being held.
int real = -1;
FILE* held = nullptr;
struct sigaction before_abort;

// An abort while held (say, a processor without AVX) must still tell its reason. Only calls that are safe in a handler.
void on_abort(int signal) {
  char block[4096];
  lseek(fileno(held), 0, SEEK_SET);
  for (ssize_t count; (count = read(fileno(held), block, sizeof block)) > 0;) {
    if (write(real, block, static_cast<size_t>(count)) < 0) break;
  }
  sigaction(SIGABRT, &before_abort, nullptr);
  raise(signal);
}

napi_value hold(napi_env env, napi_callback_info) {
  bool done = false;
  if (!held && (held = tmpfile())) {
    fflush(stderr);
    real = fcntl(2, F_DUPFD_CLOEXEC, 3);
    done = real >= 0 && dup2(fileno(held), 2) == 2;
    if (done) {
      struct sigaction action = {};
      action.sa_handler = on_abort;
      sigaction(SIGABRT, &action, &before_abort);
    } else {
      if (real >= 0) close(real);
      fclose(held);
      held = nullptr;
    }
  }
  napi_value result;
  napi_get_boolean(env, done, &result);
  return result;
}

napi_value release(napi_env env, napi_callback_info) {
  std::string text;
  if (held) {
    fflush(stderr);
    dup2(real, 2);
    close(real);
    sigaction(SIGABRT, &before_abort, nullptr);
    char block[4096];
    lseek(fileno(held), 0, SEEK_SET);
    for (ssize_t count; (count = read(fileno(held), block, sizeof block)) > 0;) {
      text.append(block, static_cast<size_t>(count));
    }
    fclose(held);
    held = nullptr;
  }
  napi_value result;
  napi_create_string_utf8(env, text.data(), text.size(), &result);
  return result;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "hold", NAPI_AUTO_LENGTH, hold, nullptr, &function);
  napi_set_named_property(env, exports, "hold", function);
  napi_create_function(env, "release", NAPI_AUTO_LENGTH, release, nullptr, &function);
  napi_set_named_property(env, exports, "release", function);
  return exports;
}
