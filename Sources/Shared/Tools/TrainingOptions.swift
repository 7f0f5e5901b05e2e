/// The options of mm-gpt that say what a run does; a resumed run has them from its checkpoint.
public struct TrainingOptions {
  private let settings: [DeclaredSetting<TrainingPlan>]
  private let sizes: [DeclaredSetting<GPTConfig>]
  private let initial: Option<String?>

  /// Declares them.
  public init(of tool: Tool) {
    settings = DeclaredSetting.all(
      TrainingPlan.fields, of: tool, default: TrainingPlan(.default))
    sizes = DeclaredSetting.all(
      GPTConfig.fields, of: tool, default: GPTConfig(blockSize: 1, vocabSize: 1))
    initial = tool.option("init", "MODEL", String.self, help: "start from the weights of a model")
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
    let given =
      settings.filter(\.isGiven).map(\.name) + sizes.filter(\.isGiven).map(\.name)
      + (initial.isGiven ? ["init"] : [])
    if let name = given.first {
      throw UsageError("--\(name) does not go with --resume: the run continues as it began")
    }
  }

  /// Begins the run that the options ask for, or resumes that of a checkpoint.
  ///
  /// - Throws: `DataError` when the data or a model cannot be read or does not fit, `UsageError`
  ///   when options contradict one another or a model.
  public func run(resume: String?, input: TextInput, threads: Int) throws -> TrainingRun {
    let pool = ThreadPool(threads: threads)
    if let resume {
      let checkpoint = try Checkpoint(ModelReader.model(in: resume))
      let corpus = try Corpus(input, vocabulary: checkpoint.gpt.vocabulary)
      return try TrainingRun(
        checkpoint.record.plan, corpus: corpus, from: .checkpoint(checkpoint), pool: pool)
    }
    guard let path = initial() else {
      let corpus = try Corpus(input)
      return try TrainingRun(plan, corpus: corpus, from: .drawn(config(for: corpus)), pool: pool)
    }
    let model = try ModelReader.model(in: path)
    let known = model.metadata["mm.vocab"] == nil ? nil : try model.vocabulary()
    let corpus = try Corpus(input, vocabulary: known)
    let gpt = try GPT(model, nHead: givenHeads, vocabulary: corpus.vocabulary)
    try check(against: gpt.parameters.config)
    return try TrainingRun(plan, corpus: corpus, from: .weights(gpt.parameters), pool: pool)
  }

  /// What they ask for.
  private var plan: TrainingPlan {
    func asked(_ plan: TrainingPlan) -> TrainingPlan {
      var plan = plan
      for setting in settings { setting.apply(to: &plan) }
      return plan
    }
    // The recipe first: it says what holds where no option does.
    return asked(TrainingPlan(asked(TrainingPlan(.default)).recipe))
  }

  /// The shape of a new model over some items.
  ///
  /// - Throws: `UsageError` when the channels do not make heads.
  private func config(for corpus: Corpus) throws(UsageError) -> GPTConfig {
    let longest = corpus.lazy.map(\.count).max() ?? 0
    var config = GPTConfig(
      blockSize: min(256, longest + 1), vocabSize: corpus.vocabulary.count)
    for size in sizes { size.apply(to: &config) }
    guard config.nEmbd.isMultiple(of: config.nHead) else {
      throw UsageError("--n-embd \(config.nEmbd) is not a multiple of --n-head \(config.nHead)")
    }
    return config
  }

  /// The number of heads, for a model that does not say it.
  private var givenHeads: Int? {
    guard let heads = sizes.first(where: { $0.name == "n-head" && $0.isGiven }) else { return nil }
    var config = GPTConfig(blockSize: 1, vocabSize: 1)
    heads.apply(to: &config)
    return config.nHead
  }

  /// Refuses options that contradict a model's shape.
  ///
  /// - Throws: `UsageError` at the first.
  private func check(against config: GPTConfig) throws(UsageError) {
    for size in sizes {
      var asked = config
      size.apply(to: &asked)
      if asked != config {
        throw UsageError(
          "--\(size.name) \(size.word(of: asked)) contradicts the model of --init, which has "
            + size.word(of: config))
      }
    }
  }
}
