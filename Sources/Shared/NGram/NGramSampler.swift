/// Draws items from a Markov chain, token by token, in one random stream.
///
/// The stream is that of `torch.Generator().manual_seed(seed)` and every draw that of
/// `torch.multinomial(p, 1, replacement=True)`, so the items are the reference's to the letter.
struct NGramSampler<Model: MarkovModel>: ItemSampler {
  private let model: Model
  private let choice: SamplingChoice
  private let maxLength: Int
  private let vocabSize: Int
  private let prompt: [Int32]
  private let start: Model.Context
  private var sampler: MultinomialSampler

  /// The distributions after the contexts that were met, and those contexts.
  private var rows: [MultinomialRow] = []
  private var contexts: [Model.Context] = []
  private var rowOfContext: [Model.Context: Int32] = [:]

  /// The row that each token of each row leads to; -1 before it was followed.
  private var nextRow: [Int32] = []

  private var item: [Int32] = []

  /// Begins a stream of items.
  ///
  /// - Throws: `DataError` when the model does not know a character of the prompt.
  init(_ model: Model, _ request: SamplingRequest) throws(DataError) {
    self.model = model
    choice = request.choice
    maxLength = request.maxLength
    vocabSize = model.vocabulary.count
    let prompt = try model.vocabulary.tokens(of: request.prompt)
    self.prompt = prompt.map(Int32.init)
    start = prompt.reduce(model.start) { model.context(after: $0, $1) }
    sampler = MultinomialSampler(seed: request.seed)
  }

  /// Draws items, as many as are wanted.
  ///
  /// - Throws: `DataError` when nothing was counted after a context, and what `body` throws.
  mutating func draw(
    atMost limit: Int, _ body: ([Int32]) throws(DataError) -> Void
  ) throws(DataError) {
    for _ in 0..<limit {
      try drawItem()
      try body(item)
    }
  }

  private mutating func drawItem() throws(DataError) {
    item.removeAll(keepingCapacity: true)
    item.append(contentsOf: prompt)
    guard item.count < maxLength else { return }
    var row = rows.isEmpty ? try makeRow(for: start) : 0
    while true {
      let token = sampler.draw(rows[row])
      if token == 0 { return }
      item.append(Int32(token))
      guard item.count < maxLength else { return }
      let cell = row * vocabSize + token
      if nextRow[cell] < 0 { try findRow(after: cell) }
      row = Int(nextRow[cell])
    }
  }

  private mutating func findRow(after cell: Int) throws(DataError) {
    let (row, token) = cell.quotientAndRemainder(dividingBy: vocabSize)
    let context = model.context(after: contexts[row], token)
    if let known = rowOfContext[context] {
      nextRow[cell] = known
    } else {
      nextRow[cell] = Int32(try makeRow(for: context))
    }
  }

  private mutating func makeRow(for context: Model.Context) throws(DataError) -> Int {
    let row = rows.count
    rows.append(MultinomialRow(try model.probs(after: context, choice)))
    contexts.append(context)
    rowOfContext[context] = Int32(row)
    nextRow.append(contentsOf: repeatElement(-1, count: vocabSize))
    return row
  }
}
