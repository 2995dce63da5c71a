# What `cmake --install` puts where, in components: Development (headers,
# libraries, CMake package), Tools (programs, plugin), Python (the C API's
# library, for the wheel).
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# One target for embedders in C++: everything that InitAll.h registers; the C
# interface is SparseOptC.
get_property(sparseopt_libs GLOBAL PROPERTY SPARSEOPT_LIBS)
add_library(SparseOpt INTERFACE)
target_link_libraries(SparseOpt INTERFACE ${sparseopt_libs})
target_compile_features(SparseOpt INTERFACE cxx_std_17)
foreach(target SparseOpt SparseOptC)
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()

# Builds what the component Development installs.
add_custom_target(sparseopt-libraries DEPENDS ${sparseopt_libs} SparseOptC)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/SparseOpt)
install(TARGETS SparseOpt SparseOptC ${sparseopt_libs}
  EXPORT SparseOptTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Development
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Development)
install(EXPORT SparseOptTargets NAMESPACE SparseOpt::
  DESTINATION ${package_folder} COMPONENT Development)
install(
  DIRECTORY ${PROJECT_SOURCE_DIR}/include/ ${PROJECT_BINARY_DIR}/include/
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT Development
  FILES_MATCHING PATTERN "*.h" PATTERN "*.def" PATTERN "*.td" PATTERN "*.inc"
  PATTERN "CMakeFiles" EXCLUDE)

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/modules/SparseOptConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/SparseOptConfig.cmake
  INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/cmake/SparseOptConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/cmake/SparseOptConfig.cmake
  ${PROJECT_BINARY_DIR}/cmake/SparseOptConfigVersion.cmake
  DESTINATION ${package_folder} COMPONENT Development)

# The build tree is a package too: -DSparseOpt_DIR=<build>/cmake.
export(EXPORT SparseOptTargets NAMESPACE SparseOpt::
  FILE ${PROJECT_BINARY_DIR}/cmake/SparseOptTargets.cmake)

get_property(sparseopt_tools GLOBAL PROPERTY SPARSEOPT_TOOLS)
install(TARGETS ${sparseopt_tools}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT Tools)
install(TARGETS sparsity-plugin
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Tools)

# Beside the package's Python sources, whose place the wheel decides.
install(TARGETS SparseOptC
  LIBRARY DESTINATION sparse_opt COMPONENT Python EXCLUDE_FROM_ALL)
install(TARGETS sparse-opt sparse-run
  RUNTIME DESTINATION sparse_opt/bin COMPONENT Python EXCLUDE_FROM_ALL)
