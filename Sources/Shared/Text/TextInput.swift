/// Items to be read from files, one after the other: the text operands of a tool.
public struct TextInput: Sendable {
  /// The operands; `-` is standard input.
  public let files: [String]

  /// Whether items end with NUL instead of a newline.
  public let isNullSeparated: Bool

  /// The length of the parts into which a regular file is cut for several threads, in bytes.
  ///
  /// Large against a line and against the work of starting a part, small against a file that is
  /// worth a second thread.
  var partSize = 1 << 22

  static let blockSize = 1 << 18

  /// Names the operands of a tool; without any it is standard input.
  public init(_ operands: [String], isNullSeparated: Bool = false) {
    files = operands.isEmpty ? ["-"] : operands
    self.isNullSeparated = isNullSeparated
  }

  /// Reads all the items in order.
  ///
  /// - Parameters:
  ///   - beforeWaiting: Called before a read that has to wait for whoever writes.
  /// - Throws: `DataError` with the file and, for bad text, the line; what the visitor throws.
  func read<Visitor: ItemVisitor>(
    into visitor: inout Visitor,
    beforeWaiting: (inout Visitor) throws(DataError) -> Void = { _ in }
  ) throws(DataError) {
    for name in files {
      try read(try InputFile(name), into: &visitor, beforeWaiting: beforeWaiting)
    }
  }

  /// Reads the items of one file in order.
  func read<Visitor: ItemVisitor>(
    _ file: InputFile, into visitor: inout Visitor,
    beforeWaiting: (inout Visitor) throws(DataError) -> Void = { _ in }
  ) throws(DataError) {
    var source = BlockSource(file: file, end: nil, offset: nil)
    var decoder = ItemDecoder(isNullSeparated: isNullSeparated)
    var isLast = false
    while !isLast {
      if file.wouldWait { try beforeWaiting(&visitor) }
      isLast = try !source.fill()
      do throws(DataError) {
        try source.decode(with: &decoder, isLast: isLast, into: &visitor)
      } catch {
        throw error.at("\(file.name):\(decoder.line)")
      }
    }
  }
}

/// The bytes of a file a block at a time, those that were left over before the new ones.
struct BlockSource {
  let file: InputFile

  /// Where to stop reading, for a part of a regular file.
  var end: Int?

  /// Where to read next, for a part of a regular file; `nil` reads on from the current offset.
  var offset: Int?

  private var buffer = [UInt8](repeating: 0, count: TextInput.blockSize)
  private var count = 0

  init(file: InputFile, end: Int?, offset: Int?) {
    self.file = file
    self.end = end
    self.offset = offset
  }

  /// Reads more bytes.
  ///
  /// - Returns: Whether there were any.
  /// - Throws: `DataError` when a read fails.
  mutating func fill() throws(DataError) -> Bool {
    var room = buffer.count - count
    if let end, let offset { room = min(room, max(0, end - offset)) }
    if room == 0 { return false }
    let added = try buffer.withUnsafeMutableBufferPointer { (bytes) throws(DataError) in
      let free = UnsafeMutableBufferPointer(rebasing: bytes[count..<(count + room)])
      return try file.read(into: UnsafeMutableRawBufferPointer(free), at: offset)
    }
    count += added
    if let offset { self.offset = offset + added }
    return added > 0
  }

  /// Decodes what was read, and keeps what needs the bytes that follow it.
  ///
  /// - Throws: `DataError` of the decoder or the visitor.
  mutating func decode<Visitor: ItemVisitor>(
    with decoder: inout ItemDecoder, isLast: Bool, into visitor: inout Visitor
  ) throws(DataError) {
    let decoded = try buffer.withUnsafeBufferPointer { (bytes) throws(DataError) in
      try decoder.decode(
        UnsafeBufferPointer(rebasing: bytes[..<count]), isLast: isLast, into: &visitor)
    }
    if decoded < count, decoded > 0 {
      buffer.withUnsafeMutableBytes { bytes in
        bytes.copyBytes(from: UnsafeRawBufferPointer(rebasing: bytes[decoded..<count]))
      }
    }
    count -= decoded
  }

  /// Passes over bytes up to the first separator and past it.
  ///
  /// - Returns: The offset after the separator, or `nil` where none comes before `end`.
  /// - Throws: `DataError` when a read fails.
  mutating func skip(past separator: UInt8) throws(DataError) -> Int? {
    while try fill() {
      if let index = buffer[..<count].firstIndex(of: separator), let offset {
        return offset - count + index + 1
      }
      count = 0
    }
    return nil
  }
}
