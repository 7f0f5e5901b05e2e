/// The options of mm-loss.
public struct ScoringOptions {
  private let perLine, perToken, tensor, number, merges, text: Option<Bool>
  private let smooth: Option<Smoothing?>
  private let skipUnknown: Option<Bool>
  private let reading: TextOptions
  private let threads: Option<Int>
  private let progress: ProgressOptions

  /// Declares them.
  public init(of tool: Tool) {
    perLine = tool.flag("per-line", help: "write nll, tokens and the line itself, for each line")
    perToken = tool.flag(
      "per-token", help: "write line number, position, token and nll, for each token")
    tensor = tool.flag(
      "tensor", help: "write nll and tokens of each line, as a model of kind losses")
    number = tool.flag(
      "number", help: "with --per-line: begin each with the number of the line in all the input")
    merges = tool.flag("merge", help: "add up losses instead of scoring text")
    text = tool.flag(
      "text", short: "t", help: "with --tensor: write labelled text instead of safetensors")
    smooth = tool.smoothOption()
    skipUnknown = tool.flag(
      "skip-unknown", help: "leave out items with characters unknown to the model")
    reading = TextOptions(
      of: tool, takesWeights: true, null: "items end with NUL, not with a newline, in and out")
    threads = tool.threadsOption()
    progress = ProgressOptions(of: tool)
  }

  /// Whether losses are to be added up.
  public var isMerging: Bool { merges() }

  /// What becomes of counts; `nil` leaves them as they are.
  public var smoothing: Smoothing? { smooth() }

  /// Adds up losses.
  ///
  /// - Throws: `UsageError` beside an option of scoring, `DataError` as `Losses.merge` does.
  public func merge(_ operands: [String], to output: OutputFile) throws {
    try UsageError.refuse(
      [perToken, tensor, number, text, smooth, skipUnknown, threads] + reading.all + progress.all,
      "--merge scores no text")
    try Losses.merge(operands, areRows: perLine(), to: output)
  }

  /// The file of the model, and the text.
  ///
  /// - Throws: `UsageError` without a model, and when options or operands contradict one another.
  public func inputs(_ operands: [String]) throws(UsageError) -> (model: String, TextInput) {
    guard let model = operands.first else { throw UsageError("missing operand: MODEL") }
    let forms = [perLine, perToken, tensor]
    if forms.count(where: { $0() }) > 1 {
      throw UsageError("--per-line, --per-token and --tensor exclude each other")
    }
    if reading.isWeighted {
      try UsageError.refuse(forms, "--weighted gives the summary alone")
    }
    if number(), !perLine(), !perToken() {
      throw UsageError("--number goes with --per-line; --per-token has the number anyway")
    }
    if text(), !tensor() { throw UsageError("--text goes with --tensor") }
    let input = reading.input(Array(operands.dropFirst()))
    if model == "-", input.files.contains("-") {
      throw UsageError("standard input cannot be both MODEL and FILE")
    }
    return (model, input)
  }

  /// The form of what is written, which is a model with `--tensor` alone.
  ///
  /// - Throws: `DataError` when that would be binary, on a terminal.
  public func form(of tool: Tool) throws(DataError) -> ModelForm {
    tensor() ? try tool.modelForm(isText: text()) : .text
  }

  /// What writes the losses.
  public func report(_ output: OutputFile, _ vocabulary: Vocabulary) -> LossReport {
    LossReport(
      output, vocabulary,
      perLine() ? .lines : perToken() ? .tokens : tensor() ? .tensor : .summary,
      isNullSeparated: reading.isNullSeparated, isNumbered: number())
  }

  /// Scores the text, shows how far it has come, and says how many lines were left out.
  ///
  /// - Throws: `DataError` as the model's `score` does.
  public func score(
    _ input: TextInput, under model: any ItemModel, to report: LossReport
  ) throws(DataError) {
    var progress = progress()
    // Rows that a terminal shows are progress enough.
    if !report.showsRows {
      report.progress = { progress.showEachSecond("\($0) lines  loss \($1.fixed(4))") }
    }
    defer { progress.end() }
    try model.score(
      ScoringRequest(input, skipsUnknown: skipUnknown(), threads: threads()), to: report)
    if let outcome = input.outcome { progress.say(outcome) }
  }
}
