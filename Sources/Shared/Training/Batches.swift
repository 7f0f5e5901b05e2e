/// Which items each batch of a run has, as indices below the number of items to train on.
struct Batches {
  private enum Order {
    /// All the items, then all in another order: each epoch has a stream of its own.
    case epochs(seed: UInt64)

    /// Drawn with replacement, in chunks of 32, as PyTorch's `RandomSampler` does.
    case replacement(TorchGenerator)
  }

  private let size: Int
  private let count: Int
  private var order: Order
  private var epoch: UInt64 = 0
  private var drawn: ArraySlice<UInt32> = []

  /// Batches of items in the order of epochs.
  init(size: Int, of count: Int, seed: UInt64) {
    self.size = size
    self.count = count
    order = .epochs(seed: seed)
  }

  /// Batches drawn with replacement.
  init(size: Int, of count: Int, sampler: TorchGenerator) {
    self.size = size
    self.count = count
    order = .replacement(sampler)
  }

  /// The next batch.
  mutating func next() -> [Int] {
    var batch: [Int] = []
    batch.reserveCapacity(size)
    while batch.count < size {
      if drawn.isEmpty { draw() }
      let taken = drawn.prefix(size - batch.count)
      batch += taken.lazy.map(Int.init)
      drawn = drawn.dropFirst(taken.count)
    }
    return batch
  }

  /// Passes over batches, before the first is taken.
  ///
  /// In the order of epochs the cost does not depend on how many they are. Draws with replacement
  /// are passed over one by one: `skippedLimit` of them take three seconds.
  ///
  /// - Precondition: With replacement, they have at most `skippedLimit` items.
  mutating func skip(_ batches: Int) {
    assert(epoch == 0 && drawn.isEmpty)
    let items = batches.multipliedFullWidth(by: size)
    let rest: Int
    switch order {
    case .epochs:
      // Epochs are numbered modulo 2^64.
      let count = UInt(count)
      let high = UInt(items.high) % count
      let (quotient, remainder) = count.dividingFullWidth((high, items.low))
      (epoch, rest) = (UInt64(quotient), Int(remainder))
    case .replacement(var sampler):
      precondition(items.high == 0 && items.low <= Self.skippedLimit, "too much to pass over")
      rest = Int(items.low) % 32
      sampler.skipRandint(Int(items.low) - rest, in: 0..<count)
      order = .replacement(sampler)
    }
    guard rest > 0 else { return }
    draw()
    drawn = drawn.dropFirst(rest)
  }

  /// How many items, drawn with replacement, can be passed over.
  static let skippedLimit = 1 << 34

  private mutating func draw() {
    switch order {
    case .epochs(let seed):
      var generator = CounterGenerator(seed: seed, index: epoch)
      drawn = generator.permutation(count)[...]
      epoch &+= 1
    case .replacement(var sampler):
      drawn = sampler.randint(32, in: 0..<count).map { UInt32($0) }[...]
      order = .replacement(sampler)
    }
  }
}
