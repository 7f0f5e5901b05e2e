import Foundation
import Testing

@testable import Shared

/// What a failing system does to reads is tested by injected.sh.
@Suite struct InputFileTests {
  /// What one read gives.
  private func read(_ file: InputFile, _ count: Int, at offset: Int? = nil) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
    return Array(bytes[..<got])
  }

  @Test func errorsNameTheFile() throws {
    let folder = try TemporaryFolder()
    let absent = folder.path("absent")
    #expect(
      try dataError { _ = try InputFile(absent) }?.description
        == "\(absent): No such file or directory")
    let under = try folder.file("file", [1]) + "/under"
    #expect(
      try dataError { _ = try InputFile(under) }?.description == "\(under): Not a directory")
    // A directory can be opened, and not read.
    let directory = try InputFile(folder.path(""))
    #expect(
      try dataError { _ = try self.read(directory, 1) }?.description
        == "\(folder.path("")): Is a directory")
  }

  @Test func onlyARegularFileHasAnExtent() throws {
    let folder = try TemporaryFolder()
    #expect(try InputFile(folder.file("five", 1...5)).extent == 0..<5)
    #expect(try InputFile(folder.file("empty", [])).extent == nil)
    #expect(try InputFile("/dev/null").extent == nil)
    #expect(try PipedBytes.read(atOnce: [1, 2]) { try InputFile($0).extent } == nil)
  }

  @Test func aReadGivesWhatIsThere() throws {
    try PipedBytes.read(atOnce: Array(1...5)) { path in
      let file = try InputFile(path)
      #expect(!file.wouldWait)
      #expect(try read(file, 3) == [1, 2, 3])
      #expect(try read(file, 3) == [4, 5])
      #expect(try read(file, 3) == [])
    }
  }

  @Test func aReadAtAnOffsetLeavesTheCurrentOne() throws {
    let folder = try TemporaryFolder()
    let file = try InputFile(folder.file("five", 1...5))
    #expect(try read(file, 9, at: 3) == [4, 5])
    #expect(try read(file, 9, at: 9) == [])
    #expect(try read(file, 2) == [1, 2])
    try file.leaveOffset(at: 4)
    #expect(try read(file, 9) == [5])
    #expect(!file.wouldWait)
  }

  @Test func aPipeWithoutBytesMakesWait() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    let file = try InputFile("/dev/fd/\(ends[0])")
    #expect(file.wouldWait)
    close(ends[1])
    // Its end can be read at once.
    #expect(!file.wouldWait)
  }

  /// Whoever was started without standard streams must not take a file for one of them.
  @Test func aFileIsNeverAStandardStream() async {
    await #expect(processExitsWith: .success) {
      let path = "/dev/null"
      for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { close(stream) }
      let descriptor = try openFile(path, O_RDONLY)
      exit(descriptor > STDERR_FILENO ? EXIT_SUCCESS : EXIT_FAILURE)
    }
  }
}
