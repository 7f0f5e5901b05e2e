/// What tokens cost after the contexts of a Markov chain, kept for a scorer that follows it.
///
///     var losses = KeptLosses(model)
///     let nll = losses.loss(of: 5) + losses.loss(of: 13)   // of "e" and of "m" after it
///
/// The losses are kept for the contexts that were come to first, while there is room; after the
/// others they are computed token by token.
struct KeptLosses<Model: MarkovModel> {
  private let model: Model

  /// What a token after a context costs, and where it leads.
  struct Edge {
    /// The negative log-likelihood of the token.
    let nll: Double

    /// The first edge of the next context, or a negative number: not known yet, or not kept.
    var next = Self.unknown

    static var unknown: Int { -1 }
    static var notKept: Int { -2 }
  }

  /// The edges of the contexts that were met, V for each: a row; that of an item's start is the first.
  private var edges: [Edge] = []

  /// The context of each row, and the first edge of each context that was met.
  private var contexts: [Model.Context] = []
  private var rowOfContext: [Model.Context: Int] = [:]

  /// What says how many rows are kept.
  private var memory: SpareMemory

  /// The first edge of the context that was come to; where that is not kept, the context.
  private var row = 0
  private var context: Model.Context?

  /// Begins at an item's start.
  ///
  /// - Parameter room: How many edges are kept at most.
  init(_ model: Model, room: Int = 1 << 23) {
    self.model = model
    let vocabSize = model.vocabulary.count
    let row = vocabSize * MemoryLayout<Edge>.stride
    // And what finds the row by its context.
    memory = SpareMemory(limit: room / vocabSize, bytesPerRow: row + 64)
    _ = makeRow(for: model.start)
  }

  /// Returns to an item's start.
  mutating func start() {
    row = 0
    context = nil
  }

  /// Follows a token.
  ///
  /// - Returns: Its negative log-likelihood.
  mutating func loss(of token: Int) -> Double {
    if let context { return loss(of: token, after: context) }
    let edge = row + token
    if edges[edge].next == Edge.unknown { findNext(of: edge) }
    let (nll, next) = (edges[edge].nll, edges[edge].next)
    if next == Edge.notKept {
      context = model.context(after: contextOfEdge(edge), token)
    } else {
      row = next
    }
    return nll
  }

  /// Lets `body` follow tokens among the edges that are there.
  ///
  /// - Parameter body: Gets the edges and the first of those of the context that was come to, which it
  ///   leaves at the one that it comes to. It is not called where that context is not kept.
  @inline(__always)
  mutating func follow(_ body: (UnsafeBufferPointer<Edge>, inout Int) -> Void) {
    if context != nil { return }
    var row = row
    edges.withUnsafeBufferPointer { body($0, &row) }
    self.row = row
  }

  private mutating func loss(of token: Int, after context: Model.Context) -> Double {
    let next = model.context(after: context, token)
    if let known = rowOfContext[next] {
      row = known
      self.context = nil
    } else {
      self.context = next
    }
    return model.nll(of: token, after: context)
  }

  private func contextOfEdge(_ edge: Int) -> Model.Context {
    contexts[edge / model.vocabulary.count]
  }

  private mutating func findNext(of edge: Int) {
    let context = model.context(after: contextOfEdge(edge), edge % model.vocabulary.count)
    if let known = rowOfContext[context] {
      edges[edge].next = known
    } else if memory.hasRoom(after: contexts.count) {
      edges[edge].next = makeRow(for: context)
    } else {
      edges[edge].next = Edge.notKept
    }
  }

  private mutating func makeRow(for context: Model.Context) -> Int {
    let row = edges.count
    rowOfContext[context] = row
    contexts.append(context)
    edges.append(contentsOf: model.nll(after: context).map { Edge(nll: $0) })
    return row
  }
}

/// Scores items under a Markov chain, one after the other.
struct NGramTokenScorer: TokenScorer {
  private let follow: (PrefixForest) -> [Double]

  /// Begins with no losses kept.
  ///
  /// What scores is a closure, so that it is compiled for the model: a generic type would not be when it
  /// is asked as one of any kind.
  init(_ model: some MarkovModel) {
    var losses = KeptLosses(model)
    follow = { items in
      var result: [Double] = []
      result.reserveCapacity(items.tokenCount)
      for item in 0..<items.itemCount {
        losses.start()
        for token in items.targets(ofItem: item) { result.append(losses.loss(of: Int(token))) }
      }
      return result
    }
  }

  func tokenLosses(_ items: inout PrefixForest) -> [Double] { follow(items) }
}
