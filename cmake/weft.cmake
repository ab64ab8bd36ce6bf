# How every folder of weft is built. One place for flags, so that all libraries agree on the calling convention.

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(weft_flags INTERFACE)
target_include_directories(weft_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(weft_flags INTERFACE
  -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Werror=return-type -Werror=unused-result
  -fno-semantic-interposition -fvisibility=hidden -fno-strict-aliasing -fwrapv -fno-rtti -msse4.2 -mpopcnt -fno-pie)
# Lazy binding: a short program calls few of the libraries' functions.
target_link_options(weft_flags INTERFACE -fuse-ld=mold -no-pie -Wl,-z,lazy)
if(WEFT_LTO)
  # Calls between the layers are many and short. The linker's cache keeps what did not change.
  target_compile_options(weft_flags INTERFACE -flto=thin)
  target_link_options(weft_flags INTERFACE -flto=thin -Wl,-plugin-opt=cache-dir=${CMAKE_BINARY_DIR}/lto)
endif()

if(WEFT_SANITIZER STREQUAL "address")
  target_compile_options(weft_flags INTERFACE -fsanitize=address,undefined -fno-sanitize=alignment,vptr,function
    -fsanitize-address-use-after-return=never -fno-omit-frame-pointer)
  target_link_options(weft_flags INTERFACE -fsanitize=address,undefined)
  target_compile_definitions(weft_flags INTERFACE WEFT_ASAN=1)
elseif(WEFT_SANITIZER STREQUAL "thread")
  target_compile_options(weft_flags INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
  target_link_options(weft_flags INTERFACE -fsanitize=thread)
  target_compile_definitions(weft_flags INTERFACE WEFT_TSAN=1)
endif()
if(WEFT_COUNT_ATOMICS)
  target_compile_definitions(weft_flags INTERFACE WEFT_COUNT_ATOMICS=1)
  # The instrumentation for atomic operations alone; threading/sync/count.cpp stands in for its runtime.
  target_compile_options(weft_flags INTERFACE -fsanitize=thread "SHELL:-mllvm -tsan-instrument-memory-accesses=0"
    "SHELL:-mllvm -tsan-instrument-func-entry-exit=0" "SHELL:-mllvm -tsan-instrument-memintrinsics=0")
endif()
if(WEFT_LEARN)
  target_compile_definitions(weft_flags INTERFACE WEFT_LEARN=1)
  target_compile_options(weft_flags INTERFACE -fprofile-generate)
  target_link_options(weft_flags INTERFACE -fprofile-generate)
elseif(WEFT_PROFILE AND EXISTS ${WEFT_PROFILE})
  # Functions that changed since are compiled without it.
  target_compile_options(weft_flags INTERFACE -fprofile-use=${WEFT_PROFILE}
    -Wno-profile-instr-unprofiled -Wno-profile-instr-out-of-date)
endif()
if(WEFT_SHARE)
  target_compile_definitions(weft_flags INTERFACE WEFT_SHARE=1)
endif()

# weft_library(name folder [DEPENDS ...] [LIBRARIES ...]): every .cpp below folder.
function(weft_library name folder)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC weft_flags ${ARG_DEPENDS} ${ARG_LIBRARIES})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE weft_flags ${ARG_DEPENDS} ${ARG_LIBRARIES})
  endif()
endfunction()

function(weft_executable name folder)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  if(sources)
    add_executable(${name} ${sources})
    target_link_libraries(${name} PRIVATE ${ARG_DEPENDS})
    # Whole, because tables are reached through weak references.
    set_target_properties(${name} PROPERTIES LINK_LIBRARY_OVERRIDE "WHOLE_ARCHIVE,core_builtins,core_modules")
  endif()
endfunction()

# The threading and memory layers with deliberate defects compiled in (threading/sync/test_fault.h), for their own tests:
# a test that passes although its protocol is broken proves nothing.
function(weft_faulty_layers name)
  set(sources)
  foreach(folder threading/sync threading/runtime memory)
    file(GLOB folder_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
    list(APPEND sources ${folder_sources})
  endforeach()
  add_library(${name} STATIC EXCLUDE_FROM_ALL ${sources})
  target_compile_definitions(${name} PUBLIC WEFT_TEST_FAULTS=1)
  target_link_libraries(${name} PUBLIC weft_flags core_base mimalloc tbb)
endfunction()

# A small program with a deliberate defect: a clean run of the tests means something only if the sanitizer finds this one.
function(weft_canary)
  set(address use_after_free)
  set(thread data_race)
  add_executable(canary EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/canary/${${WEFT_SANITIZER}}.cpp)
  target_link_libraries(canary PRIVATE weft_flags)
endfunction()

# One doctest binary per library: tests/unit/<folder>/**/*_test.cpp becomes <library>_tests, linked to that library alone.
function(weft_tests root)
  add_custom_target(unit_tests)
  weft_faulty_layers(weft_faulty_layers)
  foreach(pair core_base=core/base core_syntax=core/syntax threading_sync=threading/sync
      threading_runtime=threading/runtime memory=memory core_object=core/object core_vm=core/vm)
    string(REPLACE "=" ";" parts ${pair})
    list(GET parts 0 library)
    list(GET parts 1 folder)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${root}/${folder}/*_test.cpp)
    if(sources)
      add_executable(${library}_tests EXCLUDE_FROM_ALL ${sources} ${CMAKE_SOURCE_DIR}/${root}/main.cpp)
      target_compile_definitions(${library}_tests PRIVATE WEFT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
      if(library MATCHES "^(threading_sync|threading_runtime|memory)$")
        target_link_libraries(${library}_tests PRIVATE weft_faulty_layers)
      else()
        target_link_libraries(${library}_tests PRIVATE ${library})
      endif()
      add_dependencies(unit_tests ${library}_tests)
      add_test(NAME ${library} COMMAND ${library}_tests)
    endif()
  endforeach()
endfunction()
