@testable import Shared

/// Counts with back-off in the ARPA format: a reader of it finds the model's probabilities.
struct FuzzARPA {
  let folder: FuzzFolder

  /// Takes the first byte for the order of the text that the others are, or, where it is even, for a
  /// sign that they are counts in either form.
  func run(_ bytes: [UInt8]) throws {
    guard let first = bytes.first else { return }
    let path = try folder.file(Array(bytes.dropFirst()))
    let order = [2, 3, 8, 12][Int(first >> 1 & 3)]
    let list = try FuzzFolder.accepted {
      if first & 1 == 0 { return try Counts.read(path).list() }
      return try NGramCounter(counting: TextInput([path]), order: order, threads: 1).list()
    }
    guard let list else { return }
    for method in [BackoffMethod.kneserNey, .wittenBell] {
      guard let model = try FuzzFolder.accepted({ try BackoffModel(list, method) }) else { return }
      try check(model)
    }
  }

  private func check(_ model: BackoffModel) throws {
    let text = try folder.written { try ARPA.write(model, to: $0) }
    let read = try ARPAReader(text)
    for (length, count) in read.announced {
      try FuzzFailure.unless(
        read.probs.keys.count { $0.count == length } == count, "not \(count) of length \(length)")
    }
    for words in read.probs.keys where words.count > 1 {
      try FuzzFailure.unless(
        read.probs[words.dropLast()] != nil && read.probs[Array(words.dropFirst())] != nil,
        "\(words) without its context or its end")
    }
    let logs = Array(read.probs.values) + Array(read.backoffs.values)
    try FuzzFailure.unless(
      logs.allSatisfy { (-99...0).contains($0) }, "a logarithm that is above 0, or NaN")

    // The contexts that an item passes through which always takes the last of the likeliest tokens.
    let vocabulary = model.vocabulary
    func word(_ token: Int) -> ARPAReader.Word {
      .init(stringLiteral: token == 0 ? "</s>" : vocabulary.label(token))
    }
    var (context, words) = (model.start, ["<s>" as ARPAReader.Word])
    for _ in 0..<4 {
      let probs = model.probs(after: context)
      try FuzzFailure.unless(abs(probs.reduce(0, +) - 1) < 1e-9, "a sum that is not 1 at \(words)")
      for (token, prob) in probs.enumerated() {
        let word = word(token)
        let (found, expected) = (
          read.log10(word, after: words.suffix(model.order - 1)), log10(min(1, prob))
        )
        // Rounded to `Float`, each of at most `order` terms; -99 stands for what is less.
        let holds =
          expected < -90
          ? found < -80 : abs(found - expected) <= 0x1p-22 * (1 - expected) + 1e-9
        try FuzzFailure.unless(holds, "\(words) \(word): \(found), not \(expected)")
      }
      let next = probs.indices.dropFirst().max { probs[$0] < probs[$1] }
      guard let next else { return }
      context = model.context(after: context, next)
      words.append(word(next))
    }
  }
}
