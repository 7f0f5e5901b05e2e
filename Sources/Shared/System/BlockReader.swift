/// The bytes of a file, a block at a time, with a look ahead: what was read and not taken stays.
///
/// Text is decoded from the block itself; models are read line by line, or element by element.
final class BlockReader {
  let file: InputFile

  /// The number of the line that `takeLine` takes next, from 1.
  private(set) var line = 1

  /// Where to read next, for a part of a regular file; `nil` reads on from the current offset.
  private(set) var offset: Int?

  /// Where a part of a regular file ends.
  private let limit: Int?

  /// What was read and not yet taken: the bytes from `position` to `end`.
  private var buffer = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
  private var position = 0
  private var end = 0
  private var isAtEnd = false

  /// What the buffer lies in.
  private var memory: UnsafeMutableRawPointer?

  /// The number of bytes read, those from `position` to `end` included.
  private var total = 0

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

  deinit { free(memory) }

  /// Reads more bytes after those that are not taken.
  ///
  /// - Returns: Whether there were any.
  /// - Throws: `DataError` when a read fails, or there is no memory for the bytes that are not taken.
  func fill() throws(DataError) -> Bool {
    if position > 0 {
      if let start = buffer.baseAddress, position < end {
        memmove(start, start + position, end - position)
      }
      end -= position
      position = 0
    }
    if end == buffer.count { try grow() }
    var room = buffer.count - end
    if let limit, let offset { room = min(room, max(0, limit - offset)) }
    let free = UnsafeMutableRawBufferPointer(
      rebasing: UnsafeMutableRawBufferPointer(buffer)[end..<end + room])
    let added = room == 0 ? 0 : try file.read(into: free, at: offset)
    end += added
    total += added
    if let offset { self.offset = offset + added }
    isAtEnd = added == 0
    return added > 0
  }

  /// Calls `body` with the bytes that are not taken, and takes the number that it returns.
  @inline(__always)
  func take(
    _ body: (UnsafeBufferPointer<UInt8>) throws(DataError) -> Int
  ) throws(DataError) {
    position += try body(unread)
  }

  /// The next bytes, without taking them; fewer than asked for only at the end of the file.
  ///
  /// - Throws: `DataError` when a read fails.
  func peek(_ count: Int) throws(DataError) -> [UInt8] {
    while end - position < count, !isAtEnd { _ = try fill() }
    return Array(unread.prefix(count))
  }

  /// Whether all is taken and nothing follows.
  ///
  /// - Throws: `DataError` when a read fails.
  func isFinished() throws(DataError) -> Bool {
    while position == end, !isAtEnd { _ = try fill() }
    return position == end
  }

  /// Whether the next bytes are those of a text.
  ///
  /// - Throws: `DataError` when a read fails.
  func starts(with text: String) throws(DataError) -> Bool {
    while end - position < text.utf8.count, !isAtEnd { _ = try fill() }
    return unread.starts(with: text.utf8)
  }

  /// Takes the bytes up to a newline, and the newline, and calls `body` with those before it; a
  /// carriage return before the newline is dropped.
  ///
  /// - Throws: `DataError` where the file ends before a newline, or when a read fails; what `body`
  ///   throws, at this line.
  func takeLine<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(DataError) -> Result
  ) throws(DataError) -> Result {
    var searched = position
    while true {
      if let newline = loaded.place(of: UInt8(ascii: "\n"), from: searched) {
        defer {
          position = newline + 1
          line += 1
        }
        let isReturned = newline > position && buffer[newline - 1] == UInt8(ascii: "\r")
        let range = position..<(isReturned ? newline - 1 : newline)
        do throws(DataError) {
          return try body(UnsafeBufferPointer(rebasing: buffer[range]))
        } catch { throw error.at("\(file.name):\(line)") }
      }
      if isAtEnd { throw DataError("truncated: no newline at the end", at: "\(file.name):\(line)") }
      let unread = end - position
      _ = try fill()
      searched = position + unread
    }
  }

  /// Takes a line as a text, which is refused rather than repaired.
  ///
  /// - Throws: `DataError` as `takeLine` does, and at invalid UTF-8.
  func takeLine() throws(DataError) -> String {
    try takeLine { (bytes) throws(DataError) in
      guard Memory.has(bytes.count) else {
        throw DataError("out of memory at a line of \(ByteCount.text(Double(bytes.count)))")
      }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw DataError("invalid UTF-8")
      }
      return text
    }
  }

  /// Takes elements, whose memory grows only as they arrive, unless the file is known to have them.
  ///
  /// - Returns: `nil` where there is no memory for them.
  /// - Throws: `DataError` where the file ends earlier, or when a read fails.
  func read<Element: BitwiseCopyable & Numeric>(
    _ type: Element.Type, count: Int
  ) throws(DataError) -> [Element]? {
    var values: [Element] = []
    let isThere = (remaining ?? 0) / MemoryLayout<Element>.size >= count
    if isThere, !values.makeRoom(for: count) { return nil }
    while values.count < count {
      let begin = values.count
      let block = min(count - begin, Self.blockSize)
      guard values.makeRoom(for: block, limit: count) else { return nil }
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
      if try isFinished() { throw truncated }
      let block = min(rest, end - position)
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
      if let index = loaded.place(of: separator, from: position), let offset {
        return offset - end + index + 1
      }
      position = end
    }
    return nil
  }

  /// Fills a buffer.
  private func read(
    into destination: UnsafeMutableRawBufferPointer
  ) throws(DataError) {
    let buffered = min(destination.count, end - position)
    destination.copyBytes(from: unread.prefix(buffered))
    position += buffered
    var rest = UnsafeMutableRawBufferPointer(rebasing: destination[buffered...])
    while !rest.isEmpty {
      let count = try file.read(into: rest)
      if count == 0 { throw truncated }
      total += count
      rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// The bytes of a regular file that are not taken; `nil` where their number is not known.
  private var remaining: Int? {
    file.extent.map { max(0, $0.count - (total - (end - position))) }
  }

  /// What was read, taken or not.
  private var loaded: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: buffer[..<end]) }

  /// What was read and not taken.
  private var unread: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: buffer[position..<end])
  }

  /// Makes the buffer longer by a block, or twice as long.
  ///
  /// It is aligned, because a system call copies to an odd multiple of 16 bytes, which is what
  /// `realloc` gives, at a quarter of the speed.
  private func grow() throws(DataError) {
    let size = buffer.count + max(Self.blockSize, buffer.count)
    let alignment = 64
    let shift = memory.map { $0.alignedUp(toMultipleOf: alignment) - $0 } ?? 0
    guard Memory.has(size), let memory = realloc(memory, size + alignment) else {
      if end == 0 { throw DataError("out of memory: there is none to read with", at: file.name) }
      let read = ByteCount.text(Double(end))
      throw DataError("out of memory at a line of more than \(read)", at: "\(file.name):\(line)")
    }
    let start = memory.alignedUp(toMultipleOf: alignment)
    memmove(start, memory + shift, end)
    self.memory = memory
    buffer = UnsafeMutableBufferPointer(
      start: start.bindMemory(to: UInt8.self, capacity: size), count: size)
  }

  private var truncated: DataError { DataError("truncated: the data ends early", at: file.name) }
}

extension UnsafeBufferPointer<UInt8> {
  /// The place of the first byte of a value in a part of the bytes.
  func place(of byte: UInt8, from start: Int, to end: Int? = nil) -> Int? {
    let end = end ?? count
    guard start < end, let base = baseAddress,
      let found = memchr(base + start, Int32(byte), end - start)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }
}
