extension OutputFile {
  /// Replaces a file as a whole: at every instant it holds what it did before, or all of the new.
  ///
  /// The new one is written beside it, under its name and `.tmp`, and renamed over it once it is on
  /// the disk. What is there may be a link to the file.
  ///
  /// - Throws: `DataError` when it cannot be written, or what is there is not a regular file;
  ///   what was there is then still there.
  static func replace(
    _ path: String, with write: (OutputFile) throws(DataError) -> Void
  ) throws(DataError) {
    try checkReplaceable(path)
    let path = target(of: path)
    let temporary = path + ".tmp"
    do throws(DataError) {
      let file = try OutputFile(creating: temporary)
      try write(file)
      try file.synchronize()
      try file.close()
      if rename(temporary, path) != 0 { throw DataError(errno: errno, at: path) }
    } catch {
      unlink(temporary)
      throw error
    }
    synchronizeDirectory(of: path)
  }

  /// Refuses a path at which no file can be replaced: that of a device, a pipe or a directory, and one
  /// in a directory that does not exist or cannot be written to.
  ///
  /// - Throws: `DataError` that says so.
  public static func checkReplaceable(_ path: String) throws(DataError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw DataError("is not a regular file, and cannot be replaced", at: path)
    }
    if access(directory(of: path), W_OK) != 0 { throw DataError(errno: errno, at: path) }
  }

  /// The file that a path leads to by links; the path itself where there is none.
  private static func target(of path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
  }

  /// Writes a rename to the disk; a file system that cannot do that is left alone.
  private static func synchronizeDirectory(of path: String) {
    guard let descriptor = try? openFile(directory(of: path), O_RDONLY) else { return }
    _ = fsync(descriptor)
    _ = systemClose(descriptor)
  }
}
