import Foundation
import Testing

@testable import Shared

@Suite struct NGramCounterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ counter: NGramCounter) throws -> String {
    String(decoding: try folder.written { try counter.write(to: $0, as: .text) }, as: UTF8.self)
  }

  private func randomItems(_ count: Int, of characters: [String], seed: UInt64) -> [String] {
    var random = Noise(seed)
    return (0..<count).map { _ in
      (0..<Int.random(in: 0..<9, using: &random)).map { _ in
        characters[Int.random(in: characters.indices, using: &random)]
      }.joined()
    }
  }

  private let characters = ["a", "b", ".", " ", "\u{E9}", "\u{1F600}", "\u{1}"]

  @Test func theWordBobIsTheTableOfTheInterface() throws {
    #expect(try folder.counts("bob".utf8) == countsText("# . b o\n. 0 1 0\nb 1 0 1\no 0 1 0"))
  }

  @Test func noInputIsAnEmptyModel() throws {
    #expect(try folder.counts("".utf8) == countsText("# .\n. 0"))
    #expect(try folder.counts("\n\r\n\n".utf8) == countsText("# .\n. 0"))
    #expect(
      try folder.counts("".utf8, order: 3)
        == "#mm\t1\tcounts\n#tensor\tcounts\tI64\t1\t1\n#\t.\n.\t0\n")
  }

  @Test func everyControlCharacterIsCounted() throws {
    let values = Array(UInt32(0)..<0x21) + [0x7F]
    let items = values.compactMap(Unicode.Scalar.init).map { "\($0)\($0)x" }
    let text = try folder.counts(
      items.dropFirst().filter { $0.first != "\n" }.joined(separator: "\n").utf8)
    #expect(
      try text == SlowCounter.counts(items.dropFirst().filter { $0.first != "\n" }, order: 2))
    let null = try folder.counts(
      items.filter { $0.first != "\0" }.joined(separator: "\0").utf8, isNullSeparated: true)
    #expect(try null == SlowCounter.counts(items.filter { $0.first != "\0" }, order: 2))
  }

  @Test(arguments: [2, 6])
  func aByteOrderMarkIsCountedOnlyInsideOfAnItem(order: Int) throws {
    let mark = "\u{FEFF}"
    #expect(
      try folder.counts(
        "ab\n\(mark)ab\n\(mark)\(mark)a\nb\(mark)a\n\(mark)ba\n".utf8, order: order)
        == SlowCounter.counts(["ab", "ab", "\(mark)a", "b\(mark)a", "ba"], order: order))
  }

  @Test(arguments: [2, 3, 6, 12])
  func weightsCountAsRepeatedLinesDo(order: Int) throws {
    var random = Noise(UInt64(order))
    let items = randomItems(40, of: characters + ["\t"], seed: 11)
    let weights = items.map { _ in Int.random(in: 0..<4, using: &random) }
    let lines = zip(items, weights).map { "\($0)\t\($1)\n" }.joined()
    let path = try folder.file("text", lines.utf8)
    let repeated = zip(items, weights).flatMap { [String](repeating: $0, count: $1) }
    for threads in [1, 3] {
      var input = TextInput([path], isWeighted: true)
      input.partSize = 10
      #expect(
        try text(NGramCounter(counting: input, order: order, threads: threads))
          == SlowCounter.counts(repeated, order: order))
    }
  }

  @Test(arguments: [2, 6])
  func aCountIsAtMostWhat63BitsHold(order: Int) throws {
    let half = "ab\t4611686018427387904\n"
    func counter(_ text: String) throws -> NGramCounter {
      let path = try folder.file("text", text.utf8)
      return try NGramCounter(
        counting: TextInput([path], isWeighted: true), order: order, threads: 2)
    }
    let most = try text(counter(half + "ab\t4611686018427387903\n"))
    #expect(most.contains("\t\(Int64.max)"))
    for text in [half + half, half + "ab\t4611686018427387903\nab\t1\n"] {
      let error = try dataError { _ = try counter(text) }
      #expect(error?.reason == "a count overflows 64 bits")
      #expect(error?.place?.hasSuffix(":\(text.filter { $0 == "\n" }.count)") == true)
    }
  }

  @Test(arguments: 2...12)
  func everyOrderIsTheSlowCount(order: Int) throws {
    let few = order > 5 ? Array(characters[3...5]) : characters
    let items = randomItems(60, of: few, seed: UInt64(order))
    #expect(
      try folder.counts(items.joined(separator: "\n").utf8, order: order)
        == SlowCounter.counts(items, order: order))
  }

  @Test(arguments: [1, 2, 3, 8])
  func threadsChangeNothing(threads: Int) throws {
    for order in [2, 3] {
      let items = randomItems(300, of: characters, seed: 10)
      let path = try folder.file("text", items.joined(separator: "\n").utf8)
      let expected = try SlowCounter.counts(items, order: order)
      for partSize in [3, 50, 700] {
        var input = TextInput([path, path])
        input.partSize = partSize
        let twice = try NGramCounter(counting: input, order: order, threads: threads)
        let once = try NGramCounter(
          counting: TextInput([path]), order: order, threads: threads)
        #expect(try text(once) == expected)
        #expect(try text(twice) == SlowCounter.counts(items + items, order: order))
      }
    }
  }

  @Test func aPipeGivesTheSame() throws {
    let items = randomItems(100, of: characters, seed: 11)
    let bytes = Array(items.joined(separator: "\r\n").utf8)
    for pieces in [[1], [5, 1, 2]] {
      let counter = try PipedBytes.read(bytes, pieces: pieces) {
        try NGramCounter(counting: TextInput([$0]), order: 3, threads: 2)
      }
      #expect(try text(counter) == SlowCounter.counts(items, order: 3))
    }
  }

  /// The array of counts becomes a hash table in the middle of an item.
  @Test func manyCharactersAreCounted() throws {
    let scalars = (0x4E00..<0x4E00 + 1500 as Range<UInt32>).compactMap(Unicode.Scalar.init)
    let line = String(String.UnicodeScalarView(scalars))
    let counts = try Counts(folder.model(folder.counts("\(line)\na\n\(line)".utf8))).table()
    #expect(counts.vocabulary.scalars == ["a"] + scalars)
    let total = counts.values.reduce(0, +)
    #expect(total == 3004)
    #expect(counts.values[2] == 2)
    let pairs = (2..<1501).map { counts.values[$0 * 1502 + $0 + 1] }
    #expect(pairs == [Int64](repeating: 2, count: 1499))
  }

  #if os(Linux)
    /// 20,000 characters make a table of 3 GB that is never in memory as a whole.
    @Test func memoryIsThatOfWhatWasSeen() throws {
      func residentPages() throws -> Int {
        try #require(
          String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
            .dropFirst().first.flatMap { Int($0) })
      }
      let before = try residentPages()
      let scalars = (0x4E00..<0x4E00 + 20_000 as Range<UInt32>).compactMap(Unicode.Scalar.init)
      let path = try folder.file("text", String(String.UnicodeScalarView(scalars)).utf8)
      let counter = try NGramCounter(counting: TextInput([path]), order: 2, threads: 1)
      #expect(counter.vocabulary.count == 20_001)
      // Other tests run beside this one; the table would be 3,200 MB.
      #expect(try residentPages() - before < 1_000_000_000 / 4096)
    }
  #endif

  @Test func aTableBeyondTheMemoryIsRefused() throws {
    let scalars = (0x4E00..<0x4E00 + 126 as Range<UInt32>).compactMap(Unicode.Scalar.init)
    let path = try folder.file("text", String(String.UnicodeScalarView(scalars)).utf8)
    let list = try NGramCounter(counting: TextInput([path]), order: 8, threads: 1).list()
    #expect(list.count == 127)
    let error = try #require(try dataError { _ = try Counts.list(list).table() })
    #expect(error.reason.contains("a table of order 8 over 126 characters and the boundary takes "))
    #expect(error.reason.contains(", more than this machine's memory of "))
  }

  @Test func mergingPiecesIsCountingTheWhole() throws {
    var random = Noise(12)
    for order in [2, 3] {
      let items = randomItems(80, of: characters, seed: 13)
      let whole = try folder.counts(items.joined(separator: "\n").utf8, order: order)
      for pieces in [1, 2, 5, 20] {
        let cuts =
          [0] + (1..<pieces).map { _ in Int.random(in: 0...80, using: &random) }.sorted() + [80]
        var files: [String] = []
        for (index, (begin, end)) in zip(cuts, cuts.dropFirst()).enumerated() {
          let counts = try folder.counts(
            items[begin..<end].joined(separator: "\n").utf8, order: order)
          let form = ModelForm.binary
          files.append(
            try folder.file(
              "\(index)",
              index.isMultiple(of: 2)
                ? Array(counts.utf8) : folder.bytes(of: folder.model(counts), form)))
        }
        for _ in 0..<3 {
          files.shuffle(using: &random)
          #expect(try text(NGramCounter(merging: files)) == whole)
        }
        let stream = try files.flatMap { Array(try Data(contentsOf: URL(filePath: $0))) }
        #expect(try text(NGramCounter(merging: [folder.file("all", stream)])) == whole)
      }
    }
  }

  @Test func anEmptyModelMergesAsNothing() throws {
    let bob = try folder.counts("bob".utf8)
    let files = [
      try folder.file("empty", folder.counts("".utf8).utf8), try folder.file("bob", bob.utf8),
    ]
    #expect(try text(NGramCounter(merging: files)) == bob)
    #expect(try text(NGramCounter(merging: files.reversed())) == bob)
    #expect(try text(NGramCounter(merging: [files[0], files[0]])) == countsText("# .\n. 0"))
  }

  @Test func countsNearTheLimitAddUpOrAreRefused() throws {
    let large = try folder.file("large", countsText("# .\n. 9223372036854775806").utf8)
    let one = try folder.file("one", countsText("# .\n. 1").utf8)
    let letters = try folder.file(
      "letters", countsText("# . a\n. 0 9223372036854775807\na 0 0").utf8)
    #expect(
      try dataError { _ = try NGramCounter(merging: [letters, letters]) }
        == DataError("a count overflows 64 bits", at: letters))
    #expect(try text(NGramCounter(merging: [letters, one])).contains("9223372036854775807"))
    #expect(
      try dataError { _ = try NGramCounter(merging: [large, one, one]) }
        == DataError("a count overflows 64 bits", at: one))
  }

  @Test func otherOrdersAreRefused() throws {
    let files = try [2, 3].map {
      try folder.file("\($0)", folder.counts("a".utf8, order: $0).utf8)
    }
    #expect(
      try dataError { _ = try NGramCounter(merging: files) }
        == DataError("counts of order 3, and of order 2 before them", at: files[1]))
  }

  @Test func othersThanCountsAreRefused() throws {
    let path = try folder.file(
      "fit", countsText("# .\n. 0").replacing("counts", with: "bigram").utf8)
    #expect(
      try dataError { _ = try NGramCounter(merging: [path]) }
        == DataError(
          "a model of kind bigram where counts are wanted; mm-count makes them", at: path))
  }

  @Test func anOrderOutOfRangeIsAWrongCall() async {
    await #expect(processExitsWith: .failure) { _ = try NGramCounter(order: 13) }
    await #expect(processExitsWith: .failure) { _ = try NGramCounter(order: 1) }
  }
}
