import Shared

runTool(
  ToolDescription(
    "mm-loss", summary: "score text under a model",
    synopsis: ["[OPTION]... MODEL [FILE]...", "--merge [--per-line] [LOSSES]..."],
    details: """
      Writes the negative log-likelihood of text under MODEL, in nats. Each line is an item, and the
      boundary that closes it counts as a token. The summary is lines of a name and a value: nll (the
      sum), tokens, lines, loss (nll / tokens) and perplexity; skipped, where lines were left out; and
      where lines have a probability of zero, whose nll is inf, their number as zeros and the
      loss_of_others.

      With --merge, it reads models of kind losses, which --tensor wrote for pieces of a text, and gives
      what one run over all of it gives: the summary, or rows of nll and tokens.

      With no FILE, or when FILE is -, reads standard input. The text is UTF-8.
      """,
    examples: [
      ("mm-loss names.counts < names.txt", "How well the model predicts the list."),
      (
        "mm-loss --per-line names.counts < names.txt | sort -rg | head",
        "The most surprising names."
      ),
    ])
) { tool in
  let perLine = tool.flag("per-line", help: "write nll, tokens and the line itself, for each line")
  let perToken = tool.flag(
    "per-token", help: "write line number, position, token and nll, for each token")
  let tensor = tool.flag(
    "tensor", help: "write nll and tokens of each line, as a model of kind losses")
  let number = tool.flag(
    "number", help: "with --per-line: begin each with the number of the line in all the input")
  let merge = tool.flag("merge", help: "add up losses instead of scoring text")
  let text = tool.flag(
    "text", short: "t", help: "with --tensor: write labelled text instead of safetensors")
  let smooth = tool.smoothOption()
  let skipUnknown = tool.flag(
    "skip-unknown", help: "leave out items with characters unknown to the model")
  let reading = TextOptions(
    of: tool, takesWeights: true, null: "items end with NUL, not with a newline, in and out")
  let threads = tool.threadsOption()
  let quiet = tool.flag("quiet", short: "q", help: "say nothing but errors")

  let operands = try tool.operands()
  if merge() {
    let scoring = [
      ("--per-token", perToken()), ("--tensor", tensor()), ("--number", number()),
      ("--text", text()), ("--smooth", smooth() != nil), ("--skip-unknown", skipUnknown()),
      ("--threads", threads.isGiven), ("--quiet", quiet()),
    ]
    if let option = (scoring.filter(\.1).map(\.0) + reading.given).first {
      throw UsageError("--merge scores no text: \(option) does not go with it")
    }
    try Losses.merge(operands, areRows: perLine(), to: tool.output)
    return
  }
  guard let modelFile = operands.first else { throw UsageError("missing operand: MODEL") }
  let styles = [(perLine, LossReport.Style.lines), (perToken, .tokens), (tensor, .tensor)]
    .filter { $0.0() }
  if styles.count > 1 {
    throw UsageError("--per-line, --per-token and --tensor exclude each other")
  }
  let ofItems = [("--per-line", perLine), ("--per-token", perToken), ("--tensor", tensor)]
  if reading.isWeighted, let option = ofItems.first(where: { $1() })?.0 {
    throw UsageError("--weighted gives the summary alone: \(option) does not go with it")
  }
  if number(), !perLine(), !perToken() {
    throw UsageError("--number goes with --per-line; --per-token has the number anyway")
  }
  if text(), !tensor() { throw UsageError("--text goes with --tensor") }
  let input = reading.input(Array(operands.dropFirst()))
  if modelFile == "-", input.files.contains("-") {
    throw UsageError("standard input cannot be both MODEL and FILE")
  }
  let form = tensor() ? try tool.modelForm(isText: text()) : .text

  let model = try LanguageModel.read(modelFile, smooth())
  let report = LossReport(
    tool.output, model.vocabulary, styles.first?.1 ?? .summary,
    isNullSeparated: reading.isNullSeparated, isNumbered: number())
  let request = ScoringRequest(input, skipsUnknown: skipUnknown(), threads: threads())
  try model.score(request, to: report)
  if !quiet() { tool.say(input.outcome) }
  try report.finish(as: form)
}
