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
  let options = ScoringOptions(of: tool)
  let operands = try tool.operands()
  if options.isMerging { return try options.merge(operands, to: tool.output) }
  let (modelFile, input) = try options.inputs(operands)
  let form = try options.form(of: tool)
  let model = try LanguageModel.read(modelFile, options.smoothing)
  let report = options.report(tool.output, model.vocabulary)
  try options.score(input, under: model, to: report)
  try report.finish(as: form)
}
