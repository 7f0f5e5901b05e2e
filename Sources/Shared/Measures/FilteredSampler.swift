/// Draws those of a sampler's items that a filter wants, in their order.
///
/// The items are the same however many the sampler draws at once: what it has drawn beyond what is
/// wanted waits, and so does an error that it met there.
struct FilteredSampler: ItemSampler {
  private var sampler: any ItemSampler
  private var sieve: ItemSieve

  /// What ended the drawing after the items that wait.
  private var failure: DataError?

  /// Begins before a sampler's first item.
  ///
  /// - Parameters:
  ///   - maxLength: The length at which an item is cut.
  ///   - patience: How many items in a row may be passed over.
  init(
    _ sampler: any ItemSampler, _ filter: ItemFilter, maxLength: Int, patience: Int = 100_000
  ) {
    self.sampler = sampler
    sieve = ItemSieve(filter, maxLength: maxLength, patience: patience)
  }

  /// Draws until items are wanted.
  ///
  /// - Throws: `DataError` after too many in a row that are not, and what the sampler throws.
  mutating func draw(
    atMost limit: Int, _ body: ([Int32]) throws(DataError) -> Void
  ) throws(DataError) {
    while sieve.waiting.isEmpty {
      if let failure { throw failure }
      do throws(DataError) { try fill(limit) } catch { failure = error }
    }
    let items = sieve.waiting.prefix(limit)
    sieve.waiting.removeFirst(items.count)
    for item in items { try body(item) }
  }

  /// Draws about as many items as it takes to find those that are wanted.
  private mutating func fill(_ limit: Int) throws(DataError) {
    let count = Int(min(2048, Double(limit) * sieve.drawsPerItem))
    // Out of `self`, which the sampler needs, and not copied.
    var sieve = ItemSieve(ItemFilter(), maxLength: 0, patience: 0)
    swap(&sieve, &self.sieve)
    defer { swap(&sieve, &self.sieve) }
    try sampler.draw(atMost: count) { (item) throws(DataError) in try sieve.take(item) }
  }
}

/// Takes items in their order, and keeps those that a filter wants.
private struct ItemSieve {
  private let lengths: ItemLengths?
  private let isUnique: Bool
  private let maxLength: Int
  private let patience: Int
  private var excluded: ItemSet?
  private var found = ItemSet()

  /// The number of items that were wanted, and of all that were taken.
  private var foundCount = 0
  private var takenCount = 0

  /// The items passed over since the last that was wanted.
  private var passedOver = PassedOver()

  /// The items that are wanted, and were not handed on so far.
  var waiting: ArraySlice<[Int32]> = []

  init(_ filter: ItemFilter, maxLength: Int, patience: Int) {
    lengths = filter.lengths
    isUnique = filter.isUnique
    excluded = filter.excluded
    self.maxLength = maxLength
    self.patience = patience
  }

  /// About how many items have to be drawn for one that is wanted.
  var drawsPerItem: Double { Double(takenCount + 1) / Double(foundCount + 1) }

  mutating func take(_ item: [Int32]) throws(DataError) {
    takenCount += 1
    // An item that was cut is not whole.
    if let lengths, item.count >= maxLength || !lengths.contains(item.count) {
      passedOver.ofOtherLength += 1
    } else if excluded?.contains(item) == true {
      passedOver.excluded += 1
    } else if isUnique, try !found.insert(item) {
      passedOver.foundBefore += 1
    } else {
      foundCount += 1
      passedOver = PassedOver()
      waiting.append(item)
      return
    }
    if passedOver.count == patience { throw passedOver.error(after: foundCount) }
  }
}

/// How many items were passed over, by what is wrong with them.
private struct PassedOver {
  var ofOtherLength = 0
  var excluded = 0
  var foundBefore = 0

  var count: Int { ofOtherLength + excluded + foundBefore }

  /// What is said of them once they are too many.
  func error(after found: Int) -> DataError {
    let reasons = [
      (ofOtherLength, "of another --length"), (excluded, "in an --exclude list"),
      (foundBefore, "found before (--unique)"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let items = found == 1 ? "1 item" : "\(found) items"
    let remedy =
      2 * ofOtherLength > count
      ? "try another --length" : "try a higher --temperature, or --smooth kn if it is counts"
    return DataError(
      "found \(items), then passed over \(count) in a row: \(reasons.joined(separator: ", ")); "
        + remedy)
  }
}

extension ItemModel {
  /// Begins to draw the items that a filter wants.
  ///
  /// - Throws: `DataError` when the model does not know a character of the prompt.
  func sampler(
    _ request: SamplingRequest, _ filter: ItemFilter
  ) throws(DataError) -> any ItemSampler {
    let sampler = try sampler(request)
    return filter.isEmpty
      ? sampler : FilteredSampler(sampler, filter, maxLength: request.maxLength)
  }
}
