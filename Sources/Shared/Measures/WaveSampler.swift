/// Draws items from a model, many at once.
///
/// Item i depends on the model, the seed and i alone: it is drawn from a random stream of its own.
/// A wave of items grows in step, and what is computed after items that are alike so far is computed
/// once; what was computed in earlier waves is kept.
///
/// No item is empty: a boundary that is drawn first is drawn again.
struct WaveSampler: ItemSampler {
  private var wave: any ItemWave
  private let pool: ThreadPool
  private let seed: UInt64
  private let choice: SamplingChoice
  private let prompt: [Int32]
  private let maxLength: Int

  /// An item that is being drawn.
  private struct Item {
    /// Its tokens so far, without boundaries.
    var tokens: [Int32]

    var random: CounterGenerator

    /// Its place among the prefixes that are known.
    var place: Int32 = 0
  }

  private var known: KnownPrefixes

  /// How many items were drawn.
  private var drawn = 0

  /// How many items come before the first that is drawn.
  private var passedBy: UInt64 = 0

  /// Prepares to draw items; the request's threads do not matter.
  ///
  /// - Throws: `DataError` when the model does not know a character of the prompt.
  init(
    _ wave: any ItemWave, _ vocabulary: Vocabulary, _ request: SamplingRequest, pool: ThreadPool
  ) throws(DataError) {
    self.wave = wave
    self.pool = pool
    seed = request.seed
    choice = request.choice
    prompt = try vocabulary.tokens(of: request.prompt).map(Int32.init)
    maxLength = request.maxLength
    known = KnownPrefixes(vocabSize: vocabulary.count)
  }

  /// The most items that are worth drawing at once, after some that were drawn.
  ///
  /// Few at first, so that the first are there at once; then up to 2048, if they fit the memory.
  func waveSize(after drawn: Int) -> Int {
    max(1, min(2048, 32 + 4 * drawn, wave.maximumCount))
  }

  /// Draws a wave of items.
  ///
  /// - Throws: `DataError` when the model has no distribution somewhere, and what `body` throws.
  mutating func draw(
    atMost limit: Int, _ body: ([Int32]) throws(DataError) -> Void
  ) throws(DataError) {
    let count = min(waveSize(after: drawn), limit)
    let wave = try wave(drawn..<drawn + count)
    for item in wave.items { try body(item) }
    if let failure = wave.failure { throw failure }
    drawn += count
  }

  /// Passes by items, which are not drawn.
  mutating func skip(_ count: Int) { passedBy &+= UInt64(count) }

  /// Draws a range of the items.
  ///
  /// - Returns: The tokens of each, without boundaries.
  /// - Throws: `DataError` when the model has no distribution somewhere.
  mutating func items(_ range: Range<Int>) throws(DataError) -> [[Int32]] {
    let wave = try wave(range)
    if let failure = wave.failure { throw failure }
    return wave.items
  }

  /// Draws a range of the items, up to one that the model has no distribution for.
  private mutating func wave(
    _ range: Range<Int>
  ) throws(DataError) -> (items: [[Int32]], failure: DataError?) {
    var items = range.map { index in
      Item(
        tokens: prompt, random: CounterGenerator(seed: seed, index: passedBy &+ UInt64(index)))
    }
    var failure: DataError?
    // Those that continue.
    var active = prompt.count < maxLength ? Array(items.indices) : []
    if !active.isEmpty { wave.begin(items.count, prompt: prompt) }
    while !active.isEmpty {
      let new = active.filter { known[items[$0].place].isEmpty }
      let newSums = cumulativeProbs(of: new.map { wave.node(ofItem: $0) })
      // Items that are empty so far have all read the same.
      let start =
        items[active[0]].tokens.isEmpty
        ? try sumsWithoutBoundary(ofNode: wave.node(ofItem: active[0])) : nil
      var readings: [Reading] = []
      for index in active {
        var sums = known[items[index].place]
        if sums.isEmpty {
          sums = newSums[wave.node(ofItem: index)] ?? []
          known[items[index].place] = sums
        }
        guard sums.last?.isFinite == true else {
          failure = wave.failure(after: items[index].tokens)
          items.removeSubrange(index...)
          break
        }
        let token = draw(&items[index], sums, start: start)
        if token == 0 { continue }
        items[index].tokens.append(Int32(token))
        if items[index].tokens.count < maxLength {
          items[index].place = known.place(after: items[index].place, token)
          readings.append(
            Reading(
              item: index, token: Int32(token), isKnown: !known[items[index].place].isEmpty))
        }
      }
      wave.read(readings)
      active = readings.map(\.item)
    }
    return (items.map(\.tokens), failure)
  }

  /// The sums of probabilities up to each token, for each of the nodes.
  private func cumulativeProbs(of nodes: [Int]) -> [Int: [Double]] {
    let distinct = Array(Set(nodes))
    var sums = [[Double]](repeating: [], count: distinct.count)
    let size = 64
    sums.withUnsafeMutableBufferPointer { sums in
      // Proof of safety: each piece writes the elements of its own nodes, and reads logits.
      nonisolated(unsafe) let (sums, wave) = (sums, wave)
      pool.run((sums.count + size - 1) / size) { [choice, distinct] piece in
        for index in piece * size..<min(sums.count, (piece + 1) * size) {
          sums[index] = Self.cumulative(choice.probs(wave.logits(ofNode: distinct[index])))
        }
      }
    }
    return Dictionary(uniqueKeysWithValues: zip(distinct, sums))
  }

  /// The sums of the probabilities at an item's start, where the boundary is left out before
  /// temperature and top-k.
  private func sumsWithoutBoundary(ofNode node: Int) throws(DataError) -> [Double] {
    var logits = wave.logits(ofNode: node)
    guard logits.count > 1 else {
      throw DataError("the model has no token but the boundary, and no item is empty")
    }
    logits[0] = -.infinity
    let sums = Self.cumulative(choice.probs(logits))
    guard sums.last?.isFinite == true else { throw wave.failure(after: []) }
    return sums
  }

  private static func cumulative(_ probs: [Float]) -> [Double] {
    var sum = 0.0
    return probs.map { prob in
      sum += Double(prob)
      return sum
    }
  }

  /// Draws the next token of an item.
  ///
  /// - Parameter start: The sums without the boundary, for an item that is empty so far.
  private func draw(_ item: inout Item, _ sums: [Double], start: [Double]?) -> Int {
    if let start {
      Self.drawFirst(&item.random, choice.topK == nil ? sums : start, start)
    } else {
      Self.draw(&item.random, sums)
    }
  }

  /// Draws a token from sums of probabilities.
  private static func draw(_ random: inout CounterGenerator, _ sums: [Double]) -> Int {
    // The last sum is 1 up to rounding; what is beyond it belongs to the last token that can occur.
    let total = sums[sums.count - 1]
    let wanted = random.nextUniform() * total
    return sums.firstIndex { $0 > wanted } ?? sums.firstIndex { $0 == total } ?? 0
  }

  /// Draws a token until it is not the boundary; after 100 times, from sums without it.
  private static func drawFirst(
    _ random: inout CounterGenerator, _ sums: [Double], _ withoutBoundary: [Double]
  ) -> Int {
    for _ in 0..<100 {
      let token = draw(&random, sums)
      if token > 0 { return token }
    }
    return draw(&random, withoutBoundary)
  }
}
