import Testing

@testable import Shared

@Suite struct NGramListTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static func items(_ count: Int, letters: Int, _ noise: inout Noise) -> [[Int]] {
    (0..<count).map { _ in
      (0..<noise.next(in: 1..<9)).map { _ in
        1 + min(noise.next(in: 0..<letters), noise.next(in: 0..<letters))
      }
    }
  }

  private static func text(_ items: some Sequence<[Int]>) -> String {
    items.map { item in
      String(String.UnicodeScalarView(item.map { Unicode.Scalar(UInt32(0x3FF + $0))! })) + "\n"
    }.joined()
  }

  private func counter(_ text: String, _ order: Int) throws -> NGramCounter {
    try NGramCounter(
      counting: TextInput([folder.file("text", text.utf8)]), order: order, threads: 1)
  }

  private func bytes(_ counter: NGramCounter, _ form: ModelForm) throws -> [UInt8] {
    try folder.written { try counter.write(to: $0, as: form) }
  }

  /// Any split of a text into pieces, counted and merged in any form and order.
  @Test(arguments: 2...12)
  func piecesMergeToTheWhole(order: Int) throws {
    var noise = Noise(UInt64(order))
    for letters in [1, 3, 40, 300, 2000] {
      let items = Self.items(60, letters: letters, &noise)
      let whole = try bytes(counter(Self.text(items), order), .binary)
      let cuts = ([0, 60] + (0..<3).map { _ in noise.next(in: 0..<60) }).sorted()
      let pieces = zip(cuts, cuts.dropFirst()).map { Self.text(items[$0..<$1]) }
      let files = try pieces.shuffled(using: &noise).enumerated().map { index, piece in
        let counter = try counter(piece, order)
        let bytes =
          switch noise.next(in: 0..<3) {
          case 0: try bytes(counter, .binary)
          case 1: try bytes(counter, .text)
          default: try folder.written { try counter.writeRows(to: $0) }
          }
        return try folder.file("piece\(index)", bytes)
      }
      let merged = try NGramCounter(merging: files, isEmptyAllowed: true)
      #expect(try bytes(merged, .binary) == whole)
      let rows = try folder.written { try counter(Self.text(items), order).writeRows(to: $0) }
      var lines = String(decoding: rows, as: UTF8.self).split(separator: "\n").map { $0 + "\n" }
      lines.shuffle(using: &noise)
      let shuffled = try folder.file("rows", lines.joined().utf8)
      #expect(try bytes(NGramCounter(merging: [shuffled]), .binary) == whole)
    }
  }

  @Test(arguments: [(2, 1), (2, 1500), (3, 3), (6, 300), (12, 27)])
  func aListIsReadAsItWasWritten(order: Int, letters: Int) throws {
    var noise = Noise(UInt64(order * letters))
    let items = Self.items(200, letters: letters, &noise)
    let counter = try counter(Self.text(items), order)
    guard !counter.isTable else { return }
    let list = try counter.list()
    for form in [ModelForm.binary, .text] {
      let bytes = try folder.written { try list.write(to: $0, as: form) }
      #expect(try NGramList(folder.models(bytes)[0]) == list)
    }
    var vocabulary = Set(items.joined()).sorted()
    vocabulary = vocabulary.map { 0x3FF + $0 }
    #expect(list.vocabulary.scalars.map { Int($0.value) } == vocabulary)
  }

  @Test func aListGivesWhatItsTableGives() throws {
    var noise = Noise(9)
    let items = Self.items(100, letters: 4, &noise)
    for order in [3, 4] {
      let list = try counter(Self.text(items), order).list()
      let table = try Counts.list(list).table()
      for smooth in [0, 0.3, 1] {
        let (sparse, dense) = (
          try NGramListModel(list, smooth: smooth), NGramModel(table, smooth: smooth)
        )
        for item in items + Self.items(100, letters: 4, &noise) {
          let known = item.allSatisfy { $0 < list.vocabulary.count }
          guard known else { continue }
          var (a, b) = (sparse.start, dense.start)
          for token in item {
            #expect(sparse.nll(after: a) == dense.nll(after: b))
            #expect(sparse.nll(of: token, after: a) == dense.nll(of: token, after: b))
            let choice = SamplingChoice(temperature: 0.7)
            #expect(sparse.probs(after: a, choice) == dense.probs(after: b, choice))
            (a, b) = (sparse.context(after: a, token), dense.context(after: b, token))
          }
        }
      }
    }
  }

  @Test func malformedListsAreRefused() throws {
    let vocabulary = try Vocabulary(text: "ab")
    func refusal(
      _ ngrams: [UInt8], _ counts: [Int64], shape: [Int]? = nil, dtype: Dtype = .U8
    ) throws -> String? {
      let values: TensorValues = dtype == .U8 ? .u8(ngrams) : .i64(ngrams.map(Int64.init))
      let model = ModelFile(
        kind: .counts, vocabulary: vocabulary,
        tensors: [
          Tensor(name: "ngrams", shape: shape ?? [counts.count, 3], values: values),
          Tensor(name: "counts", shape: [counts.count], values: .i64(counts)),
        ])
      return try dataError { _ = try NGramList(model) }?.reason
    }
    let good: [UInt8] = [0, 0, 1, 0, 1, 2, 1, 2, 0]
    #expect(try refusal(good, [1, 1, 1]) == nil)
    #expect(
      try refusal(good, [1, 0, 1]) == "n-gram 2 has a count of 0, which is not above 0")
    #expect(
      try refusal([0, 0, 1, 0, 0, 1, 1, 2, 0], [1, 1, 1])
        == "n-gram 2 repeats the one before, or is out of order")
    #expect(try refusal([0, 0, 1, 0, 1, 3], [1, 1]) == "n-gram 2 has token 3 of 3 tokens")
    #expect(try refusal([0, 0, 1, 1, 0, 2], [1, 1]) == "no text has the n-gram 'a.b'")
    #expect(
      try refusal([0, 0, 1, 0, 1, 0], [1, 1]) == "the character 'b' (U+0062) is in no n-gram")
    #expect(
      try refusal(good, [1, 1, 1], shape: [9, 1])
        == "the shape [9, 1] of ngrams does not fit 3 counts")
    #expect(
      try refusal(good, [1, 1, 1], dtype: .I64)
        == "the tensor ngrams is I64, expected U8, U16 or U32")
  }
}
