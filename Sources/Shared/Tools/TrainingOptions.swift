/// The options of mm-gpt that say what a run does; a resumed run has them from its checkpoint.
public struct TrainingOptions {
  /// How many updates a run makes where no option says so, for `--help`.
  public static let stepsInWords = DefaultRecipe.stepsInWords

  private let settings: [DeclaredSetting<TrainingPlan>]
  private let sizes: [DeclaredSetting<GPTConfig>]
  private let epochs: Option<Double?>
  private let initial: Option<String?>

  /// Declares them.
  public init(of tool: Tool) {
    settings = DeclaredSetting.all(
      TrainingPlan.fields, of: tool, default: TrainingPlan(.default))
    epochs = tool.option(
      "epochs", "E", Double.self, in: .above(0),
      help: "how often to read each item, instead of --steps")
    sizes = DeclaredSetting.all(
      GPTConfig.fields, of: tool, default: GPTConfig(blockSize: 1, vocabSize: 1))
    initial = tool.option("init", "MODEL", String.self, help: "start from the weights of a model")
  }

  /// Refuses what cannot be: both a model and the text from standard input, and, beside
  /// `--resume`, any of these options.
  ///
  /// - Throws: `UsageError` that says so.
  public func check(_ start: RunStart, input: TextInput) throws(UsageError) {
    if initial() == "-", input.files.contains("-") {
      throw UsageError("standard input cannot be both the model of --init and FILE")
    }
    guard case .resumed(let path) = start else { return }
    let given =
      settings.filter(\.isGiven).map(\.name) + (epochs.isGiven ? ["epochs"] : [])
      + sizes.filter(\.isGiven).map(\.name) + (initial.isGiven ? ["init"] : [])
    if let name = given.first {
      throw UsageError(
        "--\(name) does not go with --resume: the run continues as it began; --init \(path) "
          + "starts another from its weights")
    }
  }

  /// Begins the run that the options ask for, or resumes that of a checkpoint.
  ///
  /// - Throws: `DataError` when the data or a model cannot be read or does not fit, `UsageError`
  ///   when options contradict one another or a model.
  public func run(_ start: RunStart, input: TextInput, threads: Int) throws -> TrainingRun {
    let pool = ThreadPool(threads: threads)
    if let path = start.path {
      let checkpoint = try Checkpoint(ModelReader.model(in: path))
      let corpus = try Corpus(input, vocabulary: checkpoint.gpt.vocabulary)
      if case .continued = start {
        // What follows from other data would not be that of the run either.
        try checkpoint.check(corpus)
        try check(against: checkpoint, of: path, corpus)
      }
      return try TrainingRun(
        checkpoint.record.plan, corpus: corpus, from: .checkpoint(checkpoint), pool: pool)
    }
    guard let path = initial() else {
      let corpus = try Corpus(input)
      return try TrainingRun(
        plan(for: corpus), corpus: corpus, from: .drawn(config(for: corpus)), pool: pool)
    }
    let model = try ModelReader.model(in: path)
    let known = model.metadata["mm.vocab"] == nil ? nil : try model.vocabulary()
    let corpus = try Corpus(input, vocabulary: known)
    let gpt = try GPT(model, nHead: givenHeads, vocabulary: corpus.vocabulary)
    try check(sizes, against: gpt.parameters.config) { name, asked, has in
      "--\(name) \(asked) contradicts the model of --init, which has \(has)"
    }
    return try TrainingRun(
      plan(for: corpus), corpus: corpus, from: .weights(gpt.parameters), pool: pool)
  }

  /// What they ask for, of some data.
  ///
  /// - Throws: `UsageError` when both --steps and --epochs are given.
  private func plan(for corpus: Corpus) throws(UsageError) -> TrainingPlan {
    var plan = Self.plan(for: corpus) { plan in
      for setting in settings { setting.apply(to: &plan) }
    }
    guard let epochs = epochs() else { return plan }
    if settings.contains(where: { $0.name == "steps" && $0.isGiven }) {
      throw UsageError("--steps and --epochs exclude each other")
    }
    plan.steps = plan.steps(of: epochs, items: Self.size(of: corpus, plan).items)
    return plan
  }

  /// The plan in which some settings are given, and the others follow from them and the data.
  ///
  /// - Parameter give: Gives a plan the settings.
  private static func plan(
    for corpus: Corpus, _ give: (inout TrainingPlan) -> Void
  ) -> TrainingPlan {
    // The recipe first, and then what the rest of it depends on.
    var first = TrainingPlan(.default)
    give(&first)
    var plan = TrainingPlan(first.recipe)
    if plan.recipe == .default { plan.optimizer = DefaultRecipe.optimizer }
    give(&plan)
    plan = TrainingPlan(like: plan, for: size(of: corpus, plan))
    give(&plan)
    return plan
  }

  private static func size(of corpus: Corpus, _ plan: TrainingPlan) -> DefaultRecipe.DataSize {
    DefaultRecipe.DataSize(corpus, holdout: plan.holdout)
  }

  /// The shape of a new model over some items.
  ///
  /// - Throws: `UsageError` when the channels do not make heads.
  private func config(for corpus: Corpus) throws(UsageError) -> GPTConfig {
    var config = Self.config(for: corpus)
    for size in sizes { size.apply(to: &config) }
    guard config.nEmbd.isMultiple(of: config.nHead) else {
      throw UsageError("--n-embd \(config.nEmbd) is not a multiple of --n-head \(config.nHead)")
    }
    return config
  }

  private static func config(for corpus: Corpus) -> GPTConfig {
    GPTConfig(blockSize: min(256, corpus.longest + 1), vocabSize: corpus.vocabulary.count)
  }

  /// The number of heads, for a model that does not say it.
  private var givenHeads: Int? {
    guard let heads = sizes.first(where: { $0.name == "n-head" && $0.isGiven }) else { return nil }
    var config = GPTConfig(blockSize: 1, vocabSize: 1)
    heads.apply(to: &config)
    return config.nHead
  }

  /// Refuses options that are not those of a run that `--continue` resumes: some that were given and
  /// differ, or some that are left out and whose defaults differ.
  ///
  /// - Throws: `UsageError` at the first, with all that are to be given.
  private func check(
    against checkpoint: Checkpoint, of path: String, _ corpus: Corpus
  ) throws(UsageError) {
    let plan = checkpoint.record.plan
    let config = checkpoint.gpt.parameters.config
    func reason(_ name: String, _ asked: String, _ has: String) -> String {
      "--\(name) \(asked) differs from the run in \(path), which has \(has); --init \(path) starts "
        + "another from its weights"
    }
    try check(settings, against: plan, reason)
    try check(sizes, against: config, reason)
    if let epochs = epochs() {
      let steps = plan.steps(of: epochs, items: Self.size(of: corpus, plan).items)
      if steps != plan.steps {
        throw UsageError(reason("epochs", epochs.word, "\(plan.steps) steps"))
      }
    }
    // Each beside the others of the run, so that what follows from one is not left out as well.
    let ofPlan = leftOut(settings.filter { $0.name != "steps" || epochs() == nil }, of: plan) {
      setting in
      Self.plan(for: corpus) { other in
        var one = plan
        setting.copy(from: other, to: &one)
        other = one
      }
    }
    // The sizes of a run that began with --init are those of that model.
    let ofModel =
      initial.isGiven ? [] : leftOut(sizes, of: config) { _ in Self.config(for: corpus) }
    guard let first = (ofPlan + ofModel).first else { return }
    let words = (ofPlan + ofModel).map { "--\($0.name) \($0.has)" }.joined(separator: " ")
    throw UsageError(
      "the run in \(path) has --\(first.name) \(first.has), and without that option it is "
        + "\(first.fallback); continue it with \(words)")
  }

  /// The options that are left out although what holds without them is not what is there.
  ///
  /// - Parameter fallback: What holds without an option.
  private func leftOut<Owner: Equatable>(
    _ settings: [DeclaredSetting<Owner>], of owner: Owner,
    fallback: (DeclaredSetting<Owner>) -> Owner
  ) -> [(name: String, has: String, fallback: String)] {
    settings.compactMap { setting in
      let fallback = fallback(setting)
      var other = owner
      setting.copy(from: fallback, to: &other)
      return setting.isGiven || other == owner
        ? nil : (setting.name, setting.word(of: owner), setting.word(of: fallback))
    }
  }

  /// Refuses options that contradict what is there.
  ///
  /// - Parameter reason: Gets the name of an option, its value, and the one that is there.
  /// - Throws: `UsageError` at the first.
  private func check<Owner: Equatable>(
    _ settings: [DeclaredSetting<Owner>], against owner: Owner,
    _ reason: (String, String, String) -> String
  ) throws(UsageError) {
    for setting in settings {
      var asked = owner
      setting.apply(to: &asked)
      if asked != owner {
        throw UsageError(
          reason(setting.name, setting.word(of: asked), setting.word(of: owner)))
      }
    }
  }
}
