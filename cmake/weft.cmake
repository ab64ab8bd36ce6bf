# How every folder of weft is built. One place for flags, so that all libraries agree on the calling convention.

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(weft_flags INTERFACE)
target_include_directories(weft_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(weft_flags INTERFACE
  -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Werror=return-type -Werror=unused-result
  -fno-semantic-interposition -fvisibility=hidden -fno-plt -fno-strict-aliasing -fwrapv -fno-rtti -msse4.2 -mpopcnt -fno-pie)
target_link_options(weft_flags INTERFACE -fuse-ld=mold -no-pie)

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
  endif()
endfunction()

# One doctest binary per library: tests/unit/<folder>/**/*_test.cpp becomes <library>_tests, linked to that library alone.
function(weft_tests root)
  add_custom_target(unit_tests)
  foreach(pair core_base=core/base core_syntax=core/syntax threading_sync=threading/sync
      threading_runtime=threading/runtime memory=memory core_object=core/object core_vm=core/vm)
    string(REPLACE "=" ";" parts ${pair})
    list(GET parts 0 library)
    list(GET parts 1 folder)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${root}/${folder}/*_test.cpp)
    if(sources)
      add_executable(${library}_tests EXCLUDE_FROM_ALL ${sources} ${CMAKE_SOURCE_DIR}/${root}/main.cpp)
      target_link_libraries(${library}_tests PRIVATE ${library})
      add_dependencies(unit_tests ${library}_tests)
      add_test(NAME ${library} COMMAND ${library}_tests)
    endif()
  endforeach()
endfunction()
