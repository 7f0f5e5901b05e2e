/// Scores items under a Markov chain as they are read.
struct NGramScorer<Model: MarkovModel>: ItemVisitor {
  private let model: Model
  private let skipsUnknown: Bool
  private let report: LossReport

  private var losses: KeptLosses<Model>
  private let table: TokenTable

  /// The token of each byte that is a character of its own; 0 where the model knows none.
  private var tokenOfByte: [Int]

  private var nll = 0.0
  private var count = 0
  private var isSkipped = false
  private var weight: Int?

  private var lines = LineNumbers()

  /// The tokens of the current item, where they are wanted.
  private var tokens: [TokenLoss] = []
  private let keepsTokens: Bool

  init(_ model: Model, skipsUnknown: Bool, report: LossReport, room: Int = 1 << 23) {
    self.model = model
    losses = KeptLosses(model, room: room)
    self.skipsUnknown = skipsUnknown
    keepsTokens = report.style.keepsTokens
    self.report = report
    let table = TokenTable(model.vocabulary)
    self.table = table
    tokenOfByte = (0..<256).map { byte in
      byte < 128 ? table.token(of: Unicode.Scalar(UInt8(byte))) : 0
    }
    // What a carriage return or a NUL means is for the decoder to say.
    tokenOfByte[Int(UInt8(ascii: "\r"))] = 0
    tokenOfByte[0] = 0
  }

  /// Says how often the next item counts.
  mutating func weigh(_ weight: Int) { self.weight = weight }

  /// Scores a run of ASCII characters that are known, after tokens that were met before.
  ///
  /// Only for sums: it keeps no tokens. It stops before whatever needs more than a look into the
  /// tables.
  mutating func take(run bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) -> Int {
    if report.style != .summary || isSkipped || weight != nil { return 0 }
    var place = Place(nll: nll, count: count, sum: report.sum)
    var taken = 0
    losses.follow { (edges, row) in
      tokenOfByte.withUnsafeBufferPointer { tokenOfByte in
        taken = Self.score(bytes, separator, tokenOfByte, edges, &row, &place)
      }
    }
    (nll, count, report.sum) = (place.nll, place.count, place.sum)
    return taken
  }

  /// What is added up: over the current item, and over those before it.
  private struct Place {
    var nll: Double
    var count: Int
    var sum: LossSum
  }

  /// Scores what `take` takes, in a function of its own: in a larger one it was an eighth slower.
  @inline(never)
  private static func score(
    _ bytes: UnsafeBufferPointer<UInt8>, _ separator: UInt8,
    _ tokenOfByte: UnsafeBufferPointer<Int>,
    _ edges: UnsafeBufferPointer<KeptLosses<Model>.Edge>, _ firstRow: inout Int,
    _ place: inout Place
  ) -> Int {
    var (row, nll, count, sum) = (firstRow, place.nll, place.count, place.sum)
    var index = 0
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
    firstRow = row
    place = Place(nll: nll, count: count, sum: sum)
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
    if !isSkipped { try score(token) }
    count += 1
  }

  /// Scores the end of an item and reports it.
  mutating func endItem(line: Int) throws(DataError) {
    let line = lines.overall(line)
    guard count > 0 else { return }
    if isSkipped {
      try report.skip(weight ?? 1)
    } else {
      try score(0)
      let item = ItemLoss(line: line, nll: nll, tokenCount: count + 1, weight: weight ?? 1)
      try report.add(item, tokens)
    }
    losses.start()
    nll = 0
    count = 0
    isSkipped = false
    tokens.removeAll(keepingCapacity: true)
  }

  private mutating func score(_ token: Int) throws(DataError) {
    let nll = losses.loss(of: token)
    self.nll += nll
    if keepsTokens {
      guard tokens.makeRoom(for: 1) else {
        throw DataError("out of memory at an item of \(count) characters")
      }
      tokens.append(TokenLoss(token: token, nll: nll))
    }
  }
}
