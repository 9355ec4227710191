# The name of the system for CMake before 3.31, which does not know it.
set(WASI 1)
set(CMAKE_EXECUTABLE_SUFFIX .wasm)
