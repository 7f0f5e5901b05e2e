@testable import Shared

/// The command line: words, a line each, as those of a tool that has all the options.
enum FuzzOptions {
  /// Takes bytes for the words of two tools.
  static func run(_ bytes: [UInt8]) throws {
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else { return }
    let words = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for body in [train, sample] {
      let tool = Tool(description, words: words)
      do { try body(tool) } catch is UsageError {} catch is DataError {} catch is Tool.Done {}
    }
  }

  private static let description = ToolDescription(
    "mm-fuzz", summary: "take every option", synopsis: ["[OPTION]... [FILE]..."],
    details: "Nothing is read, and nothing written.", examples: [("mm-fuzz", "Nothing.")])

  /// The options of mm-gpt.
  private static func train(_ tool: Tool) throws {
    let options = TrainingOptions(of: tool)
    let checkpoints = CheckpointOptions(of: tool)
    _ = tool.textOption()
    let reading = TextOptions(of: tool)
    let threads = tool.threadsOption()
    let progress = ProgressOptions(of: tool)
    let operands = try tool.operands()
    let input = reading.input(operands)
    try refusals(input)
    try FuzzFailure.unless((1...1024).contains(threads()), "\(threads()) threads")
    _ = (progress(), checkpoints.every())
    try options.check(checkpoints.start(), input: input)
  }

  /// The options of the other tools.
  private static func sample(_ tool: Tool) throws {
    let order = tool.option("order", "N", default: 2, in: .within(NGramCounter.orders), help: "")
    let items = tool.option("items", "N[:TOKENS]", ItemCheck.self, help: "")
    let count = tool.option("count", "N", short: "n", default: Count(20), help: "")
    let seed = tool.option("seed", "S", Seed.self, help: "")
    let temperature = tool.option("temperature", "T", default: 1.0, in: .above(0), help: "")
    let topK = tool.option("top-k", "K", Int.self, in: .atLeast(1), help: "")
    let smooth = tool.smoothOption()
    let prompt = tool.option("prompt", "TEXT", default: "", help: "")
    _ = tool.flag("per-line", help: "")
    _ = tool.flag("per-token", help: "")
    let null = tool.nullOption("")
    _ = try Tool.only(of: tool.operands())
    _ = (prompt(), null(), topK(), SamplingChoice(temperature: temperature(), topK: topK()))
    try FuzzFailure.unless(NGramCounter.orders.contains(order()), "order \(order())")
    try sameAgain(count().word, Count(word: count().word)?.word)
    try sameAgain(temperature().word, Double(word: temperature().word)?.word)
    if let items = items() { try sameAgain(items.word, ItemCheck(word: items.word)?.word) }
    if let seed = seed() { try sameAgain(seed.word, Seed(word: seed.word)?.word) }
    if let smooth = smooth() { try sameAgain(smooth.word, Smoothing(word: smooth.word)?.word) }
  }

  private static func sameAgain(_ word: String, _ again: String?) throws {
    try FuzzFailure.unless(word == again, "\(word) is read as \(again ?? "nothing")")
  }

  /// Asks for the commands that diagnostics name.
  private static func refusals(_ input: TextInput) throws {
    for name in input.files.prefix(2) {
      let refusal = TextRefusal(
        file: name, files: input.files, command: input.command, canSkip: true,
        isNullSeparated: input.isNullSeparated)
      let bytes: [UInt8] = [0xFF, 0]
      bytes.withUnsafeBufferPointer { _ = (refusal.invalid($0), refusal.null(in: $0, at: 1)) }
      _ = (refusal.head(.model, kind: "counts"), refusal.head(.utf16(mark: "FF FE")))
    }
  }
}
