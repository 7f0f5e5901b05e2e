// Measures: what any model is asked, and what its answers are written as. A kind of model answers by
// conforming to `ItemModel`; how it computes the answers is its own folder's business.

/// A model of items: what mm-sample draws from and mm-loss scores under, of whatever kind.
public protocol ItemModel {
  /// The characters of tokens 1, 2, ...
  var vocabulary: Vocabulary { get }

  /// The distribution of the token after those of an item so far.
  ///
  /// - Parameter tokens: Without the boundary that opens the item.
  /// - Returns: V probabilities, changed as `choice` says.
  /// - Throws: `DataError` when the model has no distribution there.
  func probs(after tokens: [Int], _ choice: SamplingChoice) throws(DataError) -> [Double]

  /// Begins to draw items.
  ///
  /// - Throws: `DataError` when the model does not know a character of the prompt.
  func sampler(_ request: SamplingRequest) throws(DataError) -> any ItemSampler

  /// Scores the items of a text, in the order in which they are read.
  ///
  /// - Throws: `DataError` when the text cannot be read, is not UTF-8 or has unknown characters,
  ///   and when a write fails.
  func score(_ request: ScoringRequest, to report: LossReport) throws(DataError)

  /// Many items that are drawn together.
  ///
  /// - Throws: `DataError` when there is no memory.
  func wave(on pool: ThreadPool) throws(DataError) -> any ItemWave

  /// What scores many items together.
  ///
  /// - Throws: `DataError` when there is no memory.
  func tokenScorer(on pool: ThreadPool) throws(DataError) -> any TokenScorer
}

/// A model that says no more than how it reads items and scores tokens answers the rest by that.
extension ItemModel {
  /// The distribution of the token after those of an item so far; no item is empty.
  ///
  /// - Throws: `DataError` when the model has none there.
  public func probs(after tokens: [Int], _ choice: SamplingChoice) throws(DataError) -> [Double] {
    var wave = try wave(on: ThreadPool(threads: 1))
    let tokens = tokens.map(Int32.init)
    wave.begin(1, prompt: tokens)
    var logits = wave.logits(ofNode: wave.node(ofItem: 0))
    if tokens.isEmpty { logits[0] = -.infinity }
    let probs = choice.probs(logits)
    guard probs.allSatisfy(\.isFinite) else { throw wave.failure(after: tokens) }
    return probs.map(Double.init)
  }

  /// Begins to draw items, each from a random stream of its own.
  public func sampler(_ request: SamplingRequest) throws(DataError) -> any ItemSampler {
    let pool = ThreadPool(threads: request.threads)
    return try WaveSampler(wave(on: pool), vocabulary, request, pool: pool)
  }

  /// Scores the items of a text, many at once.
  public func score(_ request: ScoringRequest, to report: LossReport) throws(DataError) {
    var scorer = BatchScorer(
      try tokenScorer(on: ThreadPool(threads: request.threads)), WaitingItems(vocabulary),
      skipsUnknown: request.skipsUnknown, report: report)
    // What is read is scored before the tool waits for more, so the two share the scorer.
    do throws(DataError) {
      try request.input.read(into: &scorer) { (scorer, waits) throws(DataError) in
        if waits {
          try scorer.score()
          try report.flush()
        }
        report.showProgress()
      }
    } catch {
      // The items before a bad one are reported all the same.
      try scorer.score()
      throw error
    }
    try scorer.score()
  }
}

/// What is to be drawn.
public struct SamplingRequest: Sendable {
  /// The seed of the random stream.
  var seed: UInt64

  /// How distributions are changed before they are drawn from.
  var choice = SamplingChoice()

  /// What every item begins with.
  var prompt = ""

  /// The number of characters, the prompt's among them, after which an item is cut.
  var maxLength = 1000

  /// How many threads may be used.
  var threads = 1
}

/// What is to be scored.
public struct ScoringRequest {
  /// The text.
  var input: TextInput

  /// Whether items with characters that the model does not know are left out; otherwise they are an
  /// error.
  var skipsUnknown: Bool

  /// How many threads may be used.
  var threads: Int

  /// Creates a request.
  init(_ input: TextInput, skipsUnknown: Bool = false, threads: Int = 1) {
    self.input = input
    self.skipsUnknown = skipsUnknown
    self.threads = threads
  }
}

/// Draws items, one after the other.
public protocol ItemSampler {
  /// Draws the next items: at least one, and at most as many as are wanted.
  ///
  /// - Parameters:
  ///   - limit: How many are wanted.
  ///   - body: Gets each item's tokens, without boundaries.
  /// - Throws: `DataError` when the model has no distribution somewhere, and what `body` throws.
  mutating func draw(
    atMost limit: Int, _ body: ([Int32]) throws(DataError) -> Void
  ) throws(DataError)

  /// Passes by items: those that are drawn next are what would come after them.
  ///
  /// - Throws: `DataError` as `draw`, where the items have to be drawn for that.
  mutating func skip(_ count: Int) throws(DataError)
}

extension ItemSampler {
  /// Passes by items by drawing them.
  mutating func skip(_ count: Int) throws(DataError) {
    var left = count
    while left > 0 { try draw(atMost: left) { (_) in left -= 1 } }
  }

  /// Draws items and writes them, those of each draw as soon as they are there.
  ///
  /// - Parameter count: How many; `nil` continues until the reader leaves.
  /// - Throws: `DataError` when a write fails, or the model has no distribution somewhere.
  mutating func write(_ count: Int?, to writer: ItemWriter) throws(DataError) {
    var left = count ?? .max
    while left > 0 {
      try draw(atMost: left) { (item) throws(DataError) in
        try writer.write(item)
        if count != nil { left -= 1 }
      }
      if left > 0 { try writer.flush() }
    }
  }
}
