//===- Weights.cpp - The blob of weights ------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights are written in chunks; no copy of the blob is made.
//
//===----------------------------------------------------------------------===//

#include "Weights.h"

#include "sparse-opt/Runtime/LibraryInfo.h"
#include "sparse-opt/Transforms/Lower/EntryAttributes.h"

#include "mlir/IR/DialectResourceBlobManager.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace sparseopt {

static uint64_t getNumBytes(ElementsAttr value) {
  Type type = value.getElementType();
  unsigned bits = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
  return uint64_t(value.getNumElements()) * llvm::divideCeil(bits, 8);
}

static LogicalResult checkValue(ModuleOp module, StringRef name,
                                ElementsAttr value) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(value);
  if (!resource) {
    if (isa<DenseIntOrFPElementsAttr>(value))
      return success();
    return module.emitError("weight '") << name << "' is not dense";
  }
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  if (!blob)
    return module.emitError("weight '")
           << name << "' has no data: the resource is named but not in the "
           << "module";
  if (blob->getData().size() != getNumBytes(value))
    return module.emitError("weight '")
           << name << "' has " << blob->getData().size() << " bytes, its type "
           << value.getType() << " needs " << getNumBytes(value);
  return success();
}

FailureOr<Weights> Weights::read(ModuleOp module) {
  Weights weights;
  auto rows = module->getAttrOfType<ArrayAttr>(kWeightsAttr);
  if (!rows)
    return weights;
  for (auto row : rows.getAsRange<DictionaryAttr>()) {
    auto value = row.getAs<ElementsAttr>("value");
    auto name = row.getAs<StringAttr>("name");
    if (failed(checkValue(module, name, value)))
      return failure();
    uint64_t offset = row.getAs<IntegerAttr>("offset").getInt();
    weights.rows.push_back({offset, value});
    weights.size = llvm::alignTo(offset + getNumBytes(value), kBufferAlignment);
  }
  sparseopt_rt_hash state;
  sparseopt_rt_hash_begin(&state);
  weights.forEachChunk([&](ArrayRef<char> bytes) {
    sparseopt_rt_hash_update(&state, bytes.data(), bytes.size());
  });
  weights.hash = sparseopt_rt_hash_end(&state);
  return weights;
}

/// Bytes of an attribute that does not hold them as memory does (splats,
/// packed bits).
static SmallVector<char> expandBytes(DenseIntOrFPElementsAttr value) {
  SmallVector<char> bytes;
  uint64_t numBytes = getNumBytes(value);
  bytes.reserve(numBytes);
  if (value.getElementType().isInteger(1)) {
    for (bool bit : value.getValues<bool>())
      bytes.push_back(bit);
    return bytes;
  }
  ArrayRef<char> element = value.getRawData();
  while (bytes.size() < numBytes)
    bytes.append(element.begin(), element.end());
  return bytes;
}

/// Calls back with the blob in order, in pieces whose sizes are multiples
/// of the alignment.
void Weights::forEachChunk(
    llvm::function_ref<void(ArrayRef<char>)> callback) const {
  for (const Row &row : rows) {
    SmallVector<char> expanded;
    ArrayRef<char> bytes;
    if (auto resource = dyn_cast<DenseResourceElementsAttr>(row.value)) {
      bytes = resource.getRawHandle().getBlob()->getData();
    } else {
      auto dense = cast<DenseIntOrFPElementsAttr>(row.value);
      if (dense.isSplat() || dense.getElementType().isInteger(1)) {
        expanded = expandBytes(dense);
        bytes = expanded;
      } else {
        bytes = dense.getRawData();
      }
    }
    size_t whole = llvm::alignDown(bytes.size(), kBufferAlignment);
    callback(bytes.take_front(whole));
    ArrayRef<char> rest = bytes.drop_front(whole);
    if (rest.empty())
      continue;
    SmallVector<char> tail(rest);
    tail.resize(kBufferAlignment, 0);
    callback(tail);
  }
}

void Weights::write(raw_ostream &os) const {
  forEachChunk(
      [&](ArrayRef<char> bytes) { os.write(bytes.data(), bytes.size()); });
}

void Weights::writeFile(raw_ostream &os) const {
  sparseopt_rt_weights_header header = {};
  memcpy(header.magic, SPARSEOPT_WEIGHTS_MAGIC, sizeof(header.magic));
  header.version = 1;
  header.header_size = sizeof(header);
  header.size = size;
  header.hash = hash;
  os.write(reinterpret_cast<const char *>(&header), sizeof(header));
  write(os);
}

namespace {

/// The parts of an ELF object around its one blob: sections are null, the
/// bytes, symbols, strings, and the note that the stack need not be
/// executable. One string table serves symbols and sections.
struct ElfFrame {
  ElfFrame(StringRef symbol, uint64_t size);

  void writeTail(raw_ostream &os) const {
    os.write(reinterpret_cast<const char *>(symbols), sizeof(symbols));
    os << strings;
    os.write(reinterpret_cast<const char *>(sections), sizeof(sections));
  }

  llvm::ELF::Elf64_Ehdr header = {};
  llvm::ELF::Elf64_Sym symbols[2] = {};
  llvm::ELF::Elf64_Shdr sections[5] = {};
  std::string strings;

private:
  uint32_t addString(StringRef text) {
    uint32_t offset = strings.size();
    strings += text;
    strings.push_back('\0');
    return offset;
  }
  void setSection(unsigned index, StringRef name, uint32_t type, uint64_t flags,
                  uint64_t offset, uint64_t bytes, uint64_t alignment);
};

void ElfFrame::setSection(unsigned index, StringRef name, uint32_t type,
                          uint64_t flags, uint64_t offset, uint64_t bytes,
                          uint64_t alignment) {
  sections[index].sh_name = addString(name);
  sections[index].sh_type = type;
  sections[index].sh_flags = flags;
  sections[index].sh_offset = offset;
  sections[index].sh_size = bytes;
  sections[index].sh_addralign = alignment;
}

ElfFrame::ElfFrame(StringRef symbol, uint64_t size) {
  using namespace llvm::ELF;
  addString("");
  symbols[1].st_name = addString(symbol);
  symbols[1].setBindingAndType(STB_GLOBAL, STT_OBJECT);
  symbols[1].st_other = STV_HIDDEN;
  symbols[1].st_shndx = 1;
  symbols[1].st_size = size;

  static_assert(sizeof(Elf64_Ehdr) == 64,
                "the blob follows the header, aligned");
  uint64_t offset = sizeof(Elf64_Ehdr);
  setSection(1, ".rodata.weights", SHT_PROGBITS, SHF_ALLOC, offset, size,
             kBufferAlignment);
  offset += size;
  setSection(2, ".symtab", SHT_SYMTAB, 0, offset, sizeof(symbols), 8);
  sections[2].sh_link = 3;
  sections[2].sh_info = 1;
  sections[2].sh_entsize = sizeof(Elf64_Sym);
  offset += sizeof(symbols);
  setSection(4, ".note.GNU-stack", SHT_PROGBITS, 0, offset, 0, 1);
  setSection(3, ".strtab", SHT_STRTAB, 0, offset, 0, 1);
  strings.resize(llvm::alignTo(strings.size(), 8), '\0');
  sections[3].sh_size = strings.size();

  memcpy(header.e_ident, ElfMagic, 4);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_REL;
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  header.e_shoff = offset + strings.size();
  header.e_ehsize = sizeof(Elf64_Ehdr);
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = std::size(sections);
  header.e_shstrndx = 3;
}

} // namespace

void Weights::writeObject(StringRef symbol, raw_ostream &os) const {
  ElfFrame frame(symbol, size);
  os.write(reinterpret_cast<const char *>(&frame.header), sizeof(frame.header));
  write(os);
  frame.writeTail(os);
}

} // namespace sparseopt
