@testable import Shared

/// Lines of text: what is UTF-8 is counted, as a reader of a few lines counts it, and nothing else is.
struct FuzzText {
  let folder: FuzzFolder

  /// Takes the first byte for the options, and the others for the text.
  func run(_ bytes: [UInt8]) throws {
    guard let first = bytes.first else { return }
    let text = Array(bytes.dropFirst())
    let (isNull, skips) = (first & 1 > 0, first & 2 > 0)
    let order = [2, 3, 8, 12][Int(first >> 2 & 3)]
    let path = try folder.file(text)
    var input = TextInput([path], isNullSeparated: isNull, skipsInvalid: skips)
    input.command = ToolCommand("mm-count", ["--order", "\(order)", path])

    let items = isText(text, isNull: isNull, skips: skips)
    guard
      let counter = try FuzzFolder.accepted({
        try NGramCounter(counting: input, order: order, threads: 1)
      })
    else {
      try FuzzFailure.unless(items == nil, "a text is refused")
      return
    }
    guard let items else { throw FuzzFailure(description: "what is not text is counted") }
    let tokens = items.reduce(0) { $0 + $1.unicodeScalars.count + 1 }
    guard let check = ItemCheck(word: "\(items.count):\(tokens)") else { return }
    try check.check(counter)
    let corpus = try Corpus(input)
    try FuzzFailure.unless(
      corpus.map { $0.map { corpus.vocabulary.scalars[Int($0) - 1] } }
        == items.map { Array($0.unicodeScalars) }, "other items than the text has")

    let counts = try folder.written { try counter.write(to: $0, as: .binary) }
    if first & 16 > 0 {
      var parts = input
      parts.partSize = 2 + Int(first >> 5)
      let other = try folder.written {
        try NGramCounter(counting: parts, order: order, threads: 2).write(to: $0, as: .binary)
      }
      try FuzzFailure.unless(counts == other, "a text in parts has other counts")
    }
    if items.isEmpty { return }
    try score(input, under: counts, text)
  }

  /// The items of a text, or `nil` where it is not text.
  private func isText(_ text: [UInt8], isNull: Bool, skips: Bool) -> [String]? {
    let separator: UInt8 = isNull ? 0 : 0x0A
    let head = text.withUnsafeBufferPointer {
      TextHead.verdict(of: $0, separator: separator, isLast: true)
    }
    guard head == .text, isNull || !text.contains(0) else { return nil }
    var items: [String] = []
    var lines = text.split(separator: separator, omittingEmptySubsequences: false)[...]
    while var line = lines.popFirst() {
      if String(validating: line, as: UTF8.self) == nil {
        if skips { continue } else { return nil }
      }
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
      if !isNull, !lines.isEmpty, line.last == 0x0D { line = line.dropLast() }
      if !line.isEmpty { items.append(String(decoding: line, as: UTF8.self)) }
    }
    return items
  }

  /// Scores a text under its own counts: every token was counted.
  private func score(_ input: TextInput, under counts: [UInt8], _ text: [UInt8]) throws {
    let counts = try Counts.read(folder.file(counts))
    _ = try folder.file(text)
    for smoothing in [Smoothing.none, .kneserNey, .wittenBell] {
      let model = try counts.model(smoothing)
      let report = LossReport(
        OutputFile.standardOutput(), model.vocabulary, .summary, isNullSeparated: false)
      try model.score(ScoringRequest(input), to: report)
      try FuzzFailure.unless(
        report.sum.nll >= 0 && report.sum.nll < .infinity, "a loss of \(report.sum.nll)")
    }
  }
}
