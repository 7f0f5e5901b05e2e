import Shared

runTool(
  ToolDescription(
    "mm-fit", summary: "fit the logits of a bigram to counts by gradient descent",
    synopsis: [
      "[OPTION]... [COUNTS]", "--arpa [COUNTS]", "--mix [OPTION]... MODEL MODEL... < TEXT",
    ],
    details: """
      Trains a network of one linear layer on the mean cross entropy of the text that was counted.
      A one-hot row times the weights is a row of the weights, so the counts are all it needs, and a
      step takes the same time whatever the length of the text. Descent starts from torch.randn and
      approaches the loss of the counts themselves. The result is a model of kind bigram: the
      weights, which are logits, with a dimension for each token of the n-gram.

      With --arpa, it fits nothing: it smooths the counts by Kneser-Ney and writes them for KenLM,
      SRILM and OpenGrm.

      With --mix, it averages the probabilities of models of any kind, token by token. The weights are
      those that give the text on standard input the lowest loss. The result is a model of kind mixture,
      which holds the models and is used as any other. Text that a model was trained on flatters it:
      split the list first.

      With no COUNTS, or when it is -, reads standard input.
      """,
    examples: [
      ("mm-count < names.txt | mm-fit | mm-sample -n 20", "Twenty names, drawn from the network."),
      (
        "mm-fit --mix gpt.ckpt names.counts < held.txt > mix",
        "A GPT and Kneser-Ney as one model."
      ),
    ])
) { tool in
  let steps = tool.option(
    "steps", "N", default: 1000, in: .atLeast(0),
    help: "number of steps; 0 writes the initial weights")
  let learningRate = tool.option(
    "learning-rate", "R", Double.self, in: .above(0), absent: "20, with --per-row 4",
    help: "size of a step")
  let perRow = tool.flag(
    "per-row",
    help: """
      divide each row's gradient by the row's share of the data, so that rare letters learn as fast \
      as common ones
      """)
  let l2 = tool.option(
    "l2", "A", default: 0.0, in: .atLeast(0),
    help: "add A times the mean of the squared logits to the loss")
  let seed = tool.option(
    "seed", "S", default: Seed(2_147_483_647), help: "seed of the initial weights")
  let log = tool.option(
    "log", "FILE", String.self,
    help: "write a table of step and loss: steps 0, 100, 200, ... and the last")
  let arpa = tool.flag(
    "arpa", help: "write interpolated Kneser-Ney in the ARPA format instead, as KenLM reads it")
  let mixing = MixtureOptions(of: tool)
  let text = tool.textOption()
  let progressOptions = ProgressOptions(of: tool)

  let operands = try tool.operands()
  let fitting = [
    ("steps", steps.isGiven), ("learning-rate", learningRate() != nil),
    ("per-row", perRow()), ("l2", l2.isGiven),
    ("seed", seed.isGiven), ("log", log() != nil),
  ].filter(\.1).map { "--\($0.0)" }
  if mixing.isGiven {
    if let option = (fitting + (arpa() ? ["--arpa"] : [])).first {
      throw UsageError("--mix fits weights alone: \(option) does not go with it")
    }
    let form = try tool.modelForm(isText: text())
    var progress = progressOptions()
    try mixing.mixture(of: operands, &progress).write(to: tool.output, as: form)
    return
  }
  let operand = try Tool.only(of: operands)
  if let option = mixing.given.first { throw UsageError("\(option) goes with --mix") }
  if arpa() {
    if let option = (fitting + (text() ? ["--text"] : [])).first {
      throw UsageError("--arpa fits nothing: \(option) does not go with it")
    }
    let counts = try Counts.read(operand)
    do throws(DataError) {
      try ARPA.write(try BackoffModel(counts.list(), .kneserNey), to: tool.output)
    } catch { throw error.at(operand) }
    return
  }
  let form = try tool.modelForm(isText: text())
  let counts = try Counts.read(operand)
  let logFile = try log().map { (path) throws(DataError) in try OutputFile(creating: path) }
  try logFile?.write("step\tloss\n")

  var progress = progressOptions()
  do throws(DataError) {
    var fit = try NGramFit(
      counts.table(), seed: seed().bits, l2: l2(), isByRow: perRow())
    var last = 0.0
    try fit.run(steps: steps(), learningRate: learningRate() ?? (perRow() ? 4 : 20)) {
      (step, loss) throws(DataError) in
      try logFile?.write("\(step)\t\(loss.shortest)\n")
      try logFile?.flush()
      last = loss
      progress.show("step \(step)/\(steps())  loss \(loss.fixed(4))")
    }
    progress.end()
    let logits = try fit.logits()
    let least = fit.countsLoss
    if last > least + 0.01, l2() == 0, steps() > 0 {
      progress.say(
        "the loss is \(last.fixed(4)), where the counts' own is \(least.fixed(4)); try "
          + (perRow() ? "more --steps" : "--per-row, or more --steps"))
    }
    try logFile?.close()
    try logits.model.write(to: tool.output, as: form)
  } catch {
    throw error.at(operand)
  }
}
