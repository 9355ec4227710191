#include "standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>

namespace skipcall::cli {

void take_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // Opened the wrong way round: a closed stream must not look like an empty input or a result that was
    // written. The lowest free number is used, which is this one.
    const int taken = ::open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_WRONLY);
    if (taken >= 0 && taken != descriptor) {
      ::dup2(taken, descriptor);
      ::close(taken);
    }
  }
}

}  // namespace skipcall::cli
