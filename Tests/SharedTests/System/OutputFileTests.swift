import Foundation
import Testing

@testable import Shared

/// What a failing system does to writes is tested by injected.sh.
@Suite struct OutputFileTests {
  @Test func errorsNameTheFile() throws {
    let folder = try TemporaryFolder()
    let under = folder.path("absent/file")
    #expect(
      try dataError { _ = try OutputFile(creating: under) }?.description
        == "\(under): No such file or directory")
    let directory = folder.path("")
    #expect(
      try dataError { _ = try OutputFile(appendingTo: directory) }?.description
        == "\(directory): Is a directory")
  }

  @Test func whatIsWrittenInAnyWayKeepsItsOrder() throws {
    let folder = try TemporaryFolder()
    let large = [UInt8](repeating: 4, count: 1 << 17)
    let written = try folder.written { file in
      try file.write("\u{1}")
      try file.write([2, 2])
      try file.write(byte: 3)
      // As much as goes to the system at once, after what waits.
      try large.withUnsafeBytes { try file.write(bytes: $0) }
      try [UInt8]([5]).withUnsafeBytes { try file.write(bytes: $0) }
    }
    #expect(written == [1, 2, 2, 3] + large + [5])
  }

  @Test func bytesWaitForFlushOrClose() throws {
    let folder = try TemporaryFolder()
    let file = try OutputFile(creating: folder.path("file"))
    try file.write("a")
    #expect(try folder.read("file") == "")
    try file.flush()
    #expect(try folder.read("file") == "a")
    try file.write("b")
    try file.close()
    try file.close()
    #expect(try folder.read("file") == "ab")
  }

  @Test func appendingKeepsWhatIsThere() throws {
    let folder = try TemporaryFolder()
    for (index, text) in ["a", "b"].enumerated() {
      let file = try OutputFile(appendingTo: folder.path("file"))
      #expect(try file.isEmpty() == (index == 0))
      try file.write(text)
      try file.close()
    }
    #expect(try folder.read("file") == "ab")
    let again = try OutputFile(creating: folder.path("file"))
    #expect(try again.isEmpty())
  }

  /// With SIGPIPE ignored; by its default it ends the process.
  @Test func aReaderWhoLeftIsAnError() async {
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_IGN)
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      let path = "/dev/fd/\(ends[1])"
      let file = try OutputFile(creating: path)
      try #require(try file.isEmpty())
      try file.write("a")
      close(ends[0])
      let error = try dataError { try file.close() }
      try #require(error?.description == "\(path): Broken pipe")
    }
  }

  // MARK: Replacing

  private func replace(_ path: String, _ text: String) throws {
    try OutputFile.replace(path) { (file) throws(DataError) in try file.write(text) }
  }

  @Test func aFileIsReplacedAsAWhole() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("file")
    // As a run that was killed leaves it.
    _ = try folder.file("file.tmp", "a piece".utf8)
    try replace(path, "one")
    #expect(try folder.read("file") == "one")
    try OutputFile.replace(path) { (file) throws(DataError) in
      try file.write("two")
      try file.flush()
      let before = try? folder.read("file")
      #expect(before == "one")
    }
    #expect(try folder.read("file") == "two")
    #expect(!FileManager.default.fileExists(atPath: path + ".tmp"))
  }

  @Test func whatWasThereSurvivesAFailure() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("file", "old".utf8)
    let error = try dataError {
      try OutputFile.replace(path) { (file) throws(DataError) in
        try file.write("new")
        throw DataError("no more")
      }
    }
    #expect(error == DataError("no more"))
    #expect(try folder.read("file") == "old")
    #expect(!FileManager.default.fileExists(atPath: path + ".tmp"))
  }

  @Test func aLinkStaysALink() throws {
    let folder = try TemporaryFolder()
    let (path, link) = (try folder.file("file", "old".utf8), folder.path("link"))
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    try replace(link, "new")
    #expect(try folder.read("file") == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
  }

  @Test func whatIsNotARegularFileIsNotReplaced() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.path("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    for path in [pipe, "/dev/null", folder.path("")] {
      #expect(
        try dataError { try replace(path, "") }?.description
          == "\(path): is not a regular file, and cannot be replaced")
    }
    let absent = folder.path("absent/file")
    #expect(
      try dataError { try OutputFile.checkReplaceable(absent) }?.description
        == "\(absent): No such file or directory")
  }
}
