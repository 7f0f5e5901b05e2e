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
      those that give the text on standard input the lowest loss; to its tokens come, for each model,
      two that it alone predicts, so that a few lines leave the weights nearly equal and thousands
      decide. The result is a model of kind mixture, which holds the models and is used as any other.
      Text that a model was trained on flatters it: split the list first.

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
  let fitting = FitOptions(of: tool)
  let arpa = tool.flag(
    "arpa", help: "write interpolated Kneser-Ney in the ARPA format instead, as KenLM reads it")
  let mixing = MixtureOptions(of: tool)
  let text = tool.textOption()
  let progressOptions = ProgressOptions(of: tool)

  let operands = try tool.operands()
  var progress = progressOptions()
  if mixing.isGiven {
    try UsageError.refuse(fitting.all + [arpa], "--mix fits weights alone")
    let form = try tool.modelForm(isText: text())
    try mixing.mixture(of: operands, &progress).write(to: tool.output, as: form)
    return
  }
  let operand = try Tool.only(of: operands)
  if let option = mixing.all.first(where: \.isGiven) {
    throw UsageError("\(option.name) goes with --mix")
  }
  if arpa() { try UsageError.refuse(fitting.all + [text], "--arpa fits nothing") }
  let form = arpa() ? .text : try tool.modelForm(isText: text())
  let counts = try Counts.read(operand)
  do throws(DataError) {
    if arpa() {
      try ARPA.write(BackoffModel(counts.list(), .kneserNey), to: tool.output)
    } else {
      try fitting.logits(counts, &progress).model.write(to: tool.output, as: form)
    }
  } catch { throw error.at(operand) }
}
