import Shared

runTool(
  ToolDescription(
    "mm-fit", summary: "fit the logits of a bigram to counts by gradient descent",
    synopsis: ["[OPTION]... [COUNTS]", "--arpa [COUNTS]"],
    details: """
      Trains a network of one linear layer on the mean cross entropy of the text that was counted.
      A one-hot row times the weights is a row of the weights, so the counts are all it needs, and a
      step takes the same time whatever the length of the text. Descent starts from torch.randn and
      approaches the loss of the counts themselves. The result is a model of kind bigram: the
      weights, which are logits, with a dimension for each token of the n-gram.

      With --arpa, it fits nothing: it smooths the counts by Kneser-Ney and writes them for KenLM,
      SRILM and OpenGrm.

      With no COUNTS, or when it is -, reads standard input.
      """,
    examples: [
      ("mm-count < names.txt | mm-fit | mm-sample -n 20", "Twenty names, drawn from the network."),
      (
        "mm-count < names.txt | mm-fit --steps 2000 --log loss.tsv > fit",
        "The loss at steps 0, 100, 200, ... goes to loss.tsv."
      ),
    ])
) { tool in
  let steps = tool.option(
    "steps", "N", default: 1000, in: .atLeast(0),
    help: "number of steps; 0 writes the initial weights")
  let learningRate = tool.option(
    "learning-rate", "R", default: 20.0, in: .above(0),
    help: "size of a step")
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
  let text = tool.textOption()
  let progressOptions = ProgressOptions(of: tool)

  let operand = try tool.operand()
  if arpa() {
    let fitting = [
      ("steps", steps.isGiven), ("learning-rate", learningRate.isGiven), ("l2", l2.isGiven),
      ("seed", seed.isGiven), ("log", log() != nil), ("text", text()),
    ]
    if let option = fitting.first(where: \.1)?.0 {
      throw UsageError("--arpa fits nothing: --\(option) does not go with it")
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
    var fit = try NGramFit(counts.table(), seed: seed().bits, l2: l2())
    try fit.run(steps: steps(), learningRate: learningRate()) { (step, loss) throws(DataError) in
      try logFile?.write("\(step)\t\(loss.shortest)\n")
      try logFile?.flush()
      progress.show("step \(step)/\(steps())  loss \(loss.fixed(4))")
    }
    progress.end()
    try logFile?.close()
    try fit.logits().model.write(to: tool.output, as: form)
  } catch {
    throw error.at(operand)
  }
}
