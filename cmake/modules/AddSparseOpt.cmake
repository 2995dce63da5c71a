# Thin wrappers around CMake's own functions. Everything of MLIR and LLVM is
# linked through libMLIR.so and libLLVM.so, never through single archives: two
# copies of one option registry abort at start-up.

# add_sparseopt_library(Name sources... [LINK_LIBS libraries-of-this-project...])
#   A static library of this project that is also part of what embedders link.
function(add_sparseopt_library name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  llvm_update_compile_flags(${name})
  add_dependencies(${name} SparseOptTableGen)
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS} MLIR LLVM)
  sparseopt_reuse_pch(${name})
  set_property(GLOBAL APPEND PROPERTY SPARSEOPT_LIBS ${name})
endfunction()

# add_sparseopt_tool(name sources... [LINK_LIBS libraries...])
function(add_sparseopt_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  llvm_update_compile_flags(${name})
  add_dependencies(${name} SparseOptTableGen)
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} MLIR LLVM)
  sparseopt_reuse_pch(${name})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  set_property(GLOBAL APPEND PROPERTY SPARSEOPT_TOOLS ${name})
endfunction()

# One header is parsed once for all: parsing MLIR is nearly all of the build.
function(sparseopt_reuse_pch target)
  if(SPARSEOPT_ENABLE_PCH)
    target_precompile_headers(${target} REUSE_FROM SparseOptPCH)
  endif()
endfunction()

# sparseopt_tablegen(File.td Output.inc -gen-...)
#   Generates Output.inc at the td file's place in the build tree; every library
#   of this project waits for it.
function(sparseopt_tablegen td output)
  set(LLVM_TARGET_DEFINITIONS ${td})
  mlir_tablegen(${output} ${ARGN})
  # A custom command's output is known in its own folder only; a target is known
  # everywhere.
  file(RELATIVE_PATH path ${PROJECT_BINARY_DIR} ${CMAKE_CURRENT_BINARY_DIR}/${output})
  string(MAKE_C_IDENTIFIER ${path} target)
  add_custom_target(${target} DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${output})
  set_property(GLOBAL APPEND PROPERTY SPARSEOPT_TABLEGEN_TARGETS ${target})
endfunction()

# sparseopt_pass_tablegen(Name): Passes.td of the current folder, with the
# registration functions of its passes named register<Name>Passes().
function(sparseopt_pass_tablegen name)
  sparseopt_tablegen(Passes.td Passes.h.inc -gen-pass-decls -name ${name})
endfunction()
