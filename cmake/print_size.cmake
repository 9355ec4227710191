# cmake -DFILE=… -P print_size.cmake
file(SIZE "${FILE}" size)
get_filename_component(name "${FILE}" NAME)
math(EXPR whole "${size} / 1024")
math(EXPR tenth "${size} * 10 / 1024 % 10")
message("${name}: ${size} bytes (${whole}.${tenth} KiB)")
