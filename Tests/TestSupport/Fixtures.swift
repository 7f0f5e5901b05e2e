import Foundation

/// Where the recorded numbers are, and the list of names.
public enum Fixtures {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The list at the root of the project.
  public static let names = root.appending(path: "names.txt").path(percentEncoded: false)

  /// A file or folder of Tests/Fixtures.
  public static func url(_ name: String) -> URL { root.appending(path: "Tests/Fixtures/\(name)") }

  /// The path of a file of Tests/Fixtures.
  public static func path(_ name: String) -> String { url(name).path(percentEncoded: false) }

  /// The inputs of a fuzzer's target.
  public static func corpus(_ target: String) -> URL {
    root.appending(path: "Tests/Fuzz/corpus/\(target)")
  }
}
