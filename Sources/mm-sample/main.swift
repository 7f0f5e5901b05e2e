import Shared

runTool(
  ToolDescription(
    "mm-sample", summary: "draw items from a model",
    synopsis: ["[OPTION]... [MODEL]", "--next [OPTION]... [MODEL]"],
    details: """
      Writes items drawn from MODEL, a model of any kind and order, one on each line.

      With --seed the items are the same in every run, and a smaller -n writes the first items
      of a larger one. From counts and bigrams they are what torch.multinomial draws with
      torch.Generator().manual_seed(S); from a GPT or a mixture, item i has a stream of its own.

      With --length, --exclude or --unique, other items are passed over, and -n counts those that
      are written; after 100,000 passed over in a row it is an error that says what was found.

      With no MODEL, or when it is -, reads standard input.
      """,
    examples: [
      ("mm-count < names.txt | mm-sample -n 5", "Five names like those in the list."),
      (
        "mm-sample -n inf --prompt mar names.counts | grep -m 3 'a$'",
        "Three names that begin with mar and end with a."
      ),
    ])
) { tool in
  let options = SamplingOptions(of: tool)
  let operand = try Tool.only(of: tool.operands())
  try options.check(operand)
  let model = try LanguageModel.read(operand, options.smoothing)
  let filter = try options.filter(model.vocabulary)
  do throws(DataError) {
    if options.isNext {
      try options.nextTokens(of: model).write(to: tool.output)
    } else {
      try options.draw(from: model, filter, to: tool.output)
    }
  } catch { throw error.at(operand) }
}
