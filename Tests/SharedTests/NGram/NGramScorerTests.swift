import Foundation
import Testing

@testable import Shared

@Suite struct NGramScorerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func report(
    _ text: [String], under model: NGramModel, _ style: LossReport.Style = .summary,
    skipsUnknown: Bool = false, isNullSeparated: Bool = false, form: ModelForm = .text
  ) throws -> String {
    let files = try text.enumerated().map { try folder.file("text\($0)", $1.utf8) }
    let input = TextInput(files, isNullSeparated: isNullSeparated)
    let bytes = try folder.written { output in
      let report = LossReport(
        output, model.vocabulary, style, isNullSeparated: isNullSeparated)
      try model.score(ScoringRequest(input, skipsUnknown: skipsUnknown), to: report)
      try report.finish(as: form)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func model(_ text: String, order: Int = 2, smooth: Double = 0) throws
    -> NGramModel
  {
    let counts = try Counts(folder.model(folder.counts(text.utf8, order: order))).table()
    return NGramModel(counts, smooth: smooth)
  }

  /// The losses of the tokens of an item, from the model's own table.
  private func losses(_ item: String, _ model: NGramModel) -> [Double] {
    var context = 0
    return (item.unicodeScalars.map { model.vocabulary.token(of: $0) ?? -1 } + [0]).map { token in
      defer { context = model.context(after: context, token) }
      return model.nll(after: context)[token]
    }
  }

  @Test(arguments: [2, 3, 4])
  func sumsAreTheSlowOnes(order: Int) throws {
    var random = Noise(UInt64(order))
    let characters = ["a", "b", "c", "\u{E9}", "\r", " "]
    let items = (0..<400).map { _ in
      (0..<Int.random(in: 0..<8, using: &random)).map { _ in
        characters[Int.random(in: characters.indices, using: &random)]
      }.joined() + "a"
    }
    let text = items.joined(separator: "\n\n")
    let model = try model(text, order: order, smooth: 0.1)
    var nll = 0.0
    var tokens = 0
    for item in items {
      nll += losses(item, model).reduce(0, +)
      tokens += item.unicodeScalars.count + 1
    }
    let loss = nll / Double(tokens)
    #expect(
      try report([text], under: model) == """
        nll\t\(nll.shortest)
        tokens\t\(tokens)
        lines\t400
        loss\t\(loss.shortest)
        perplexity\t\(exp(loss).shortest)

        """)
    let lines = items.map {
      "\(losses($0, model).reduce(0, +).shortest)\t\($0.unicodeScalars.count + 1)\t\($0)\n"
    }
    #expect(try report([text], under: model, .lines) == lines.joined())
  }

  /// However few of the losses are kept, the sum is that of the items, to the last bit.
  @Test(arguments: [1 << 4, 1 << 10, 1 << 22])
  func theSumIsThatOfTheItemsOneByOne(room: Int) throws {
    var random = Noise(7)
    let characters = ["a", "b", "\u{E9}", "\u{431}", "\u{4E2D}", "\u{1F600}"]
    let items = (0..<3000).map { index in
      let length = index == 1500 ? 900 : Int.random(in: 1..<9, using: &random)
      return (0..<length).map { _ in
        characters[Int.random(in: characters.indices, using: &random)]
      }.joined()
    }
    let text = items.joined(separator: "\n") + "\n"
    let counts = try Counts(folder.model(folder.counts(text.utf8, order: 4)))
    let model = try BackoffModel(counts.list(), .kneserNey)
    let input = TextInput([try folder.file("text", text.utf8)], isNullSeparated: false)
    let reports = try [LossReport.Style.summary, .lines].map { style in
      try folder.written { output in
        let report = LossReport(output, model.vocabulary, style, isNullSeparated: false)
        var scorer = NGramScorer(
          model, skipsUnknown: false, report: report, room: room)
        try input.read(into: &scorer)
        try report.finish(as: .text)
      }
    }
    let sums = String(decoding: reports[1], as: UTF8.self).split(separator: "\n").map {
      Double($0.prefix { $0 != "\t" })!
    }
    let nll = sums.reduce(0, +)
    #expect(sums.count == items.count)
    #expect(
      String(decoding: reports[0], as: UTF8.self).hasPrefix("nll\t\(nll.shortest)\n"))
  }

  @Test func lossesOfTheReferencesListAreItsOwn() throws {
    let counts = try MakemoreCounts.load()
    let model = NGramModel(counts)
    var nll = 0.0
    for context in 0..<27 {
      for (count, loss) in zip(counts.row(context), model.nll(after: context)) where count > 0 {
        nll += Double(count) * loss
      }
    }
    #expect(abs(nll / 228_146 - 2.454014) < 5e-7)
  }

  /// The network at its start gives `b` after the boundary a probability of 0.0123140.
  @Test func theLossOfTheFirstTokenIsTheReferences() throws {
    let fit = try NGramFit(MakemoreCounts.load(), seed: 2_147_483_647, l2: 0)
    let model = try NGramModel(fit.logits())
    #expect(abs(model.nll(after: 0)[2] - 4.3970156) < 5e-7)
  }

  @Test func tokensAreReportedOneByOne() throws {
    let model = try model("a.\nb \n")
    let half = log(2.0).shortest
    #expect(
      try report(["a.\n\n", "b "], under: model, .tokens) == """
        1\t1\ta\t\(half)
        1\t2\t\\.\t0
        1\t3\t.\t0
        3\t1\tb\t\(half)
        3\t2\t\\s\t0
        3\t3\t.\t0

        """)
  }

  @Test func recordsEndWithNullWhereItemsDo() throws {
    let model = try model("a\n")
    #expect(
      try report(["a\u{0}a"], under: model, .lines, isNullSeparated: true)
        == "0\t2\ta\u{0}0\t2\ta\u{0}")
  }

  @Test func zeroProbabilityIsInfinite() throws {
    let model = try model("ab\n")
    #expect(try report(["ba\n"], under: model, .lines) == "inf\t3\tba\n")
    #expect(try report(["ab\nba\n"], under: model).hasPrefix("nll\tinf\ntokens\t6\nlines\t2\n"))
    #expect(
      try report(["ab\nba\n"], under: model)
        .hasSuffix("loss\tinf\nperplexity\tinf\nzeros\t1\nloss_of_others\t0\n"))
    #expect(try report(["ba\n"], under: model).hasSuffix("perplexity\tinf\nzeros\t1\n"))
  }

  @Test func unknownCharactersAreAnErrorOnTheirLine() throws {
    let model = try model("ab\n")
    for style in [LossReport.Style.summary, .lines] {
      #expect(
        try dataError { _ = try report(["ab\n\nab\u{FC}\n"], under: model, style) }
          == DataError(
            "the model does not know '\u{FC}' (U+00FC); --skip-unknown leaves such items out",
            at: "\(folder.path("text0")):3"))
    }
  }

  @Test func unknownItemsAreSkippedOnRequest() throws {
    let model = try model("ab\n")
    let text = ["xab\nab\nabx\n", "\u{FC}\nab\n"]
    #expect(
      try report(text, under: model, skipsUnknown: true)
        == "nll\t0\ntokens\t6\nlines\t2\nloss\t0\nperplexity\t1\nskipped\t3\n")
    #expect(try report(text, under: model, .lines, skipsUnknown: true) == "0\t3\tab\n0\t3\tab\n")
    #expect(
      try report(text, under: model, .tokens, skipsUnknown: true).split(separator: "\n").map {
        $0.prefix { $0 != "\t" }
      } == ["2", "2", "2", "5", "5", "5"])
  }

  @Test func lossesAreAModel() throws {
    let model = try model("ab\n")
    #expect(
      try report(["ab\nb\n"], under: model, .tensor)
        == "#mm\t1\tlosses\n#tensor\tnll\tF64\t2\n0\tinf\n#tensor\ttokens\tI64\t2\n3\t2\n")
    #expect(
      try report([""], under: model, .tensor)
        == "#mm\t1\tlosses\n#tensor\tnll\tF64\t0\n#tensor\ttokens\tI64\t0\n")
    #expect(
      try report([""], under: model, .tensor, form: .binary).contains("\"shape\":[0]"))
  }

  @Test func nothingHasNoLoss() throws {
    let model = try model("a")
    #expect(try dataError { _ = try report([""], under: model) }?.reason == "no items to score")
    #expect(
      try dataError { _ = try report(["b\nc"], under: model, skipsUnknown: true) }?.reason
        == "no items to score: 2 were skipped")
  }
}
