import Shared

runTool(
  ToolDescription(
    "mm-count", summary: "count which token follows which in lines of text",
    synopsis: ["[OPTION]... [FILE]...", "--merge [OPTION]... [MODEL]..."],
    details: """
      Each line is an item, and the boundary opens and closes it: an item counts once for each of
      its characters and once for its end. Token 0 is the boundary; the others are the distinct
      characters of the text in the order of their code points.

      The result is a model of kind counts. At order 2, with up to 1024 tokens, it is a tensor of
      shape [V, V]: the row is the token before, the column the token after. Otherwise it is a list
      of the n-grams that occur, with their counts.

      With no FILE, or when FILE is -, reads standard input. The text is UTF-8.
      """,
    examples: [
      ("mm-count < names.txt | mm-sample -n 20", "Twenty names like those in the list."),
      (
        "mm-count --merge a.counts b.counts > all.counts",
        "The counts of two texts together, even with different alphabets."
      ),
    ])
) { tool in
  let order = tool.option(
    "order", "N", default: 2, in: .within(NGramCounter.orders),
    help: "length of the n-gram: N - 1 tokens, and the one that follows")
  let merge = tool.flag("merge", help: "add up models of counts instead of counting in text")
  let items = tool.option(
    "items", "N[:TOKENS]", ItemCheck.self,
    help: "with --merge: refuse counts that are not those of N items, of TOKENS tokens in all")
  let text = tool.textOption()
  let rows = tool.flag("rows", help: "write only rows of an n-gram, a tab and its count")
  let reading = TextOptions(of: tool, takesWeights: true)
  let threads = tool.threadsOption()

  let operands = try tool.operands()
  if merge() { try UsageError.refuse([order] + reading.all, "--merge reads models, not text") }
  if rows(), text() { throw UsageError("--rows and --text exclude each other") }
  if items() != nil, !merge() { throw UsageError("--items goes with --merge") }
  let form = try tool.modelForm(isText: text() || rows())
  let input = reading.input(operands)
  let counter =
    merge()
    ? try NGramCounter(merging: operands, isEmptyAllowed: rows())
    : try NGramCounter(counting: input, order: order(), threads: threads())
  try items()?.check(counter)
  do throws(DataError) {
    if rows() {
      try counter.writeRows(to: tool.output)
    } else {
      try counter.write(to: tool.output, as: form)
    }
  } catch { throw operands.count > 1 ? error : error.at(operands.first ?? "-") }
  tool.say(input.outcome)
}
