# Finds wasmtime's C and C++ API. Defines Wasmtime_FOUND, Wasmtime_VERSION and the target Wasmtime::wasmtime.
#
# WASMTIME_DIR (a CMake or an environment variable): a folder with include/ and lib/, as in wasmtime's own C API
# releases. Otherwise .tools/wasmtime of the checkout, which ./dev or cmake/fetch-wasmtime.sh fills.

if(NOT WASMTIME_DIR AND DEFINED ENV{WASMTIME_DIR})
  set(WASMTIME_DIR "$ENV{WASMTIME_DIR}")
endif()
if(NOT WASMTIME_DIR)
  set(WASMTIME_DIR "${CMAKE_CURRENT_LIST_DIR}/../.tools/wasmtime")
endif()
get_filename_component(WASMTIME_DIR "${WASMTIME_DIR}" ABSOLUTE)

find_path(Wasmtime_INCLUDE_DIR wasmtime.hh PATHS "${WASMTIME_DIR}/include" NO_DEFAULT_PATH)
find_library(Wasmtime_LIBRARY NAMES wasmtime PATHS "${WASMTIME_DIR}/lib" NO_DEFAULT_PATH)
if(Wasmtime_INCLUDE_DIR)
  file(STRINGS "${Wasmtime_INCLUDE_DIR}/wasmtime.h" line REGEX "#define WASMTIME_VERSION ")
  string(REGEX MATCH "[0-9.]+" Wasmtime_VERSION "${line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Wasmtime
  REQUIRED_VARS Wasmtime_LIBRARY Wasmtime_INCLUDE_DIR
  VERSION_VAR Wasmtime_VERSION
  REASON_FAILURE_MESSAGE "run cmake/fetch-wasmtime.sh, or set WASMTIME_DIR to an unpacked C API release")

if(Wasmtime_FOUND AND NOT TARGET Wasmtime::wasmtime)
  find_package(Threads REQUIRED)
  if(Wasmtime_LIBRARY MATCHES "\\.a$")
    add_library(Wasmtime::wasmtime STATIC IMPORTED GLOBAL)
    target_link_libraries(Wasmtime::wasmtime INTERFACE ${CMAKE_DL_LIBS} m)
  else()
    add_library(Wasmtime::wasmtime SHARED IMPORTED GLOBAL)
    # The library has no SONAME; without this, a program would look for it by its full path.
    set_target_properties(Wasmtime::wasmtime PROPERTIES IMPORTED_NO_SONAME ON)
  endif()
  set_target_properties(Wasmtime::wasmtime PROPERTIES IMPORTED_LOCATION "${Wasmtime_LIBRARY}")
  # SYSTEM: its headers do not meet our warnings.
  target_include_directories(Wasmtime::wasmtime SYSTEM INTERFACE "${Wasmtime_INCLUDE_DIR}")
  target_link_libraries(Wasmtime::wasmtime INTERFACE Threads::Threads)
endif()
mark_as_advanced(Wasmtime_INCLUDE_DIR Wasmtime_LIBRARY)
