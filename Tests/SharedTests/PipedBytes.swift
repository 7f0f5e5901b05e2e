import Foundation

@testable import Shared

#if canImport(Glibc)
  import Glibc
#endif

/// Bytes that come through a pipe, in pieces.
enum PipedBytes {
  /// Reads from a pipe into which a thread writes.
  ///
  /// On Linux each read gives one piece: the pipe keeps the writes apart.
  ///
  /// - Parameters:
  ///   - pieces: The lengths of the pieces, again and again.
  ///   - work: Called with the path of the pipe.
  static func read<Result>(
    _ bytes: [UInt8], pieces: [Int] = [1], _ work: (String) throws -> Result
  ) throws -> Result {
    var ends: [Int32] = [0, 0]
    #if os(Linux)
      let status = pipe2(&ends, O_DIRECT)
    #else
      let status = pipe(&ends)
    #endif
    precondition(status == 0, "no pipe")
    let (readEnd, writeEnd) = (ends[0], ends[1])
    let writer = Thread {
      var begin = 0
      var index = 0
      while begin < bytes.count {
        let end = min(begin + pieces[index % pieces.count], bytes.count)
        let count = bytes[begin..<end].withUnsafeBytes {
          systemWrite(writeEnd, $0.baseAddress, $0.count)
        }
        if count <= 0 { break }
        begin += count
        index += 1
      }
      close(writeEnd)
    }
    writer.start()
    defer { close(readEnd) }
    return try work("/dev/fd/\(readEnd)")
  }

  /// The bytes that a pipe holds for certain.
  static let capacity = 1 << 14

  /// Reads from a pipe that holds all the bytes.
  ///
  /// - Precondition: They are not more than `capacity`.
  static func read<Result>(
    atOnce bytes: [UInt8], _ work: (String) throws -> Result
  ) throws -> Result {
    var ends: [Int32] = [0, 0]
    precondition(bytes.count <= capacity && pipe(&ends) == 0, "no pipe")
    defer { close(ends[0]) }
    let count = bytes.withUnsafeBytes { systemWrite(ends[1], $0.baseAddress, $0.count) }
    close(ends[1])
    precondition(count == bytes.count, "the pipe does not hold the bytes")
    return try work("/dev/fd/\(ends[0])")
  }
}
