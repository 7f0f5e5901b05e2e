// System: the machine. Files whose every failure is an error that names them, blocks of bytes, memory
// that is asked for, threads, and values as words. It knows nothing of text, models or options; no other
// folder touches a descriptor.

/// A file or standard input, open for reading, whose every failure is an error that names it.
final class InputFile: Sendable {
  /// The operand that named the file; `-` for standard input.
  let name: String

  /// The bytes from the current offset to the end, where the file is a regular one.
  ///
  /// `nil` for pipes, terminals and devices, and for files that claim to be empty, as those of
  /// `/proc` do.
  let extent: Range<Int>?

  private let descriptor: Int32

  /// Opens an operand; `-` is standard input.
  ///
  /// - Throws: `DataError` when the file cannot be opened.
  init(_ operand: String) throws(DataError) {
    name = operand
    descriptor = operand == "-" ? STDIN_FILENO : try openFile(operand, O_RDONLY)

    var status = stat()
    var extent: Range<Int>?
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      let start = Int(lseek(descriptor, 0, SEEK_CUR))
      if start >= 0, Int(status.st_size) > start { extent = start..<Int(status.st_size) }
    }
    self.extent = extent
  }

  deinit {
    if descriptor != STDIN_FILENO { close(descriptor) }
  }

  /// Reads what is there, at most a buffer full.
  ///
  /// - Parameter offset: Where in a regular file to read, whatever the current offset is.
  /// - Returns: The number of bytes; 0 at the end of the file.
  /// - Throws: `DataError` when the system reports a failure.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int? = nil
  ) throws(DataError) -> Int {
    while true {
      let count =
        if let offset {
          pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        } else {
          systemRead(descriptor, buffer.baseAddress, buffer.count)
        }
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN: waitUntilReady()
      default: throw DataError(errno: errno, at: name)
      }
    }
  }

  /// Leaves the shared offset of a regular file where a sequential reader would: at `offset`.
  ///
  /// - Throws: `DataError` when the system reports a failure.
  func leaveOffset(at offset: Int) throws(DataError) {
    if lseek(descriptor, off_t(offset), SEEK_SET) < 0 { throw DataError(errno: errno, at: name) }
  }

  /// Whether the next read would have to wait for the writer.
  var wouldWait: Bool {
    guard extent == nil else { return false }
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) == 0
  }

  private func waitUntilReady() {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&request, 1, -1)
  }
}

/// `read(2)`, which the method of that name would hide.
private func systemRead(
  _ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int
) -> Int {
  read(descriptor, buffer, count)
}

/// Opens a file at a descriptor above the three standard ones.
///
/// A tool that was started with one of those closed must not take the file for it.
///
/// - Throws: `DataError` when the file cannot be opened.
func openFile(_ path: String, _ flags: Int32, mode: mode_t = 0o666) throws(DataError) -> Int32 {
  while true {
    let descriptor = open(path, flags | O_CLOEXEC, mode)
    if descriptor > STDERR_FILENO { return descriptor }
    if descriptor >= 0 {
      let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
      let code = errno
      close(descriptor)
      if moved >= 0 { return moved }
      throw DataError(errno: code, at: path)
    }
    if errno != EINTR { throw DataError(errno: errno, at: path) }
  }
}
