extension TrainingPlan {
  /// The recipe, on which the defaults of the others depend.
  static let recipeField = Field(
    "recipe", "NAME", \TrainingPlan.recipe,
    help: "whose training to follow where no option says otherwise")

  /// All of a plan, in the order of `--help`.
  static let fields: [any Setting<TrainingPlan>] = [
    Field(
      "steps", "N", \.steps, .atLeast(0), absent: "by the rule above",
      help: "updates to make; 0 writes the start"),
    Field("batch-size", "N", \.batchSize, .within(1...1 << 20), help: "items of a batch"),
    Field(
      "optimizer", "NAME", \.optimizer, isLater: true, absent: DefaultRecipe.optimizer.word,
      help: "what turns gradients into updates"),
    Field(
      "learning-rate", "R", \.learningRate, .above(0), absent: DefaultRecipe.ratesInWords,
      help:
        "the highest learning rate; with muon that of the layers' matrices, and the rest takes "
        + "\(MuonOptimizer.adamWShare.word) times it"),
    Field("schedule", \.schedule, isLater: true),
    Field("weight-decay", "D", \.weightDecay, .atLeast(0), help: "weight decay"),
    Field(
      "dropout", "P", \.regularization.dropout, .within(0...0.9), isLater: true,
      absent: DefaultRecipe.dropoutInWords,
      help: "share of hidden units and of attended values that a step does without"),
    Field(
      "soft-targets", "A", \.regularization.softTargets, .within(0...1), isLater: true,
      absent: DefaultRecipe.softTargetsInWords,
      help: "share of an n-gram model's distribution in the targets"),
    Field(
      "soft-order", "N", \.softOrder, .within(2...12), isLater: true,
      absent: DefaultRecipe.softOrderInWords,
      help: "order of that n-gram model"),
    Field(
      "drawn-items", "N", \.drawnItems, .within(0...1 << 20), isLater: true,
      absent: DefaultRecipe.drawnItemsInWords,
      help: "items drawn from that n-gram model, trained on like the others"),
    Field("seed", "S", \.seed, help: "seed of all random choices"),
    recipeField,
    Field("holdout", "N", \.holdout, .atLeast(0), help: "items to keep out of training and score"),
    Field(
      "without", "PARTS", \.without, absent: "none",
      help: "parts to leave out, with commas: \([Ablation].names)"),
  ]
}

extension GPTConfig {
  /// The sizes of a new model, in the order of `--help`.
  static let fields: [any Setting<GPTConfig>] = [
    Field("n-layer", "N", \.nLayer, .within(1...1 << 10), help: "layers"),
    Field("n-head", "N", \.nHead, .within(1...1 << 16), help: "attention heads of a layer"),
    Field(
      "n-embd", "N", \.nEmbd, .within(1...1 << 16), help: "channels, a multiple of --n-head"),
    Field(
      "block-size", "N", \.blockSize, .within(1...1 << 20),
      absent: "the longest item plus one, at most 256", help: "tokens that the model sees at once"),
  ]
}

extension TrainingPlan.Recipe: SettingValue {}
extension Schedule: SettingValue {}

extension [Ablation]: OptionValue, SettingValue {
  /// All names there are.
  static var names: String { Ablation.allCases.map(\.rawValue).joined(separator: ", ") }

  /// Reads names with commas.
  public init?(word: String) {
    self.init(names: word.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
  }

  /// The names, with commas.
  public var word: String { map(\.rawValue).joined(separator: ",") }

  /// A list of names.
  public static var wanted: String { "a list of \(names), with commas" }

  init?(json: JSON) {
    guard case .array(let values) = json else { return nil }
    var names: [String] = []
    for value in values {
      guard case .string(let name) = value else { return nil }
      names.append(name)
    }
    self.init(names: names)
  }

  var json: String { "[\(map { JSON.quoted($0.rawValue) }.joined(separator: ","))]" }

  private init?(names: [String]) {
    let parts = names.map(Ablation.init(rawValue:))
    guard !parts.contains(nil) else { return nil }
    self = parts.compactMap(\.self)
  }
}
