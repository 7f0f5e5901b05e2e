/// The options of mm-sample.
public struct SamplingOptions {
  private let count: Option<Count>
  private let seed: Option<Seed?>
  private let temperature: Option<Double>
  private let topK: Option<Int?>
  private let smooth: Option<Smoothing?>
  private let prompt: Option<String>
  private let maxLength: Option<Int>
  private let length: Option<ItemLengths?>
  private let exclude: Option<[String]>
  private let unique: Option<Bool>
  private let skip: Option<Int>
  private let next, null: Option<Bool>
  private let threads: Option<Int>
  private var command: ToolCommand

  /// Declares them.
  public init(of tool: Tool) {
    count = tool.option(
      "count", "N", short: "n", default: Count(20), help: "number of items, or inf")
    seed = tool.option(
      "seed", "S", Seed.self, absent: "a different one in every run",
      help: "seed of the random stream")
    temperature = tool.option(
      "temperature", "T", default: 1.0, in: .above(0),
      help: "divide log-probabilities by T: below 1 is sharper, above 1 flatter")
    topK = tool.option(
      "top-k", "K", Int.self, in: .atLeast(1), absent: "all",
      help: "draw from the K likeliest tokens; 1 is greedy")
    smooth = tool.smoothOption()
    prompt = tool.option(
      "prompt", "TEXT", default: "", shownDefault: "none", help: "begin every item with TEXT")
    maxLength = tool.option(
      "max-length", "N", default: 1000, in: .atLeast(1),
      help: "cut an item after N characters, including those of the prompt")
    length = tool.option(
      "length", "MIN:MAX", ItemLengths.self, absent: "any",
      help: "draw whole items of MIN to MAX characters; either may be missing")
    exclude = tool.list(
      "exclude", "FILE", help: "draw no item of this text; may be given several times")
    unique = tool.flag("unique", help: "draw no item twice")
    skip = tool.option(
      "skip", "I", default: 0, in: .atLeast(0),
      help: "with --seed: write the items from number I + 1 on")
    next = tool.flag(
      "next", help: "write the distribution of the token after --prompt instead: TOKEN, PROBABILITY"
    )
    null = tool.nullOption("end items with NUL, not with a newline")
    threads = tool.threadsOption()
    command = tool.command
    command.namesFileByOption = true
  }

  /// Whether the distribution of a token is wanted instead of items.
  public var isNext: Bool { next() }

  /// What becomes of counts; `nil` leaves them as they are.
  public var smoothing: Smoothing? { smooth() }

  /// Refuses options that contradict one another, or the operand.
  ///
  /// - Throws: `UsageError` that says so.
  public func check(_ operand: String) throws(UsageError) {
    if next() {
      try UsageError.refuse(
        [count, seed, maxLength, length, exclude, unique, skip, null], "--next draws nothing")
    }
    let promptLength = prompt().unicodeScalars.count
    if promptLength > maxLength() {
      throw UsageError("the --prompt is longer than --max-length \(maxLength())")
    }
    if skip.isGiven, seed() == nil {
      throw UsageError("--skip wants --seed: without it, every run draws other items")
    }
    if let length = length() {
      if length.least >= maxLength() {
        throw UsageError("--length \(length.word) wants whole items, which --max-length cuts")
      }
      if promptLength > length.most {
        throw UsageError("the --prompt is longer than --length \(length.word)")
      }
    }
    if (exclude() + [operand]).count(where: { $0 == "-" }) > 1 {
      throw UsageError("standard input cannot be both MODEL and --exclude")
    }
  }

  /// The distribution of the token after the prompt.
  ///
  /// - Throws: `DataError` when the model has none, or does not know a character of the prompt.
  public func nextTokens(of model: any ItemModel) throws(DataError) -> NextTokens {
    let probs = try model.probs(after: model.vocabulary.tokens(of: prompt()), choice)
    return NextTokens(probs, choice, model.vocabulary)
  }

  /// Which items are wanted.
  ///
  /// - Throws: `DataError` when a list of items to exclude cannot be read.
  public func filter(_ vocabulary: Vocabulary) throws(DataError) -> ItemFilter {
    var filter = ItemFilter()
    filter.lengths = length()
    filter.isUnique = unique()
    for list in exclude() {
      var input = TextInput([list], isNullSeparated: null())
      input.command = command
      try filter.exclude(input, vocabulary)
    }
    return filter
  }

  /// Draws items and writes them.
  ///
  /// - Throws: `DataError` when the model has no distribution somewhere, too many items in a row are not
  ///   wanted, or a write fails.
  public func draw(
    from model: any ItemModel, _ filter: ItemFilter, to output: OutputFile
  ) throws(DataError) {
    let request = SamplingRequest(
      seed: seed()?.bits ?? .random(in: .min ... .max), choice: choice, prompt: prompt(),
      maxLength: maxLength(), threads: threads())
    var sampler = try model.sampler(request, filter)
    try sampler.skip(skip())
    let writer = ItemWriter(output, model.vocabulary, isNullSeparated: null())
    try sampler.write(count().limit, to: writer)
  }

  private var choice: SamplingChoice {
    SamplingChoice(temperature: temperature(), topK: topK())
  }
}

/// A number of items, which may be without end.
struct Count: OptionValue {
  /// The number; `nil` continues until the reader leaves.
  let limit: Int?

  /// Creates a number of items.
  init(_ limit: Int?) { self.limit = limit }

  /// Reads a decimal number, or `inf`.
  init?(word: String) {
    if word == "inf" {
      limit = nil
    } else if let value = Int(word), value >= 0 {
      limit = value
    } else {
      return nil
    }
  }

  /// The number, or `inf`.
  var word: String { limit?.description ?? "inf" }

  /// A number of items, or `inf`.
  static var wanted: String { "a number of items, or inf" }
}
