#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Everything that decides how a run of training goes, but for its data and first parameters.
public struct TrainingPlan: Equatable, Sendable {
  /// Whose training is followed.
  public enum Recipe: String, Sendable, CaseIterable {
    /// This project's: chosen by held-out loss.
    case `default`

    /// karpathy/makemore's, step for step.
    case makemore
  }

  /// Whose training is followed.
  public var recipe: Recipe

  /// The number of updates.
  public var steps: Int

  /// The number of items of a batch.
  public var batchSize: Int

  /// The learning rate; for the default recipe, the highest.
  public var learningRate: Double

  /// How much of a parameter goes at each update, times the learning rate.
  public var weightDecay: Double

  /// The seed of all random choices.
  public var seed: UInt64

  /// The number of items kept out of training.
  public var holdout: Int

  /// The parts of the model that are left out.
  public var without: [GPTPart] = []

  /// How many items a batch may have.
  static let batchSizes = 1...1 << 20

  /// The plan of a recipe, without what a command line says.
  public init(_ recipe: Recipe) {
    self.recipe = recipe
    steps = 5000
    batchSize = 32
    seed = 3407
    holdout = 0
    switch recipe {
    case .default: (learningRate, weightDecay) = (3e-3, 0.1)
    case .makemore: (learningRate, weightDecay) = (5e-4, 0.01)
    }
  }

  /// The updates over which the learning rate rises.
  public var warmup: Int { min(100, steps / 10) }

  /// The learning rate of an update, counted from 0.
  ///
  /// The default recipe rises for `warmup` updates and then falls to zero along a cosine
  /// (Loshchilov and Hutter 2017, equation 5); makemore's is constant.
  public func learningRate(at step: Int) -> Double {
    guard recipe == .default else { return learningRate }
    if step < warmup { return learningRate * Double(step + 1) / Double(warmup) }
    let progress = Double(step - warmup) / Double(max(1, steps - warmup))
    return learningRate * (1 + cos(.pi * progress)) / 2
  }

  /// Whether weight decay is for a tensor: all in makemore, the matrices in the default recipe.
  func decays(_ tensor: GPTParameters.Tensor) -> Bool {
    recipe == .makemore || tensor.isMatrix
  }
}

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
  private var drawn: ArraySlice<Int> = []

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
      batch += taken
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
      drawn = sampler.randint(32, in: 0..<count)[...]
      order = .replacement(sampler)
    }
  }
}
