/// A list of parts of a GPT-2, separated by commas.
struct Parts: OptionValue {
  let parts: [Ablation]

  init?(word: String) {
    let parts = word.split(separator: ",", omittingEmptySubsequences: false)
      .map { Ablation(rawValue: String($0)) }
    guard !parts.contains(nil) else { return nil }
    self.parts = parts.compactMap(\.self)
  }

  var word: String { parts.map(\.rawValue).joined(separator: ",") }

  static var wanted: String {
    "a list of " + Ablation.allCases.map(\.rawValue).joined(separator: ", ") + ", with commas"
  }
}

/// The options of mm-gpt that say what a run does; a resumed run has them from its checkpoint.
public struct TrainingOptions {
  private let steps, batchSize, nLayer, nHead, nEmbd, blockSize, holdout: Option<Int?>
  private let learningRate, weightDecay: Option<Double?>
  private let seed: Option<Seed?>
  private let recipe: Option<String>
  private let without: Option<Parts?>

  /// The model to start from.
  public let initial: Option<String?>

  /// Declares them.
  public init(of tool: Tool) {
    let plan = TrainingPlan(.default)
    func number(
      _ long: String, _ placeholder: String, _ fallback: Int?, _ range: ClosedRange<Int>,
      absent: String? = nil, _ help: String
    ) -> Option<Int?> {
      let bounds =
        range.upperBound == Int.max
        ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
      return tool.option(
        long, placeholder, Int.self, range: bounds, absent: absent ?? fallback?.description,
        where: range.contains, help: help)
    }
    steps = number("steps", "N", plan.steps, 0...Int.max, "updates to make; 0 writes the start")
    batchSize = number(
      "batch-size", "N", plan.batchSize, TrainingPlan.batchSizes, "items of a batch")
    nLayer = number("n-layer", "N", 4, 1...1 << 10, "layers")
    nHead = number("n-head", "N", 4, 1...1 << 16, "attention heads of a layer")
    nEmbd = number("n-embd", "N", 64, 1...1 << 16, "channels, a multiple of --n-head")
    blockSize = number(
      "block-size", "N", nil, 1...1 << 20, absent: "the longest item plus one, at most 256",
      "tokens that the model sees at once")
    learningRate = tool.option(
      "learning-rate", "R", Double.self, range: "above 0", absent: plan.learningRate.shortest,
      where: { $0 > 0 && $0.isFinite }, help: "the highest learning rate")
    weightDecay = tool.option(
      "weight-decay", "D", Double.self, range: "0 or more", absent: plan.weightDecay.shortest,
      where: { $0 >= 0 && $0.isFinite }, help: "weight decay of AdamW")
    seed = tool.option(
      "seed", "S", Seed.self, absent: plan.seed.description, help: "seed of all random choices")
    recipe = tool.option(
      "recipe", "NAME", choices: TrainingPlan.Recipe.allCases.map(\.rawValue),
      help: "whose training to follow where no option says otherwise")
    holdout = number("holdout", "N", 0, 0...Int.max, "items to keep out of training and score")
    without = tool.option(
      "without", "PARTS", Parts.self, absent: "none",
      help:
        "parts to leave out, with commas: \(Ablation.allCases.map(\.rawValue).joined(separator: ", "))"
    )
    initial = tool.option("init", "MODEL", String.self, help: "start from the weights of a model")
  }

  /// What they ask for.
  public func plan() -> TrainingPlan {
    var plan = TrainingPlan(TrainingPlan.Recipe(rawValue: recipe()) ?? .default)
    plan.steps = steps() ?? plan.steps
    plan.batchSize = batchSize() ?? plan.batchSize
    plan.learningRate = learningRate() ?? plan.learningRate
    plan.weightDecay = weightDecay() ?? plan.weightDecay
    plan.seed = seed()?.bits ?? plan.seed
    plan.holdout = holdout() ?? plan.holdout
    plan.without = without()?.parts ?? []
    return plan
  }

  /// Refuses what cannot be: both a model and the text from standard input, and, beside
  /// `--resume`, any of these options.
  ///
  /// - Throws: `UsageError` that says so.
  public func check(resume: String?, input: TextInput) throws(UsageError) {
    if initial() == "-", input.files.contains("-") {
      throw UsageError("standard input cannot be both the model of --init and FILE")
    }
    guard let resume else { return }
    if resume == "-" {
      throw UsageError("--resume replaces its file, which standard input is not")
    }
    let given = [
      ("steps", steps.isGiven), ("batch-size", batchSize.isGiven), ("n-layer", nLayer.isGiven),
      ("n-head", nHead.isGiven), ("n-embd", nEmbd.isGiven), ("block-size", blockSize.isGiven),
      ("learning-rate", learningRate.isGiven), ("weight-decay", weightDecay.isGiven),
      ("seed", seed.isGiven), ("recipe", recipe.isGiven), ("holdout", holdout.isGiven),
      ("without", without.isGiven), ("init", initial.isGiven),
    ]
    if let option = given.first(where: \.1) {
      throw UsageError("--\(option.0) does not go with --resume: the run goes on as it began")
    }
  }

  /// The number of heads, for a model that does not tell it.
  public var givenHeads: Int? { nHead() }

  /// The shape of a new model over some items.
  ///
  /// - Throws: `UsageError` when the channels do not make heads.
  public func config(for corpus: Corpus) throws(UsageError) -> GPTConfig {
    let longest = corpus.map(\.count).max() ?? 0
    let (channels, heads) = (nEmbd() ?? 64, nHead() ?? 4)
    guard channels.isMultiple(of: heads) else {
      throw UsageError("--n-embd \(channels) is no multiple of --n-head \(heads)")
    }
    return GPTConfig(
      nLayer: nLayer() ?? 4, nHead: heads, nEmbd: channels,
      blockSize: blockSize() ?? min(256, longest + 1), vocabSize: corpus.vocabulary.count)
  }

  /// Refuses options that contradict a model's shape.
  ///
  /// - Throws: `UsageError` at the first.
  public func check(against config: GPTConfig) throws(UsageError) {
    let sizes = [
      ("n-layer", nLayer(), config.nLayer), ("n-head", nHead(), config.nHead),
      ("n-embd", nEmbd(), config.nEmbd), ("block-size", blockSize(), config.blockSize),
    ]
    for (name, given, size) in sizes {
      if let given, given != size {
        throw UsageError("--\(name) \(given) contradicts the model of --init, which has \(size)")
      }
    }
  }
}

extension TrainingRun {
  /// Begins the run that the options ask for, or goes on with that of a checkpoint.
  ///
  /// - Throws: `DataError` when the data or a model cannot be read or does not fit, `UsageError`
  ///   when options contradict one another or a model.
  public static func make(
    _ options: TrainingOptions, resume: String?, input: TextInput, threads: Int
  ) throws -> TrainingRun {
    if let resume {
      let model = try ModelReader.model(in: resume)
      let progress = try CheckpointRecord(model)
      let gpt = try GPT(model)
      let corpus = try Corpus(input, vocabulary: gpt.vocabulary)
      return try TrainingRun(
        progress.plan, corpus: corpus, config: gpt.parameters.config, checkpoint: model,
        pool: ThreadPool(threads: threads))
    }
    let initial = try options.initial().map { (path) throws(DataError) in
      try ModelReader.model(in: path)
    }
    let known = try initial.flatMap { (model) throws(DataError) in
      model.metadata["mm.vocab"] == nil ? nil : try model.vocabulary()
    }
    let corpus = try Corpus(input, vocabulary: known)
    let plan = options.plan()
    if let initial {
      let gpt = try GPT(initial, nHead: options.givenHeads, vocabulary: corpus.vocabulary)
      let config = gpt.parameters.config
      try options.check(against: config)
      return try TrainingRun(
        plan, corpus: corpus, config: config, start: gpt.parameters,
        pool: ThreadPool(threads: threads))
    }
    let config = try options.config(for: corpus)
    return try TrainingRun(
      plan, corpus: corpus, config: config, pool: ThreadPool(threads: threads))
  }
}

extension OutputFile {
  /// Opens the table of a run: anew, or at its end for a run that goes on.
  ///
  /// An empty one gets its heading.
  ///
  /// - Throws: `DataError` when the file cannot be opened.
  public static func trainingLog(
    _ path: String, isResumed: Bool
  ) throws(DataError) -> OutputFile {
    let file = isResumed ? try OutputFile(appendingTo: path) : try OutputFile(creating: path)
    if file.isEmpty { try file.write("step\tloss\tholdout_loss\tlearning_rate\tseconds\n") }
    return file
  }
}
