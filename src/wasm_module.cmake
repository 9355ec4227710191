# remove_contacts.wasm: the core, its shell and the manifest as one WebAssembly module, by either toolchain.

# What every runtime of recent years has, and nothing else. The gate in tests/abi has the same list.
set(features -mcpu=mvp -mmutable-globals -msign-ext -mbulk-memory -mnontrapping-fptoint)
set(optimizer_features --mvp-features --enable-mutable-globals --enable-sign-ext --enable-bulk-memory
    --enable-nontrapping-float-to-int)

# Stack: it comes first, below all data, so that an overflow traps instead of writing over data. 64 KiB is some fifteen
# times the 3.4 KiB that nested input, retries and results were seen to take: only the JSON parser recurses, no deeper
# than the 64 levels of a document that it accepts.
set(stack_bytes 65536)
# Memory: a run of a million contacts takes less than half of it; the limit keeps a run from taking all of a host's.
set(memory_bytes_at_most 268435456)

# Only the build machine's header-only library: its neighbours are not for this target.
find_path(NLOHMANN_JSON_INCLUDE_DIR nlohmann/json.hpp PATHS /usr/include /usr/local/include
  NO_CMAKE_FIND_ROOT_PATH REQUIRED)
set(include_dir ${CMAKE_CURRENT_BINARY_DIR}/include)
file(MAKE_DIRECTORY ${include_dir})
file(CREATE_LINK ${NLOHMANN_JSON_INCLUDE_DIR}/nlohmann ${include_dir}/nlohmann SYMBOLIC)

find_program(WASM_OPT wasm-opt REQUIRED)

add_executable(remove_contacts ${SKIPCALL_CORE_SOURCES} ${manifest_cpp} wasm_libc.cpp wasm_malloc.cpp manifest_section.c)
set_target_properties(remove_contacts PROPERTIES
  SUFFIX .wasm
  RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
target_include_directories(remove_contacts PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/abi)
target_include_directories(remove_contacts SYSTEM PRIVATE ${include_dir})
target_compile_definitions(remove_contacts PRIVATE ${SKIPCALL_CORE_DEFINITIONS} NDEBUG)
# By wasi-sdk: small where code runs a few times per request, fast where it runs for each id. By Emscripten, whose older
# compiler generates slower code with -Oz: fast. Only the compiler gets an -O: with one for the linker, clang also runs
# whatever wasm-opt it finds in PATH.
target_compile_options(remove_contacts PRIVATE
  $<IF:$<PLATFORM_ID:WASI>,-Oz,-O2> ${features} -fvisibility=hidden -ffunction-sections -fdata-sections
  $<$<COMPILE_LANGUAGE:CXX>:${SKIPCALL_CORE_OPTIONS}>)
# A section by .incbin does not go through link-time optimization.
set_source_files_properties(manifest_section.c PROPERTIES
  COMPILE_DEFINITIONS "ACTION_MANIFEST_FILE=\"${manifest_json}\""
  OBJECT_DEPENDS ${manifest_json})
# The other files do, except the replacements for library functions.
set_source_files_properties(${SKIPCALL_CORE_SOURCES} ${manifest_cpp} PROPERTIES COMPILE_OPTIONS -flto)
set_source_files_properties(contact_id.cpp http_headers.cpp plain_removals.cpp removals.cpp PROPERTIES COMPILE_OPTIONS "-flto;-O2")

set(module $<TARGET_FILE:remove_contacts>)
if(CMAKE_SYSTEM_NAME STREQUAL "WASI")
  target_link_options(remove_contacts PRIVATE
    -mexec-model=reactor -flto -Wl,--lto-O2 -Wl,--gc-sections -Wl,--strip-all
    -Wl,--stack-first -Wl,-z,stack-size=${stack_bytes} -Wl,--max-memory=${memory_bytes_at_most})
else()
  # ERROR_ON_UNDEFINED_SYMBOLS is off for the host's imports and hides other missing ones: the gate sees them.
  target_link_options(remove_contacts PRIVATE
    -flto -Wl,--lto-O3 -sSTANDALONE_WASM --no-entry -sFILESYSTEM=0 -sSUPPORT_ERRNO=0 -sERROR_ON_UNDEFINED_SYMBOLS=0
    -sALLOW_MEMORY_GROWTH -sABORTING_MALLOC=0 -sMAXIMUM_MEMORY=${memory_bytes_at_most}
    -sINITIAL_MEMORY=262144 -sTOTAL_STACK=${stack_bytes} -Wl,--stack-first)
  find_program(WASM_METADCE wasm-metadce REQUIRED)
  add_custom_command(TARGET remove_contacts POST_BUILD
    COMMAND ${WASM_METADCE} ${optimizer_features} --graph-file ${CMAKE_SOURCE_DIR}/cmake/exports.graph.json
            ${module} -o ${module} > ${CMAKE_CURRENT_BINARY_DIR}/metadce.log
    VERBATIM)
endif()
add_custom_command(TARGET remove_contacts POST_BUILD
  COMMAND ${WASM_OPT} ${optimizer_features} -O3 --low-memory-unused --strip-debug --strip-producers --strip-target-features
          ${module} -o ${module}
  COMMAND ${CMAKE_COMMAND} -DFILE=${module} -P ${CMAKE_SOURCE_DIR}/cmake/print_size.cmake
  VERBATIM)
