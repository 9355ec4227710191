# CMake toolchain: WebAssembly by wasi-sdk. WASI_SDK_PATH (a CMake or an environment variable) names an unpacked
# wasi-sdk; without it the same parts from the packages of Debian and Ubuntu: clang-19, lld-19, wasi-libc,
# libc++-19-dev-wasm32 and libclang-rt-19-dev-wasm32.
set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}")

if(NOT WASI_SDK_PATH AND DEFINED ENV{WASI_SDK_PATH})
  set(WASI_SDK_PATH "$ENV{WASI_SDK_PATH}")
endif()

if(WASI_SDK_PATH)
  set(CMAKE_SYSROOT "${WASI_SDK_PATH}/share/wasi-sysroot")
  set(bin "${WASI_SDK_PATH}/bin/")
  set(suffix "")
  if(EXISTS "${CMAKE_SYSROOT}/lib/wasm32-wasip1")
    set(triple wasm32-wasip1)
  else()
    set(triple wasm32-wasi)
  endif()
else()
  set(bin "/usr/bin/")
  set(suffix "-19")
  set(triple wasm32-wasi)
endif()

set(CMAKE_C_COMPILER "${bin}clang${suffix}")
set(CMAKE_CXX_COMPILER "${bin}clang++${suffix}")
set(CMAKE_AR "${bin}llvm-ar${suffix}")
set(CMAKE_RANLIB "${bin}llvm-ranlib${suffix}")
set(CMAKE_C_COMPILER_TARGET ${triple})
set(CMAKE_CXX_COMPILER_TARGET ${triple})

set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WASI_SDK_PATH)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
