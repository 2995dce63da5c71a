# Configuration of the lit suites: which files are tests, and which tools they use.
import os

import lit.formats
from lit.llvm import llvm_config

config.name = "sparse-opt"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".c", ".test"]
config.excludes = ["Inputs", "CMakeLists.txt", "python"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.sparseopt_test_dir

llvm_config.with_environment("PATH", config.sparseopt_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("FILECHECK_OPTS", "-enable-var-scope --allow-unused-prefixes=false")
config.substitutions.append(("%shlibext", ".so"))
config.substitutions.append(("%lib_dir", config.sparseopt_lib_dir))
config.substitutions.append(("%build_dir", config.sparseopt_build_dir))
config.substitutions.append(("%source_dir", config.sparseopt_source_dir))
config.substitutions.append(("%cmake_compilers", config.cmake_compilers))
config.substitutions.append(("%cc_capi", config.cc_capi))
config.substitutions.append((r"%cc\b", config.c_compiler))
config.substitutions.append(("%llvm_lib_dir", config.llvm_lib_dir))
# Stock programs have no sanitizers: what they load needs the run-time library first.
preload = ""
if config.sanitizer_runtime:
    config.available_features.add("sanitized")
    llvm_config.with_environment("ASAN_OPTIONS", config.asan_options)
    preload = f"env LD_PRELOAD={config.sanitizer_runtime} "
    config.substitutions.append((r"(?<![\w/.-])mlir-opt(?![\w/.-])", f"{preload}mlir-opt"))
config.substitutions.append(("%python", preload + config.python_executable))
if not config.ptxas.endswith("NOTFOUND"):
    config.available_features.add("ptxas")
    config.substitutions.append(("%ptxas", config.ptxas))
if not config.nvdisasm.endswith("NOTFOUND"):
    config.available_features.add("nvdisasm")
npy = os.path.join(os.path.dirname(__file__), "Inputs", "npy.py")
config.substitutions.append(("%npy", f"{config.python_executable} {npy}"))

# Runs the whole suite once more through the round trip of every module. Paths that
# contain the name are left alone.
if os.environ.get("SPARSEOPT_VERIFY_ROUNDTRIP"):
    command = r"(?<![\w/.-])sparse-opt(?![\w/.-])"
    config.substitutions.append((command, "sparse-opt --verify-roundtrip"))
