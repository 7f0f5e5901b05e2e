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

  private mutating func draw() {
    switch order {
    case .epochs(let seed):
      var generator = CounterGenerator(seed: seed, index: epoch)
      drawn = generator.permutation(count)[...]
      epoch += 1
    case .replacement(var sampler):
      drawn = sampler.randint(32, in: 0..<count).map { UInt32($0) }[...]
      order = .replacement(sampler)
    }
  }
}
