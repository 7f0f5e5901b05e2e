/// Scores items under a Markov chain as they are read.
///
/// The losses are kept for the contexts that were come to first, while there is room; after the
/// others they are computed token by token.
struct NGramScorer<Model: MarkovModel>: ItemVisitor {
  private let model: Model
  private let skipsUnknown: Bool
  private let report: LossReport

  /// What a token after a context costs, and where it leads.
  private struct Edge {
    /// The negative log-likelihood of the token.
    let nll: Double

    /// The first edge of the next context, or one of these.
    var next = Self.unknown

    static var unknown: Int { -1 }
    static var notKept: Int { -2 }
  }

  /// The edges of the contexts that were met, V for each: a row.
  private var edges: [Edge] = []

  /// The context of each row, and the first edge of each context that was met.
  private var contexts: [Model.Context] = []
  private var rowOfContext: [Model.Context: Int] = [:]

  /// How many edges are kept: 16 bytes each.
  private let room: Int

  private let table: TokenTable

  /// The token of each byte that is a character of its own; 0 where the model knows none.
  private var tokenOfByte: [Int]

  /// The first edge of the context that was come to; where that is not kept, the context.
  private var row = 0
  private var context: Model.Context?
  private var nll = 0.0
  private var count = 0
  private var isSkipped = false

  private var lines = LineNumbers()

  /// The tokens of the current item, where they are wanted.
  private var tokens: [TokenLoss] = []
  private let keepsTokens: Bool

  init(_ model: Model, skipsUnknown: Bool, report: LossReport, room: Int = 1 << 23) {
    self.model = model
    self.room = room
    self.skipsUnknown = skipsUnknown
    keepsTokens = report.style.keepsTokens
    self.report = report
    let table = TokenTable(model.vocabulary)
    self.table = table
    tokenOfByte = (0..<256).map { byte in
      byte < 128 ? table.token(of: Unicode.Scalar(UInt8(byte))) : 0
    }
    _ = makeRow(for: model.start)
  }

  /// Scores a run of ASCII characters that are known, after tokens that were met before.
  ///
  /// Only for sums: it keeps no tokens. It stops before whatever needs more than a look into the
  /// tables.
  mutating func take(run bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) -> Int {
    if report.style != .summary || isSkipped || context != nil { return 0 }
    // What a carriage return or a NUL means is for the decoder to say.
    tokenOfByte[Int(UInt8(ascii: "\r"))] = 0
    tokenOfByte[0] = 0
    var (row, nll, count, sum) = (row, nll, count, report.sum)
    var index = 0
    tokenOfByte.withUnsafeBufferPointer { tokenOfByte in
      edges.withUnsafeBufferPointer { edges in
        while index < bytes.count {
          let byte = bytes[index]
          if byte == separator {
            if count > 0 { sum.add(nll + edges[row].nll, tokens: count + 1) }
            (row, nll, count) = (0, 0, 0)
          } else {
            let token = tokenOfByte[Int(byte)]
            let edge = edges[row &+ token]
            if token == 0 || edge.next < 0 { break }
            nll += edge.nll
            row = edge.next
            count &+= 1
          }
          index &+= 1
        }
      }
    }
    (self.row, self.nll, self.count, report.sum) = (row, nll, count, sum)
    return index
  }

  var knownCharacters: Vocabulary? { model.vocabulary }

  /// Scores a character after those before it.
  ///
  /// - Throws: `DataError` when the model does not know it, unless such items are skipped.
  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
    let token = table.token(of: scalar)
    if token == 0 {
      guard skipsUnknown else { throw LossReport.unknown(scalar) }
      isSkipped = true
    }
    if !isSkipped { score(token) }
    count += 1
  }

  /// Scores the end of an item and reports it.
  mutating func endItem(line: Int) throws(DataError) {
    let line = lines.overall(line)
    guard count > 0 else { return }
    if isSkipped {
      report.skip()
    } else {
      score(0)
      try report.add(ItemLoss(line: line, nll: nll, tokenCount: count + 1), tokens)
    }
    row = 0
    context = nil
    nll = 0
    count = 0
    isSkipped = false
    tokens.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  private mutating func score(_ token: Int) {
    if let context { return score(token, after: context) }
    let edge = row + token
    take(edges[edge].nll, of: token)
    if edges[edge].next == Edge.unknown { follow(edge) }
    if edges[edge].next == Edge.notKept {
      context = model.context(after: contextOfEdge(edge), token)
    } else {
      row = edges[edge].next
    }
  }

  private mutating func score(_ token: Int, after context: Model.Context) {
    take(model.nll(of: token, after: context), of: token)
    let next = model.context(after: context, token)
    if let known = rowOfContext[next] {
      row = known
      self.context = nil
    } else {
      self.context = next
    }
  }

  @inline(__always)
  private mutating func take(_ nll: Double, of token: Int) {
    self.nll += nll
    if keepsTokens { tokens.append(TokenLoss(token: token, nll: nll)) }
  }

  private func contextOfEdge(_ edge: Int) -> Model.Context {
    contexts[edge / model.vocabulary.count]
  }

  private mutating func follow(_ edge: Int) {
    let token = edge % model.vocabulary.count
    let context = model.context(after: contextOfEdge(edge), token)
    if let known = rowOfContext[context] {
      edges[edge].next = known
    } else if edges.count + model.vocabulary.count <= room {
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
