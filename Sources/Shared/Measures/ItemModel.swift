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
}

/// What is to be drawn.
public struct SamplingRequest: Sendable {
  /// The seed of the random stream.
  public var seed: UInt64

  /// How distributions are changed before they are drawn from.
  public var choice: SamplingChoice

  /// What every item begins with.
  public var prompt: String

  /// The number of characters, the prompt's among them, after which an item is cut.
  public var maxLength: Int

  /// How many threads may be used.
  public var threads: Int

  /// Creates a request.
  public init(
    seed: UInt64, choice: SamplingChoice = SamplingChoice(), prompt: String = "",
    maxLength: Int = 1000, threads: Int = 1
  ) {
    self.seed = seed
    self.choice = choice
    self.prompt = prompt
    self.maxLength = maxLength
    self.threads = threads
  }
}

/// What is to be scored.
public struct ScoringRequest {
  /// The text.
  public var input: TextInput

  /// Whether items with characters that the model does not know are left out; otherwise they are an
  /// error.
  public var skipsUnknown: Bool

  /// How many threads may be used.
  public var threads: Int

  /// Creates a request.
  public init(_ input: TextInput, skipsUnknown: Bool = false, threads: Int = 1) {
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
}

extension ItemSampler {
  /// Draws items and writes them, those of each draw as soon as they are there.
  ///
  /// - Parameter count: How many; `nil` continues until the reader leaves.
  /// - Throws: `DataError` when a write fails, or the model has no distribution somewhere.
  public mutating func write(_ count: Int?, to writer: ItemWriter) throws(DataError) {
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
