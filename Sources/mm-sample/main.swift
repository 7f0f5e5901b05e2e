import Shared

runTool(
  ToolDescription(
    "mm-sample", summary: "draw items from a model",
    synopsis: ["[OPTION]... [MODEL]"],
    details: """
      Writes items drawn from MODEL, one on each line. Counts and bigrams of any order will do.

      With a seed the items are always the same, and those of a smaller -n begin those of a larger
      one. They are the draws of torch.multinomial with torch.Generator().manual_seed(S).

      With no MODEL, or when it is -, reads standard input.
      """,
    examples: [
      ("mm-count < names.txt | mm-sample -n 5", "Five names like those of a list."),
      (
        "mm-sample -n inf --prompt mar names.counts | grep -m 3 'a$'",
        "Three names that begin with mar and end with a."
      ),
    ])
) { tool in
  let count = tool.option(
    "count", "N", short: "n", default: Count(20), help: "number of items, or inf")
  let seed = tool.option(
    "seed", "S", Seed.self, absent: "another in every run", help: "seed of the random stream")
  let temperature = tool.option(
    "temperature", "T", default: 1.0, range: "above 0", where: { $0 > 0 && $0.isFinite },
    help: "divides log-probabilities: below 1 sharper, above 1 flatter")
  let topK = tool.option(
    "top-k", "K", Int.self, range: "1 or more", absent: "all", where: { $0 >= 1 },
    help: "draw from the K likeliest tokens; 1 is greedy")
  let smooth = tool.option(
    "smooth", "A", default: 0.0, range: "0 or more", where: { $0 >= 0 && $0.isFinite },
    help: "add A to every count")
  let prompt = tool.option(
    "prompt", "TEXT", default: "", shownDefault: "none", help: "what every item begins with")
  let maxLength = tool.option(
    "max-length", "N", default: 1000, range: "1 or more", where: { $0 >= 1 },
    help: "characters after which an item ends, the prompt's among them")
  let null = tool.nullOption("end items with NUL, not newline")
  _ = tool.threadsOption()

  let operand = try tool.operand()
  if prompt().unicodeScalars.count > maxLength() {
    throw UsageError("the --prompt is longer than --max-length \(maxLength())")
  }
  let model = try NGramLanguageModel(ModelReader.model(in: operand), smooth: smooth())
  let writer = ItemWriter(tool.output, model.vocabulary, isNullSeparated: null())
  do throws(DataError) {
    var sampler = try NGramSampler(
      model, seed: seed()?.bits ?? .random(in: .min ... .max),
      choice: SamplingChoice(temperature: temperature(), topK: topK()), prompt: prompt(),
      maxLength: maxLength())
    var item: [Int] = []
    var drawn = 0
    while drawn != count().limit {
      try sampler.next(into: &item)
      try writer.write(item)
      drawn += 1
    }
  } catch {
    throw error.at(operand)
  }
}
