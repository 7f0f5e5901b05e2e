// What libFuzzer calls; `scripts/fuzz` compiles it with the library and the targets as one module.

/// The target that is searched: the environment names it.
private nonisolated(unsafe) let target: FuzzTarget = {
  let name = getenv("MM_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget(rawValue: name) else {
    Diagnostics.print("MM_FUZZ_TARGET names no target")
    exit(2)
  }
  return target
}()

/// Files in memory: they are opened again for each input.
private let folder: FuzzFolder = {
  let descriptors = (0..<2).map { _ in memfd_create("fuzz", 0) }
  return FuzzFolder(
    input: "/proc/self/fd/\(descriptors[0])", output: "/proc/self/fd/\(descriptors[1])")
}()

/// Searches one input; what does not hold ends the process.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  do {
    try target.run(Array(UnsafeBufferPointer(start: bytes, count: count)), in: folder)
  } catch {
    Diagnostics.print("does not hold: \(error)")
    abort()
  }
  return 0
}
