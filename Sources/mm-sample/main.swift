import Shared

runTool(
  ToolDescription(
    "mm-sample", summary: "draw items from a model",
    synopsis: ["[OPTION]... [MODEL]", "--next [OPTION]... [MODEL]"],
    details: """
      Writes items drawn from MODEL, a model of any kind and order, one on each line.

      With --seed the items are the same in every run, and a smaller -n writes the first items
      of a larger one. From counts and bigrams they are what torch.multinomial draws with
      torch.Generator().manual_seed(S); from a GPT, item i has a stream of its own.

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
  let count = tool.option(
    "count", "N", short: "n", default: Count(20), help: "number of items, or inf")
  let seed = tool.option(
    "seed", "S", Seed.self, absent: "a different one in every run",
    help: "seed of the random stream")
  let temperature = tool.option(
    "temperature", "T", default: 1.0, in: .above(0),
    help: "divide log-probabilities by T: below 1 is sharper, above 1 flatter")
  let topK = tool.option(
    "top-k", "K", Int.self, in: .atLeast(1), absent: "all",
    help: "draw from the K likeliest tokens; 1 is greedy")
  let smooth = tool.smoothOption()
  let prompt = tool.option(
    "prompt", "TEXT", default: "", shownDefault: "none", help: "begin every item with TEXT")
  let maxLength = tool.option(
    "max-length", "N", default: 1000, in: .atLeast(1),
    help: "end an item after N characters, including those of the prompt")
  let next = tool.flag(
    "next", help: "write the distribution of the token after --prompt instead: TOKEN, PROBABILITY")
  let null = tool.nullOption("end items with NUL, not with a newline")
  let threads = tool.threadsOption()

  let operand = try tool.operand()
  if next() {
    let drawing = [
      ("count", count.isGiven), ("seed", seed() != nil), ("max-length", maxLength.isGiven),
      ("null", null()),
    ]
    if let option = drawing.first(where: \.1)?.0 {
      throw UsageError("--next draws nothing: --\(option) does not go with it")
    }
  }
  if prompt().unicodeScalars.count > maxLength() {
    throw UsageError("the --prompt is longer than --max-length \(maxLength())")
  }
  let model = try LanguageModel.read(operand, smooth())
  let choice = SamplingChoice(temperature: temperature(), topK: topK())
  if next() {
    do throws(DataError) {
      let tokens = try model.vocabulary.tokens(of: prompt())
      try NextTokens(model.probs(after: tokens, choice), choice, model.vocabulary)
        .write(to: tool.output)
    } catch { throw error.at(operand) }
    return
  }
  let request = SamplingRequest(
    seed: seed()?.bits ?? .random(in: .min ... .max),
    choice: choice, prompt: prompt(),
    maxLength: maxLength(), threads: threads())
  let writer = ItemWriter(tool.output, model.vocabulary, isNullSeparated: null())
  do throws(DataError) {
    var sampler = try model.sampler(request)
    try sampler.write(count().limit, to: writer)
  } catch {
    throw error.at(operand)
  }
}
