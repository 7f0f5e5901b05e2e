import Shared

runTool(
  ToolDescription(
    "mm-count", summary: "count which token follows which in lines of text",
    synopsis: ["[OPTION]... [FILE]...", "--merge [OPTION]... [MODEL]..."],
    details: """
      Each line is an item. It opens and closes with the boundary, so every character counts once,
      and so does the end. The counts are written to standard output as a model of kind counts:
      a tensor of shape [V, V] over the V - 1 characters of the text, and the boundary before them.

      With no FILE, or when FILE is -, reads standard input. The text is UTF-8.
      """,
    examples: [
      ("mm-count < names.txt | mm-sample -n 20", "Twenty names like those of a list."),
      (
        "mm-count --merge a.counts b.counts > all.counts",
        "The counts of two texts together, whatever characters each has."
      ),
    ])
) { tool in
  let order = tool.option(
    "order", "N", default: 2, in: 2...8, help: "length of the n-gram")
  let merge = tool.flag("merge", help: "add up models of counts instead of counting in text")
  let text = tool.textOption()
  let null = tool.nullOption("items end with NUL, not newline")
  let threads = tool.threadsOption()

  let operands = try tool.operands()
  if merge(), order.isGiven || null() {
    throw UsageError("--merge takes its order from the models: neither --order nor -z go with it")
  }
  let form = try tool.modelForm(isText: text())
  let counter =
    merge()
    ? try NGramCounter(merging: operands)
    : try NGramCounter(
      counting: TextInput(operands, isNullSeparated: null()), order: order(), threads: threads())
  try counter.write(to: tool.output, as: form)
}
