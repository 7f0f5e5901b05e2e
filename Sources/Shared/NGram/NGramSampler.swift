/// Draws items from a Markov chain, token by token, in one random stream.
///
/// The stream is that of `torch.Generator().manual_seed(seed)` and every draw that of
/// `torch.multinomial(p, 1, replacement=True)`, so the items are the reference's to the letter.
///
/// Distributions are kept for the contexts that were come to first, while there is room; after the
/// others they are made for each draw.
struct NGramSampler<Model: MarkovModel>: ItemSampler {
  private let model: Model
  private let choice: SamplingChoice
  private let maxLength: Int
  private let vocabSize: Int
  private let prompt: [Int32]
  private let start: Model.Context
  private var sampler: MultinomialSampler

  /// The distributions after the contexts that were met, and those contexts.
  private var rows: MultinomialRows
  private var contexts: [Model.Context] = []
  private var rowOfContext: [Model.Context: Int32] = [:]

  /// The row that each token of each row leads to, or one of these.
  private var nextRow: [Int32] = []
  private static var unknown: Int32 { -1 }
  private static var notKept: Int32 { -2 }

  /// The distribution of an item's first token without the boundary.
  private var firstRow: MultinomialRow?

  /// What says how many rows are kept.
  private var memory: SpareMemory

  private var item: [Int32] = []

  /// Begins a stream of items.
  ///
  /// - Parameter room: How many probabilities are kept at most: 12 bytes each.
  /// - Throws: `DataError` when the model does not know a character of the prompt.
  init(_ model: Model, _ request: SamplingRequest, room: Int = 1 << 23) throws(DataError) {
    self.model = model
    choice = request.choice
    maxLength = request.maxLength
    vocabSize = model.vocabulary.count
    rows = MultinomialRows(width: vocabSize)
    // A probability, its reciprocal in whole vectors and the next row, and an entry in a dictionary.
    memory = SpareMemory(limit: room / vocabSize, bytesPerRow: 12 * (vocabSize + 8) + 64)
    let prompt = try model.vocabulary.tokens(of: request.prompt)
    self.prompt = prompt.map(Int32.init)
    start = prompt.reduce(model.start) { model.context(after: $0, $1) }
    sampler = MultinomialSampler(seed: request.seed)
  }

  /// Draws the number of items that is wanted.
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
    if rows.count == 0 { _ = keepRow(try makeRow(for: start), of: start) }
    var row = 0
    while true {
      let token =
        item.isEmpty && model.drawsNoEmptyItem ? try drawFirst() : sampler.draw(rows, row)
      if token == 0 { return }
      try append(token)
      guard item.count < maxLength else { return }
      let cell = row * vocabSize + token
      if nextRow[cell] == Self.unknown { try findRow(after: cell) }
      if nextRow[cell] == Self.notKept {
        return try drawRest(from: model.context(after: contexts[row], token))
      }
      row = Int(nextRow[cell])
    }
  }

  /// Draws an item's first token, again where it is the boundary, and at last without it.
  private mutating func drawFirst() throws(DataError) -> Int {
    if choice.topK == nil {
      for _ in 0..<100 {
        let token = sampler.draw(rows, 0)
        if token != 0 { return token }
      }
    }
    if let firstRow { return sampler.draw(firstRow) }
    let row = MultinomialRow(try model.firstProbs(choice))
    firstRow = row
    return sampler.draw(row)
  }

  /// Draws the rest of an item after contexts whose distributions are not kept.
  private mutating func drawRest(from context: Model.Context) throws(DataError) {
    var context = context
    while true {
      let token =
        if let known = rowOfContext[context] {
          sampler.draw(rows, Int(known))
        } else {
          sampler.draw(try makeRow(for: context))
        }
      if token == 0 { return }
      try append(token)
      guard item.count < maxLength else { return }
      context = model.context(after: context, token)
    }
  }

  private mutating func append(_ token: Int) throws(DataError) {
    guard item.makeRoom(for: 1) else {
      throw DataError("out of memory at an item of \(item.count) characters; try a --max-length")
    }
    item.append(Int32(token))
  }

  private mutating func findRow(after cell: Int) throws(DataError) {
    let (row, token) = cell.quotientAndRemainder(dividingBy: vocabSize)
    let context = model.context(after: contexts[row], token)
    if let known = rowOfContext[context] {
      nextRow[cell] = known
    } else if memory.hasRoom(after: rows.count) {
      nextRow[cell] = keepRow(try makeRow(for: context), of: context)
    } else {
      nextRow[cell] = Self.notKept
    }
  }

  private func makeRow(for context: Model.Context) throws(DataError) -> MultinomialRow {
    guard let probs = model.probs(after: context, choice) else {
      throw model.uncounted(after: item.map(Int.init))
    }
    return MultinomialRow(probs)
  }

  private mutating func keepRow(_ row: MultinomialRow, of context: Model.Context) -> Int32 {
    let index = Int32(rows.count)
    rows.append(row)
    contexts.append(context)
    rowOfContext[context] = index
    nextRow.append(contentsOf: repeatElement(Self.unknown, count: vocabSize))
    return index
  }
}
