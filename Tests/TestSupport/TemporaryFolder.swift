import Foundation

/// A folder for the files of a test, which goes when the test does.
public final class TemporaryFolder {
  private let url = FileManager.default.temporaryDirectory
    .appending(path: "makemore-tests-\(UUID().uuidString)")

  /// Makes the folder.
  public init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file, whether it is there or not.
  public func path(_ name: String) -> String {
    url.appending(path: name).path(percentEncoded: false)
  }

  /// Makes a file.
  ///
  /// - Returns: Its path.
  public func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let path = path(name)
    // Some file systems wait for the disk when a file is cut short and written again.
    try? FileManager.default.removeItem(atPath: path)
    try Data(Array(bytes)).write(to: URL(filePath: path))
    return path
  }

  /// The text of a file.
  public func read(_ name: String) throws -> String {
    try String(contentsOf: url.appending(path: name), encoding: .utf8)
  }
}
