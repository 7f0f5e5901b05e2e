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
    help: "cut an item after N characters, including those of the prompt")
  let length = tool.option(
    "length", "MIN:MAX", ItemLengths.self, absent: "any",
    help: "draw whole items of MIN to MAX characters; either may be missing")
  let exclude = tool.list(
    "exclude", "FILE", help: "draw no item of this text; may be given several times")
  let unique = tool.flag("unique", help: "draw no item twice")
  let skip = tool.option(
    "skip", "I", default: 0, in: .atLeast(0),
    help: "with --seed: write the items from number I + 1 on")
  let next = tool.flag(
    "next", help: "write the distribution of the token after --prompt instead: TOKEN, PROBABILITY")
  let null = tool.nullOption("end items with NUL, not with a newline")
  let threads = tool.threadsOption()

  let operand = try tool.operand()
  if next() {
    let drawing = [
      ("count", count.isGiven), ("seed", seed() != nil), ("max-length", maxLength.isGiven),
      ("length", length() != nil), ("exclude", exclude.isGiven), ("unique", unique()),
      ("skip", skip.isGiven), ("null", null()),
    ]
    if let option = drawing.first(where: \.1)?.0 {
      throw UsageError("--next draws nothing: --\(option) does not go with it")
    }
  }
  if prompt().unicodeScalars.count > maxLength() {
    throw UsageError("the --prompt is longer than --max-length \(maxLength())")
  }
  if skip.isGiven, seed() == nil {
    throw UsageError("--skip wants --seed: without it, every run draws other items")
  }
  if let length = length() {
    if length.least >= maxLength() {
      throw UsageError("--length \(length.word) wants whole items, which --max-length cuts")
    }
    if prompt().unicodeScalars.count > length.most {
      throw UsageError("the --prompt is longer than --length \(length.word)")
    }
  }
  if exclude().count(where: { $0 == "-" }) + (operand == "-" ? 1 : 0) > 1 {
    throw UsageError("standard input cannot be both MODEL and --exclude")
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
  var filter = ItemFilter()
  filter.lengths = length()
  filter.isUnique = unique()
  for list in exclude() {
    try filter.exclude(TextInput([list], isNullSeparated: null()), model.vocabulary)
  }
  do throws(DataError) {
    var sampler = try model.sampler(request, filter)
    try sampler.skip(skip())
    try sampler.write(count().limit, to: writer)
  } catch {
    throw error.at(operand)
  }
}
