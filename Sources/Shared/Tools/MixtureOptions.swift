/// The smoothing of each model of a mixture, in their order.
struct SmoothingList: OptionValue {
  /// A smoothing for each model, `nil` for one that is not counts; or one, for all that are counts.
  let values: [Smoothing?]

  /// Reads values of `--smooth` and `-`, with commas between them.
  init?(word: String) {
    values = word.split(separator: ",", omittingEmptySubsequences: false).map {
      $0 == "-" ? nil : Smoothing(word: String($0))
    }
    // `-` alone says nothing of counts.
    let words = word.split(separator: ",", omittingEmptySubsequences: false)
    if zip(words, values).contains(where: { $0 != "-" && $1 == nil }) || word == "-" { return nil }
  }

  /// The values, with commas between them.
  var word: String { values.map { $0?.word ?? "-" }.joined(separator: ",") }

  /// Values with commas.
  static var wanted: String { "values with commas, each kn, wb, a number or -" }
}

/// The weights of the models of a mixture, in whatever proportion.
struct Shares: OptionValue {
  /// A weight for each model.
  let values: [Double]

  /// Reads numbers with commas between them, 0 or more and not all 0.
  init?(word: String) {
    let numbers = word.split(separator: ",", omittingEmptySubsequences: false).map {
      Double(word: String($0))
    }
    values = numbers.compactMap(\.self)
    guard values.count == numbers.count, values.allSatisfy({ $0 >= 0 }),
      values.contains(where: { $0 > 0 })
    else { return nil }
  }

  /// The numbers, with commas between them.
  var word: String { values.map(\.word).joined(separator: ",") }

  /// Numbers with commas.
  static var wanted: String { "numbers with commas, 0 or more and not all 0" }
}

/// The options of `mm-fit --mix`.
public struct MixtureOptions {
  private let mix: Option<Bool>
  private let smooth: Option<SmoothingList?>
  private let shares: Option<Shares?>
  private let reading: TextOptions
  private let threads: Option<Int>

  /// Declares them.
  public init(of tool: Tool) {
    mix = tool.flag(
      "mix", help: "average models, with the weights that give the text the lowest loss")
    smooth = tool.option(
      "smooth", "S,S,...", SmoothingList.self, absent: "kn",
      help: """
        with --mix: how counts become models, as for mm-sample; a value for each model, - for one \
        that is not counts, or one value for all counts
        """)
    shares = tool.option(
      "shares", "W,W,...", Shares.self, absent: "fitted to the text",
      help: "with --mix: the weights, divided by their sum; no text is read then")
    reading = TextOptions(of: tool, null: "with --mix: items of the text end with NUL")
    threads = tool.threadsOption()
  }

  /// Whether models are to be mixed.
  public var isGiven: Bool { mix() }

  /// The options that make sense for a mixture only.
  public var all: [any GivenOption] { [smooth, shares, threads] + reading.all }

  /// Reads the models, finds the weights, and says how many lines of the text were left out.
  ///
  /// - Parameter progress: What says it, or not.
  /// - Throws: `DataError` when a file is malformed, or the text does not fit the models; `UsageError`
  ///   when the options do not fit them.
  public func mixture(of operands: [String], _ progress: inout Progress) throws -> Mixture {
    guard operands.count >= 2 else { throw UsageError("--mix wants at least two models") }
    if operands.contains("-") {
      throw UsageError("--mix reads text from standard input, so no model can be there")
    }
    if shares.isGiven { try UsageError.refuse(reading.all, "--shares reads no text") }
    for (option, count) in [
      ("--smooth", smooth()?.values.count), ("--shares", shares()?.values.count),
    ] {
      if let count, count != operands.count, option == "--shares" || count != 1 {
        throw UsageError("\(option) has \(count) values for \(operands.count) models")
      }
    }
    let parts = try operands.indices.map { try part(operands[$0], at: $0) }
    if let shares = shares() { return Mixture(parts, weights: shares.values) }
    let input = reading.input([])
    var fit = try MixtureFit(parts, pool: ThreadPool(threads: threads()))
    try fit.read(input)
    fit.run()
    if let outcome = input.outcome { progress.say(outcome) }
    return Mixture(parts, weights: fit.weights)
  }

  /// Reads one of the models.
  private func part(_ operand: String, at index: Int) throws -> MixturePart {
    let values = smooth()?.values ?? [.kneserNey]
    let isForAll = values.count == 1
    let wanted = isForAll ? values[0] : values[index]
    let part = try LanguageModel.part(operand, wanted ?? .none)
    if !isForAll, (wanted == nil) != (part.smoothing == nil) {
      throw UsageError(
        wanted == nil
          ? "--smooth has - for \(operand), which is counts: kn, wb or a number"
          : "--smooth is for counts, and \(operand) is a model of kind \(part.kind): -")
    }
    return part
  }
}
