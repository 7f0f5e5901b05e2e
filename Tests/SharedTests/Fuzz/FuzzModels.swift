@testable import Shared

/// Models: what is accepted is used as the tools use it, and is the same once it was written and read.
struct FuzzModels {
  let folder: FuzzFolder

  /// Takes bytes for a file of models.
  ///
  /// A header without its length gets it: `{`, up to a NUL, is the header, and what follows the data.
  func run(_ bytes: [UInt8]) throws {
    var bytes = bytes
    if bytes.first == UInt8(ascii: "{"), let end = bytes.firstIndex(of: 0) {
      bytes = Self.length(end) + bytes[..<end] + bytes[(end + 1)...]
    }
    try merge(bytes)
    let path = try folder.file(bytes)
    for smoothing in [nil, .additive(0.5), .kneserNey, .wittenBell] as [Smoothing?] {
      guard
        let model = try FuzzFolder.accepted({ try LanguageModel.read(path, smoothing) })
      else { continue }
      try use(model)
      if smoothing == nil { try rewrite(model, of: bytes) }
    }
  }

  private static func length(_ count: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt64(count).littleEndian, Array.init)
  }

  /// Adds up counts; the sum, in any form, is its own sum.
  private func merge(_ bytes: [UInt8]) throws {
    func sum(_ bytes: [UInt8]) throws -> NGramCounter {
      try NGramCounter(merging: [try folder.file(bytes)], isEmptyAllowed: true)
    }
    guard let counter = try FuzzFolder.accepted({ try sum(bytes) }) else { return }
    guard
      let binary = try FuzzFolder.accepted({
        try folder.written { try counter.write(to: $0, as: .binary) }
      })
    else { return }  // empty items, which no list can hold
    let again = try folder.written { try sum(binary).write(to: $0, as: .binary) }
    try FuzzFailure.unless(binary == again, "a sum of counts is not what was read back")
    let text = try folder.written { try sum(binary).write(to: $0, as: .text) }
    let ofText = try folder.written { try sum(text).write(to: $0, as: .binary) }
    try FuzzFailure.unless(binary == ofText, "the text form of counts holds something else")
    guard
      let rows = try FuzzFolder.accepted({
        try folder.written { try sum(binary).writeRows(to: $0) }
      })
    else { return }
    let ofRows = try folder.written { try sum(rows).write(to: $0, as: .binary) }
    // A table may know characters that never occur.
    let isTable = try sum(binary).isTable
    try FuzzFailure.unless(isTable || binary == ofRows, "rows of counts hold something else")
  }

  /// Draws, scores and looks ahead.
  private func use(_ model: any ItemModel) throws {
    for choice in [SamplingChoice(), SamplingChoice(temperature: 0.5, topK: 2)] {
      let probs = try FuzzFolder.accepted { try model.probs(after: [], choice) }
      if let probs {
        try FuzzFailure.unless(
          probs.allSatisfy { $0 >= 0 } && abs(probs.reduce(0, +) - 1) < 1e-3,
          "probabilities \(probs) that do not add up to 1")
        _ = try folder.written {
          try NextTokens(probs, choice, model.vocabulary).write(to: $0)
        }
      }
      let request = SamplingRequest(seed: 1, choice: choice, maxLength: 9)
      _ = try FuzzFolder.accepted {
        try folder.written { output in
          let writer = ItemWriter(output, model.vocabulary, isNullSeparated: false)
          var sampler = try model.sampler(request)
          try sampler.write(4, to: writer)
        }
      }
    }
    let known = model.vocabulary.scalars.prefix(3).map { String($0) }.joined()
    let text = Array("ab\nba\n\(known)\n\(known)\(known)\u{FFFF}\n".utf8)
    let input = TextInput([try folder.file(text)])
    let request = ScoringRequest(input, skipsUnknown: true)
    for style in [LossReport.Style.summary, .tokens] {
      let rows = try FuzzFolder.accepted {
        try folder.written { output in
          let report = LossReport(output, model.vocabulary, style, isNullSeparated: false)
          try model.score(request, to: report)
          try report.finish(as: .text)
        }
      }
      let isNumber = rows.map { !String(decoding: $0, as: UTF8.self).contains("nan") } ?? true
      try FuzzFailure.unless(
        isNumber || model.vocabulary.text.contains("n"), "a loss that is NaN")
    }
  }

  /// Writes logits or a GPT, and reads them back.
  private func rewrite(_ model: any ItemModel, of bytes: [UInt8]) throws {
    func write(_ bytes: [UInt8], _ form: ModelForm) throws -> [UInt8] {
      let path = try folder.file(bytes)
      return try folder.written { output in
        let file = try ModelReader.model(in: path)
        switch try file.kind() {
        case .bigram: try NGramLogits(file).model.write(to: output, as: form)
        default: try GPT(file).write(to: output, as: form)
        }
      }
    }
    guard model is GPT || model is NGramModel,
      try FuzzFolder.accepted({ try Counts.read(folder.file(bytes)) }) == nil
    else { return }
    let binary = try write(bytes, .binary)
    try FuzzFailure.unless(try write(binary, .binary) == binary, "a model changes as it is read")
    let text = try write(bytes, .text)
    try FuzzFailure.unless(try write(text, .text) == text, "a model changes in its text form")
    try FuzzFailure.unless(
      try write(text, .binary) == binary, "the text form of a model holds something else")
  }
}
