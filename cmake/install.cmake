# What `cmake --install` installs where. Component `cli`: the program, its module, manual page and completions.
# Component `development`: for engines in C and C++, the action and the native host as libraries (SkipcallAction).
include(GNUInstallDirs)
set(module ${CMAKE_SOURCE_DIR}/build/wasm/remove_contacts.wasm)

# The program finds its module in ../share/skipcall, and wasmtime, which no distribution has, in ../lib/skipcall.
install(TARGETS skipcall RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT cli)
# With the final RPATH from the start: CMake would only overwrite one that names this folder, and its length would
# remain.
set_target_properties(skipcall PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/skipcall" BUILD_WITH_INSTALL_RPATH ON)
get_filename_component(wasmtime_folder ${Wasmtime_LIBRARY} DIRECTORY)
if(NOT Wasmtime_LIBRARY MATCHES "\\.a$")
  install(PROGRAMS ${Wasmtime_LIBRARY} DESTINATION lib/skipcall COMPONENT cli)
endif()
install(FILES ${module} DESTINATION ${CMAKE_INSTALL_DATADIR}/skipcall COMPONENT cli)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${CMAKE_SOURCE_DIR}/apps/cli/README.md
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/skipcall COMPONENT cli)
# Where Debian's policy wants it.
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/skipcall RENAME copyright COMPONENT cli)
# The licences of what is compiled into program and module; wasmtime's is the Apache License, with LLVM's exception.
set(licences ${CMAKE_CURRENT_BINARY_DIR}/THIRD_PARTY_LICENSES.txt)
execute_process(COMMAND ${CMAKE_SOURCE_DIR}/cmake/package/licences.sh
  libcli11-dev libfmt-dev libcsv-dev common/LGPL-2.1 common/Apache-2.0 OUTPUT_FILE ${licences} RESULT_VARIABLE failed)
if(failed)
  message(WARNING "THIRD_PARTY_LICENSES.txt is incomplete: this machine does not have all licences as Debian has them")
endif()
install(FILES ${licences} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/skipcall COMPONENT cli)
# install_printed(NAME FOLDER WORD…): what the program prints for these words, as FOLDER/NAME.
function(install_printed name folder)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/printed/${folder}/${name})
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/printed/${folder})
  add_custom_command(OUTPUT ${output} COMMAND ${CMAKE_COMMAND} -E env LD_LIBRARY_PATH=${wasmtime_folder}
    $<TARGET_FILE:skipcall> ${ARGN} > ${output} DEPENDS skipcall VERBATIM)
  set_property(GLOBAL APPEND PROPERTY skipcall_printed ${output})
  install(FILES ${output} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder} COMPONENT cli)
endfunction()
install_printed(skipcall.1 man/man1 manual)
install_printed(skipcall bash-completion/completions completion bash)
install_printed(_skipcall zsh/site-functions completion zsh)
install_printed(_skipcall zsh/vendor-completions completion zsh) # the folder that Debian's zsh reads
install_printed(skipcall.fish fish/vendor_completions.d completion fish)
get_property(printed GLOBAL PROPERTY skipcall_printed)
add_custom_target(printed_by_the_program ALL DEPENDS ${printed})

# For engines: the action behind the C ABI, and the host on wasmtime.
include(CMakePackageConfigHelpers)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/SkipcallAction)
set_target_properties(skipcall_core PROPERTIES EXPORT_NAME remove_contacts OUTPUT_NAME skipcall_remove_contacts)
set_target_properties(wasmtime_host PROPERTIES EXPORT_NAME host OUTPUT_NAME skipcall_host)
install(TARGETS skipcall_core EXPORT SkipcallActionTargets COMPONENT development
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/skipcall)
install(TARGETS wasmtime_host EXPORT SkipcallHostTargets COMPONENT development
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/skipcall ${CMAKE_INSTALL_INCLUDEDIR}/skipcall/host)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/abi/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/skipcall COMPONENT development
  FILES_MATCHING PATTERN "*.h" PATTERN conformance EXCLUDE)
install(FILES ${CMAKE_SOURCE_DIR}/src/remove_contacts.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/skipcall
  COMPONENT development)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/hosts/wasmtime/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/skipcall/host
  COMPONENT development FILES_MATCHING PATTERN "*.hpp" PATTERN conformance EXCLUDE)
foreach(targets SkipcallActionTargets SkipcallHostTargets)
  install(EXPORT ${targets} NAMESPACE SkipcallAction:: DESTINATION ${config_dir} COMPONENT development)
endforeach()
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/SkipcallActionConfig.cmake.in SkipcallActionConfig.cmake
  INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(SkipcallActionConfigVersion.cmake COMPATIBILITY SameMajorVersion)
configure_file(${CMAKE_SOURCE_DIR}/cmake/skipcall-action.pc.in skipcall-action.pc @ONLY)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/SkipcallActionConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/SkipcallActionConfigVersion.cmake
  ${CMAKE_SOURCE_DIR}/cmake/FindWasmtime.cmake
  DESTINATION ${config_dir} COMPONENT development)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/skipcall-action.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

# cpack: skipcall-VERSION-linux-MACHINE.tar.gz with everything, and a Debian package of the command line.
set(CPACK_PACKAGE_NAME skipcall)
set(CPACK_PACKAGE_FILE_NAME skipcall-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PACKAGE_VENDOR "the Skipcall action authors")
set(CPACK_PACKAGE_CONTACT "the Skipcall action authors <maintainers@skipcall-action.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Removes contacts from Skipcall sequences")
set(CPACK_PACKAGE_HOMEPAGE_URL https://docs.skipcall.app)
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_GENERATOR TGZ DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL cli)
set(CPACK_ARCHIVE_COMPONENT_INSTALL OFF)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_CLI_PACKAGE_NAME skipcall)
set(CPACK_DEBIAN_CLI_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${WASMTIME_DIR}/lib)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
include(CPack)
