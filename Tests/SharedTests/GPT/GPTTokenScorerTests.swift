import Testing

@testable import Shared

@Suite struct GPTTokenScorerTests {
  static let config = GPTConfig(nLayer: 2, nHead: 2, nEmbd: 8, blockSize: 4, vocabSize: 5)

  /// What a report of tokens holds: line, position, label and loss of each.
  private static func report(
    _ gpt: GPT, _ texts: [String], skipsUnknown: Bool = false, waitingLimit: Int = 1 << 18,
    treeSize: Int? = nil, threads: Int = 1
  ) throws -> (rows: [[String]], sum: LossSum) {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let files = try texts.enumerated().map { try folder.file("\($0)", $1.utf8) }
    var sum = LossSum()
    let output = try folder.written { file in
      let report = LossReport(file, gpt.vocabulary, .tokens, isNullSeparated: false)
      let engine = GPTEngine(gpt.parameters, pool: ThreadPool(threads: threads))
      var scorer = BatchScorer(
        GPTTokenScorer(engine, treeSize: treeSize),
        WaitingItems(gpt.vocabulary, limit: waitingLimit), skipsUnknown: skipsUnknown,
        report: report)
      try TextInput(files).read(into: &scorer)
      try scorer.score()
      sum = report.sum
    }
    let rows = String(decoding: output, as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: "\t").map(String.init) }
    return (rows, sum)
  }

  private static func text(_ items: [[Int32]]) -> String {
    items.map { $0.reduce(into: "") { $0.unicodeScalars.append(Unicode.Scalar(UInt8(96 + $1))) } }
      .joined(separator: "\n")
  }

  /// The rows that chains without any sharing give, one item after another.
  private static func expected(_ gpt: GPT, _ items: [[Int32]]) -> [[String]] {
    let model = GPTEngine(gpt.parameters, pool: ThreadPool(threads: 1))
    return items.enumerated().flatMap { index, item -> [[String]] in
      let chain = PrefixForest([item], blockSize: gpt.parameters.config.blockSize, sharing: false)
      return zip(item + [0], model.tokenLosses(chain)).enumerated().map { position, token in
        [
          "\(index + 1)", "\(position + 1)", gpt.vocabulary.label(Int(token.0)),
          Double(token.1).shortest,
        ]
      }
    }
  }

  /// Limits at which every item is scored alone, some together, and all at once.
  @Test(arguments: [(1, 1), (20, 1), (20, 12), (100, 30), (1 << 18, 5), (1 << 18, 1 << 12)])
  func lossesAreThoseOfChainsInTheOrderOfTheItems(_ waiting: Int, _ nodes: Int) throws {
    let gpt = noisyGPT(Self.config)
    let items = noisyItems(80, longest: 14, vocabSize: 5)
    let expected = Self.expected(gpt, items)
    for threads in [1, 3] {
      let found = try Self.report(
        gpt, [Self.text(items)], waitingLimit: waiting, treeSize: nodes, threads: threads)
      #expect(found.rows == expected)
      #expect(found.sum.lines == 80 && found.sum.tokens == expected.count)
      #expect(found.sum.skipped == 0)
    }
  }

  @Test func itemsWithUnknownCharactersAreLeftOut() throws {
    let gpt = noisyGPT(Self.config)
    let items: [[Int32]] = [[1, 2], [3], [4, 4, 4, 4, 4, 4], [2, 1]]
    let text = "ab\nz\n\nc\nabz\nzab\ndddddd\ndzd\nba"
    for limit in [1, 6, 1 << 18] {
      let found = try Self.report(gpt, [text], skipsUnknown: true, waitingLimit: limit)
      let expected = Self.expected(gpt, items).map { row in
        [["1": "1", "2": "4", "3": "7", "4": "9"][row[0]]!] + row[1...]
      }
      #expect(found.rows == expected)
      #expect(found.sum.lines == 4 && found.sum.skipped == 4)
    }
    let error = #expect(throws: DataError.self) { try Self.report(gpt, [text]) }
    #expect(
      error?.reason
        == "the model does not know 'z' (U+007A); --skip-unknown leaves such items out")
    #expect(error?.place?.hasSuffix(":2") == true)
  }

  @Test func linesAreNumberedOverAllFiles() throws {
    let gpt = noisyGPT(Self.config)
    for limit in [1, 1 << 18] {
      let found = try Self.report(
        gpt, ["a\n\nb", "c\n", "", "\nd\n"], waitingLimit: limit)
      #expect(found.rows.filter { $0[1] == "1" }.map { $0[0] + $0[2] } == ["1a", "3b", "4c", "6d"])
    }
  }

  @Test func noItemsHaveNoLoss() throws {
    let found = try Self.report(noisyGPT(Self.config), ["", "\n\n"])
    #expect(found.rows.isEmpty && found.sum.tokens == 0 && found.sum.lines == 0)
  }

  @Test func theItemsBeforeABadOneAreReported() throws {
    let gpt = noisyGPT(Self.config)
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let text = try folder.file("text", "ab\nc\nbz\n".utf8)
    let output = try folder.written { file in
      let report = LossReport(file, gpt.vocabulary, .lines, isNullSeparated: false)
      let error = #expect(throws: DataError.self) {
        try gpt.score(ScoringRequest(TextInput([text])), to: report)
      }
      #expect(error?.place == text + ":3")
    }
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: "\t").last }
    #expect(lines == ["ab", "c"])
  }
}
