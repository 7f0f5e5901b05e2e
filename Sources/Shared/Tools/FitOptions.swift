/// The options of mm-fit that say how logits are fitted to counts.
public struct FitOptions {
  private let steps: Option<Int>
  private let learningRate: Option<Double?>
  private let perRow: Option<Bool>
  private let l2: Option<Double>
  private let seed: Option<Seed>
  private let log: Option<String?>

  /// Declares them.
  public init(of tool: Tool) {
    steps = tool.option(
      "steps", "N", default: 1000, in: .atLeast(0),
      help: "number of steps; 0 writes the initial weights")
    learningRate = tool.option(
      "learning-rate", "R", Double.self, in: .above(0), absent: "20, with --per-row 4",
      help: "size of a step")
    perRow = tool.flag(
      "per-row",
      help: """
        divide each row's gradient by the row's share of the data, so that rare letters learn as \
        fast as common ones
        """)
    l2 = tool.option(
      "l2", "A", default: 0.0, in: .atLeast(0),
      help: "add A times the mean of the squared logits to the loss")
    seed = tool.option(
      "seed", "S", default: Seed(2_147_483_647), help: "seed of the initial weights")
    log = tool.option(
      "log", "FILE", String.self,
      help: "write a table of step and loss: steps 0, 100, 200, ... and the last")
  }

  /// All of them.
  public var all: [any GivenOption] { [steps, learningRate, perRow, l2, seed, log] }

  /// Fits logits to counts, with a log of it, and says so where they end far from the counts.
  ///
  /// - Throws: `DataError` when there is nothing to fit, no memory for it, or the log cannot be written.
  public func logits(
    _ counts: Counts, _ progress: inout Progress
  ) throws(DataError) -> NGramLogits {
    let file = try log().map { (path) throws(DataError) in try OutputFile(creating: path) }
    try file?.write("step\tloss\n")
    var fit = try NGramFit(counts.table(), seed: seed().bits, l2: l2(), isByRow: perRow())
    var last = 0.0
    try fit.run(steps: steps(), learningRate: learningRate() ?? (perRow() ? 4 : 20)) {
      (step, loss) throws(DataError) in
      try file?.write("\(step)\t\(loss.shortest)\n")
      try file?.flush()
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
    try file?.close()
    return logits
  }
}
