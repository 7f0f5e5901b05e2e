/// The bytes of a file, a block at a time, with a look ahead: what was read and not taken stays.
///
/// Text is decoded from the block itself; models are read line by line, or element by element.
final class BlockReader {
  let file: InputFile

  /// The number of the line that `readLine` reads next, from 1.
  private(set) var line = 1

  /// Where to read next, for a part of a regular file; `nil` reads on from the current offset.
  private(set) var offset: Int?

  /// Where a part of a regular file ends.
  private let limit: Int?

  /// What was read and not yet taken: the bytes from `position` to `end`.
  private var buffer: [UInt8] = []
  private var position = 0
  private var end = 0
  private var isAtEnd = false

  /// How much is read at a time: large against a system call, small against the second-level cache.
  private static let blockSize = 1 << 18

  /// Reads from the current offset of a file.
  init(_ file: InputFile) {
    self.file = file
    (offset, limit) = (nil, nil)
  }

  /// Reads a part of a regular file.
  ///
  /// - Parameter limit: Where the part ends; `nil` for the end of the file.
  init(_ file: InputFile, from offset: Int, to limit: Int? = nil) {
    self.file = file
    self.offset = offset
    self.limit = limit
  }

  /// Reads more bytes after those that are not taken.
  ///
  /// - Returns: Whether there were any.
  /// - Throws: `DataError` when a read fails.
  func fill() throws(DataError) -> Bool {
    if position > 0 {
      if position < end {
        buffer.withUnsafeMutableBytes { bytes in
          bytes.copyBytes(from: UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
        }
      }
      end -= position
      position = 0
    }
    if end == buffer.count {
      buffer += [UInt8](repeating: 0, count: max(Self.blockSize, end))
    }
    var room = buffer.count - end
    if let limit, let offset { room = min(room, max(0, limit - offset)) }
    let added =
      try room == 0
      ? 0
      : buffer.withUnsafeMutableBufferPointer { (bytes) throws(DataError) in
        let free = UnsafeMutableBufferPointer(rebasing: bytes[end..<end + room])
        return try file.read(into: UnsafeMutableRawBufferPointer(free), at: offset)
      }
    end += added
    if let offset { self.offset = offset + added }
    isAtEnd = added == 0
    return added > 0
  }

  /// Calls `body` with the bytes that are not taken, and takes as many as it says.
  @inline(__always)
  func take(
    _ body: (UnsafeBufferPointer<UInt8>) throws(DataError) -> Int
  ) throws(DataError) {
    position += try buffer.withUnsafeBufferPointer { (bytes) throws(DataError) in
      try body(UnsafeBufferPointer(rebasing: bytes[position..<end]))
    }
  }

  /// The next bytes, without taking them; fewer than asked for only at the end of the file.
  ///
  /// - Throws: `DataError` when a read fails.
  func peek(_ count: Int) throws(DataError) -> ArraySlice<UInt8> {
    while end - position < count, !isAtEnd { _ = try fill() }
    return buffer[position..<min(position + count, end)]
  }

  /// Whether the next bytes are those of a text.
  ///
  /// - Throws: `DataError` when a read fails.
  func starts(with text: String) throws(DataError) -> Bool {
    try peek(text.utf8.count).elementsEqual(text.utf8)
  }

  /// Takes the bytes up to a newline, and the newline; a carriage return before it is dropped.
  ///
  /// - Throws: `DataError` where the file ends before a newline, at invalid UTF-8, or when a read
  ///   fails.
  func readLine() throws(DataError) -> String {
    var searched = position
    while true {
      if let newline = buffer[searched..<end].firstIndex(of: UInt8(ascii: "\n")) {
        defer {
          position = newline + 1
          line += 1
        }
        var text = buffer[position..<newline]
        if text.last == UInt8(ascii: "\r") { text.removeLast() }
        guard let text = String(validating: text, as: UTF8.self) else {
          throw DataError("invalid UTF-8", at: "\(file.name):\(line)")
        }
        return text
      }
      if isAtEnd { throw DataError("truncated: no newline at the end", at: "\(file.name):\(line)") }
      let unread = end - position
      _ = try fill()
      searched = position + unread
    }
  }

  /// Takes elements, whose memory grows only as they arrive.
  ///
  /// - Throws: `DataError` where the file ends earlier, or when a read fails.
  func read<Element: BitwiseCopyable & Numeric>(
    _ type: Element.Type, count: Int
  ) throws(DataError) -> [Element] {
    var values: [Element] = []
    while values.count < count {
      let begin = values.count
      let block = min(count - begin, Self.blockSize)
      values.append(contentsOf: repeatElement(.zero, count: block))
      try values.withUnsafeMutableBufferPointer { (values) throws(DataError) in
        let new = UnsafeMutableBufferPointer(rebasing: values[begin...])
        try read(into: UnsafeMutableRawBufferPointer(new))
      }
    }
    return values
  }

  /// Passes over bytes.
  ///
  /// - Throws: `DataError` where the file ends earlier, or when a read fails.
  func skip(_ count: Int) throws(DataError) {
    var rest = count
    while rest > 0 {
      let block = try peek(min(rest, Self.blockSize)).count
      if block == 0 { throw truncated }
      position += block
      rest -= block
    }
  }

  /// Passes over bytes up to the first separator and past it.
  ///
  /// - Returns: The offset after the separator, or `nil` where none comes before the end.
  /// - Throws: `DataError` when a read fails.
  /// - Precondition: What is read is a part of a regular file, and nothing was read yet.
  func skip(past separator: UInt8) throws(DataError) -> Int? {
    while try fill() {
      if let index = buffer[position..<end].firstIndex(of: separator), let offset {
        return offset - end + index + 1
      }
      position = end
    }
    return nil
  }

  /// Takes as many bytes as a buffer holds.
  private func read(
    into destination: UnsafeMutableRawBufferPointer
  ) throws(DataError) {
    let buffered = min(destination.count, end - position)
    destination.copyBytes(from: buffer[position..<position + buffered])
    position += buffered
    var rest = UnsafeMutableRawBufferPointer(rebasing: destination[buffered...])
    while !rest.isEmpty {
      let count = try file.read(into: rest)
      if count == 0 { throw truncated }
      rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
    }
  }

  private var truncated: DataError { DataError("truncated: the data ends early", at: file.name) }
}
