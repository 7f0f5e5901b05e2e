/// Draws items from counts or logits, token by token, in one random stream.
///
/// The stream is that of `torch.Generator().manual_seed(seed)` and every draw that of
/// `torch.multinomial(p, 1, replacement=True)`, so the items are the reference's to the letter.
public struct NGramSampler {
  private let model: NGramModel
  private let choice: SamplingChoice
  private let maxLength: Int
  private let prompt: [Int]
  private let start: Int
  private var sampler: MultinomialSampler

  /// The rows that were drawn from so far, and where the row of a context is among them.
  private var rows: [MultinomialRow] = []
  private var rowOfContext: [Int32]

  /// Begins a stream of items.
  ///
  /// - Parameters:
  ///   - prompt: What every item begins with.
  ///   - maxLength: The number of characters, the prompt's among them, after which an item ends.
  /// - Throws: `DataError` when the model does not know a character of the prompt.
  public init(
    _ model: NGramModel, seed: UInt64, choice: SamplingChoice, prompt: String,
    maxLength: Int
  ) throws(DataError) {
    self.model = model
    self.choice = choice
    self.maxLength = maxLength
    self.prompt = try model.vocabulary.tokens(of: prompt)
    start = self.prompt.reduce(0) { model.context(after: $0, $1) }
    sampler = MultinomialSampler(seed: seed)
    rowOfContext = [Int32](repeating: -1, count: model.contextCount)
  }

  /// Draws the next item.
  ///
  /// - Parameter item: Replaced by its tokens, without boundaries.
  /// - Throws: `DataError` when nothing was counted after a context.
  public mutating func next(into item: inout [Int]) throws(DataError) {
    item.removeAll(keepingCapacity: true)
    item.append(contentsOf: prompt)
    var context = start
    while item.count < maxLength {
      if rowOfContext[context] < 0 { try prepareRow(after: context) }
      let token = sampler.draw(rows[Int(rowOfContext[context])])
      if token == 0 { return }
      item.append(token)
      context = model.context(after: context, token)
    }
  }

  /// Draws items and writes them.
  ///
  /// - Parameter count: How many; `nil` goes on until the reader leaves.
  /// - Throws: `DataError` when nothing was counted after a context, or a write fails.
  public mutating func write(_ count: Int?, to writer: ItemWriter) throws(DataError) {
    var item: [Int] = []
    var drawn = 0
    while drawn != count {
      try next(into: &item)
      try writer.write(item)
      drawn += 1
    }
  }

  private mutating func prepareRow(after context: Int) throws(DataError) {
    rowOfContext[context] = Int32(rows.count)
    rows.append(MultinomialRow(try model.probs(after: context, choice)))
  }
}
