import Foundation
import Synchronization
import Testing

@testable import Shared

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct TextInputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Lines of random characters and lengths; some are empty, some end in a carriage return.
  private func text(_ lines: Int, seed: UInt64) -> [UInt8] {
    var random = Noise(seed)
    let characters = ["a", "b", "c", "\u{E9}", "\u{20AC}", "\u{1F600}", ".", "\u{FEFF}", "\r"]
    var text = ""
    for _ in 0..<lines {
      for _ in 0..<Int.random(in: 0..<12, using: &random) {
        text += characters[Int.random(in: characters.indices, using: &random)]
      }
      text += Bool.random(using: &random) ? "\n" : "\r\n"
    }
    return Array((text + "abc").utf8)
  }

  /// The items of the lines, by the letter of the interface.
  private func items(_ text: [UInt8]) -> [String] {
    var lines = String(decoding: text, as: UTF8.self).unicodeScalars
      .split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    for index in lines.indices {
      if index < lines.count - 1, lines[index].last == "\r" { lines[index].removeLast() }
      if lines[index].first == "\u{FEFF}" { lines[index].removeFirst() }
    }
    return lines.map { String(String.UnicodeScalarView($0)) }
  }

  @Test func readsFilesOneAfterTheOther() throws {
    let files = [
      try folder.file("1", "a\nb".utf8), try folder.file("2", []), try folder.file("3", "c\n".utf8),
    ]
    var items = RecordedItems()
    try TextInput(files).read(into: &items)
    #expect(items.strings == ["a", "b", "c"])
    #expect(TextInput([]).files == ["-"])
  }

  @Test func aPipeInPiecesOfAnySizeGivesTheSame() throws {
    let bytes = text(200, seed: 7)
    for pieces in [[1], [2, 3, 1], [100, 1], [4096]] {
      var read = RecordedItems()
      try PipedBytes.read(bytes, pieces: pieces) { try TextInput([$0]).read(into: &read) }
      #expect(read.strings == items(bytes))
    }
  }

  @Test(arguments: [1, 2, 3, 8])
  func partsHoldTheLinesThatBeginInThem(threads: Int) throws {
    let bytes = text(150, seed: 8)
    let path = try folder.file("text", bytes)
    let expected = items(bytes).sorted()
    for partSize in [1, 2, 3, 7, 64, 500, bytes.count / 2, bytes.count] {
      var input = TextInput([path])
      input.partSize = partSize
      var visitors = [RecordedItems](repeating: RecordedItems(), count: threads)
      try input.read(concurrently: &visitors)
      #expect(visitors.flatMap(\.strings).sorted() == expected, "parts of \(partSize)")
    }
  }

  @Test func partsOfItemsThatEndWithNull() throws {
    let path = try folder.file("text", "a\nb\u{0}\u{0}c\r\u{0}d".utf8)
    for partSize in 1...5 {
      var input = TextInput([path], isNullSeparated: true)
      input.partSize = partSize
      var visitors = [RecordedItems(), RecordedItems()]
      try input.read(concurrently: &visitors)
      #expect(visitors.flatMap(\.strings).sorted() == ["", "a\nb", "c\r", "d"])
    }
  }

  @Test func theFirstErrorInTheFileIsReported() throws {
    var random = Noise(9)
    for _ in 0..<10 {
      var lines = (0..<60).map { _ in
        [UInt8](repeating: 0x61, count: Int.random(in: 0..<9, using: &random))
      }
      let bad = (0..<3).map { _ in Int.random(in: 0..<60, using: &random) }
      for line in bad { lines[line].append(0xFF) }
      let path = try folder.file("text", lines.joined(separator: [0x0A]))
      let place = "\(path):\((bad.min() ?? 0) + 1)"
      for (threads, partSize) in [(1, 1), (2, 1), (3, 10), (8, 3), (2, 100)] {
        var input = TextInput([path])
        input.partSize = partSize
        var visitors = [RecordedItems](repeating: RecordedItems(), count: threads)
        let error = try dataError { try input.read(concurrently: &visitors) }
        #expect(error?.reason.hasPrefix("invalid UTF-8 at byte 0xFF;") == true)
        #expect(error?.place == place)
      }
    }
  }

  /// A visitor that fails at a `!`, once another has come to one as well.
  private struct Meeting: ItemVisitor, Sendable {
    let arrived: Arrivals

    final class Arrivals: Sendable {
      let count = Atomic(0)
    }

    mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
      guard scalar == "!" else { return }
      arrived.count.add(1, ordering: .relaxed)
      while arrived.count.load(ordering: .relaxed) < 2 { usleep(100) }
      throw DataError("met")
    }

    mutating func endItem(line: Int) {}
  }

  @Test(.timeLimit(.minutes(1))) func ofTwoPartsThatFailTheFirstIsReported() throws {
    let path = try folder.file("text", "aaa\n!\naaa\n!\n".utf8)
    var input = TextInput([path])
    input.partSize = 6
    for _ in 0..<20 {
      let meeting = Meeting(arrived: Meeting.Arrivals())
      var visitors = [meeting, meeting]
      #expect(
        try dataError { try input.read(concurrently: &visitors) }
          == DataError("met", at: "\(path):2"))
    }
  }

  @Test func errorsNameTheFile() throws {
    let good = try folder.file("good", "a\nb\nc\n".utf8)
    let bad = try folder.file("bad", [0x61, 0x0A, 0xC3])
    var items = RecordedItems()
    #expect(try dataError { try TextInput([good, bad]).read(into: &items) }?.place == "\(bad):2")
    let absent = folder.path("absent")
    #expect(
      try dataError { try TextInput([absent]).read(into: &items) }
        == DataError("No such file or directory", at: absent))
    let directory = folder.path("")
    #expect(
      try dataError { try TextInput([directory]).read(into: &items) }
        == DataError("Is a directory", at: directory))
  }

  /// The writer leaves before the pipe could be opened again.
  @Test(.timeLimit(.minutes(1))) func aNamedPipeIsOpenedOnce() throws {
    let path = folder.path("fifo")
    try #require(mkfifo(path, 0o600) == 0)
    Thread.detachNewThread {
      let descriptor = open(path, O_WRONLY)
      _ = systemWrite(descriptor, "a\nb\n", 4)
      close(descriptor)
    }
    var visitors = [RecordedItems(), RecordedItems()]
    try TextInput([path]).read(concurrently: &visitors)
    #expect(visitors[0].strings == ["a", "b"])
  }
}
