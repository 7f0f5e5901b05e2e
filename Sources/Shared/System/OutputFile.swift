/// A buffered stream of bytes to standard output or a file, none of which is lost in silence.
///
/// Only when `close` has returned is all of it written: it writes what is buffered, and some file
/// systems report failures no earlier.
public final class OutputFile {
  /// The name in diagnostics: `standard output`, or the file's own.
  let name: String

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isClosed = false
  private static let capacity = 1 << 16

  private init(name: String, descriptor: Int32) {
    self.name = name
    self.descriptor = descriptor
    buffer.reserveCapacity(Self.capacity)
  }

  /// Standard output.
  static func standardOutput() -> OutputFile {
    OutputFile(name: "standard output", descriptor: STDOUT_FILENO)
  }

  /// Creates a file or empties it.
  ///
  /// - Throws: `DataError` when the file cannot be opened.
  convenience init(creating path: String) throws(DataError) {
    self.init(name: path, descriptor: try openFile(path, O_WRONLY | O_CREAT | O_TRUNC))
  }

  /// Opens a file to write at its end, and creates it where there is none.
  ///
  /// - Throws: `DataError` when the file cannot be opened.
  convenience init(appendingTo path: String) throws(DataError) {
    self.init(name: path, descriptor: try openFile(path, O_WRONLY | O_CREAT | O_APPEND))
  }

  /// Whether the file held nothing when it was opened; what has no length, such as a pipe, counts as empty.
  ///
  /// - Throws: `DataError` when the system reports a failure.
  func isEmpty() throws(DataError) -> Bool {
    let length = lseek(descriptor, 0, SEEK_END)
    if length < 0, errno != ESPIPE { throw DataError(errno: errno, at: name) }
    return length <= 0
  }

  /// Whether the stream ends at a terminal.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Writes a text as UTF-8.
  ///
  /// - Throws: `DataError` when the system reports a failure.
  func write(_ text: String) throws(DataError) {
    buffer.append(contentsOf: text.utf8)
    try flushIfFull()
  }

  /// Writes a few bytes.
  ///
  /// - Throws: `DataError` when the system reports a failure.
  func write(_ bytes: [UInt8]) throws(DataError) {
    buffer.append(contentsOf: bytes)
    try flushIfFull()
  }

  /// Writes one byte.
  ///
  /// - Throws: `DataError` when the system reports a failure.
  func write(byte: UInt8) throws(DataError) {
    buffer.append(byte)
    try flushIfFull()
  }

  /// Writes bytes as they are.
  ///
  /// - Throws: `DataError` when the system reports a failure.
  func write(bytes: UnsafeRawBufferPointer) throws(DataError) {
    if bytes.count >= Self.capacity {
      try flush()
      try writeAll(bytes)
    } else {
      buffer.append(contentsOf: bytes)
      try flushIfFull()
    }
  }

  /// Hands what is buffered to the system.
  ///
  /// - Throws: `DataError` when the system reports a failure.
  func flush() throws(DataError) {
    guard !buffer.isEmpty else { return }
    defer { buffer.removeAll(keepingCapacity: true) }
    try buffer.withUnsafeBufferPointer { (bytes) throws(DataError) in
      try writeAll(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Writes what is buffered, and waits until it is on the disk.
  ///
  /// - Throws: `DataError` when the system reports a failure.
  func synchronize() throws(DataError) {
    try flush()
    if fsync(descriptor) != 0 { throw DataError(errno: errno, at: name) }
  }

  /// Writes what is buffered and closes the stream; a second call does nothing.
  ///
  /// - Throws: `DataError` when the system reports a failure.
  func close() throws(DataError) {
    if isClosed { return }
    try flush()
    isClosed = true
    let status = systemClose(descriptor)
    if status != 0, errno != EINTR { throw DataError(errno: errno, at: name) }
  }

  private func flushIfFull() throws(DataError) {
    if buffer.count >= Self.capacity { try flush() }
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = systemWrite(descriptor, rest.baseAddress, rest.count)
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno == EAGAIN {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, -1)
      } else if errno != EINTR {
        throw DataError(errno: errno, at: name)
      }
    }
  }
}

/// `write(2)`, which the methods of that name would hide.
func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

/// `close(2)`, which the method of that name would hide.
func systemClose(_ descriptor: Int32) -> Int32 {
  close(descriptor)
}
