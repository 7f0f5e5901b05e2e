/// The bytes of a file one after the other, with a look ahead.
struct ByteReader {
  let file: InputFile

  /// The number of the line that is read next, from 1.
  private(set) var line = 1

  /// What was read and not yet taken: the bytes from `position` to `end`.
  private var buffer: [UInt8] = []
  private var position = 0
  private var end = 0
  private var isAtEnd = false
  private static let blockSize = 1 << 16

  init(_ file: InputFile) {
    self.file = file
  }

  /// The next bytes, without taking them; fewer than asked for only at the end of the file.
  mutating func peek(_ count: Int) throws(DataError) -> ArraySlice<UInt8> {
    while end - position < count, !isAtEnd { try fill() }
    return buffer[position..<min(position + count, end)]
  }

  /// Takes the bytes up to a newline, and the newline.
  ///
  /// - Throws: `DataError` where the file ends before a newline, or when a read fails.
  mutating func readLine() throws(DataError) -> String {
    var searched = position
    while true {
      if let newline = buffer[searched..<end].firstIndex(of: UInt8(ascii: "\n")) {
        defer {
          position = newline + 1
          line += 1
        }
        guard let text = String(validating: buffer[position..<newline], as: UTF8.self) else {
          throw DataError("invalid UTF-8", at: "\(file.name):\(line)")
        }
        return text
      }
      if isAtEnd { throw DataError("truncated: no newline at the end", at: "\(file.name):\(line)") }
      let unread = end - position
      try fill()
      searched = position + unread
    }
  }

  /// Takes as many bytes as a buffer holds.
  ///
  /// - Throws: `DataError` where the file ends earlier, or when a read fails.
  mutating func read(into destination: UnsafeMutableRawBufferPointer) throws(DataError) {
    let buffered = min(destination.count, end - position)
    destination.copyBytes(from: buffer[position..<position + buffered])
    position += buffered
    var rest = UnsafeMutableRawBufferPointer(rebasing: destination[buffered...])
    while !rest.isEmpty {
      let count = try file.read(into: rest)
      if count == 0 { throw DataError("truncated: the data ends early", at: file.name) }
      rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Takes elements, whose memory grows only as they arrive.
  ///
  /// - Throws: `DataError` where the file ends earlier, or when a read fails.
  mutating func read<Element: BitwiseCopyable & Numeric>(
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
  mutating func skip(_ count: Int) throws(DataError) {
    var rest = count
    while rest > 0 {
      let block = try peek(min(rest, Self.blockSize)).count
      if block == 0 { throw DataError("truncated: the data ends early", at: file.name) }
      position += block
      rest -= block
    }
  }

  private mutating func fill() throws(DataError) {
    if position > 0 {
      buffer.withUnsafeMutableBytes { bytes in
        bytes.copyBytes(from: UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
      }
      end -= position
      position = 0
    }
    if end == buffer.count {
      buffer += [UInt8](repeating: 0, count: max(Self.blockSize, end))
    }
    let count = try buffer.withUnsafeMutableBufferPointer { (bytes) throws(DataError) in
      let free = UnsafeMutableBufferPointer(rebasing: bytes[end...])
      return try file.read(into: UnsafeMutableRawBufferPointer(free))
    }
    end += count
    isAtEnd = count == 0
  }
}
