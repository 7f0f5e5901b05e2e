/// Distributions after prefixes that were drawn before: of items that come again nothing is computed.
///
///     let place = known.place(after: 0, 13)      // the prompt, then token 13
///     known[place]                               // what may follow, once it was set
///
/// Place 0 is the prompt; -1 is what was not kept. It keeps those that come first, which are the common
/// ones, while memory has room.
struct KnownPrefixes {
  private var places: [UInt64: Int32] = [:]

  /// The sums of probabilities up to each token, for each place; empty before they are set.
  private var sums: [[Double]] = [[]]

  private var memory: SpareMemory

  /// Knows nothing yet, and keeps at most 32 MB of distributions.
  init(vocabSize: Int) {
    // A row is an array of its own, and stands in a dictionary.
    memory = SpareMemory(limit: (1 << 22) / vocabSize, bytesPerRow: 8 * vocabSize + 80)
  }

  /// The place of the prefix at another place and one more token.
  mutating func place(after place: Int32, _ token: Int) -> Int32 {
    if place < 0 { return -1 }
    let key = UInt64(place) << 32 | UInt64(token)
    if let known = places[key] { return known }
    guard memory.hasRoom(after: sums.count) else { return -1 }
    places[key] = Int32(sums.count)
    sums.append([])
    return Int32(sums.count - 1)
  }

  /// What may follow at a place; empty where it is not known.
  subscript(place: Int32) -> [Double] {
    get { place < 0 ? [] : sums[Int(place)] }
    set { if place >= 0 { sums[Int(place)] = newValue } }
  }
}
