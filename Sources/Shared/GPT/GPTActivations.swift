// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// What the passes over a tree write: one row for each node.
///
/// The memory only grows. Each layer has its own rows for training, where the backward pass reads
/// them, and for generation, where later rows attend to them. For scoring two layers take turns: a
/// layer's keys and values must stay while the next layer's come into being.
struct GPTActivations {
  /// What the rows are for, each purpose with room for those before it.
  enum Purpose: Int, Comparable {
    /// Two layers that take turns.
    case scoring
    /// All layers, to which later rows look back.
    case generating
    /// All layers, and their gradients.
    case training

    static func < (left: Purpose, right: Purpose) -> Bool { left.rawValue < right.rawValue }
  }

  /// How much there is room for.
  struct Size: Equatable {
    /// Nodes of a tree.
    var nodes = 0
    /// Nodes of a path.
    var longest = 0
    /// Distinct targets of nodes.
    var targets = 0
    /// What there is room for beside the rows of a layer.
    var purpose = Purpose.scoring

    /// Whether a tree of another size fits.
    func holds(_ other: Size) -> Bool {
      other.nodes <= nodes && other.longest <= longest && other.targets <= targets
        && other.purpose <= purpose
    }

    /// Grows where another size is larger, by an eighth more: batches differ, and few are the
    /// largest.
    mutating func grow(_ other: Size) {
      if other.nodes > nodes { nodes = other.nodes + other.nodes / 8 }
      longest = max(longest, other.longest)
      if other.targets > targets { targets = other.targets + other.targets / 8 }
      purpose = max(purpose, other.purpose)
    }
  }

  /// The rows of one layer.
  struct Layer {
    /// The residual stream before the layer, (nodes, C).
    let x: Matrix
    /// The first layer norm's output, (nodes, C), and what its backward pass needs.
    let ln1: Matrix
    let mean1: UnsafeMutablePointer<Float>
    let rstd1: UnsafeMutablePointer<Float>
    /// Queries, keys and values, (nodes, 3C).
    let qkv: Matrix
    /// The probabilities of attention, (nodes, NH, longest path).
    let probs: Matrix
    /// What the heads attended to, (nodes, C).
    let attended: Matrix
    /// The residual stream between attention and MLP, (nodes, C).
    let mid: Matrix
    /// The second layer norm's output, (nodes, C), and what its backward pass needs.
    let ln2: Matrix
    let mean2: UnsafeMutablePointer<Float>
    let rstd2: UnsafeMutablePointer<Float>
    /// The output of the GELU, (nodes, 4C).
    let hidden: Matrix
    /// The input of the GELU, then its derivative, then the gradient of the input, (nodes, 4C).
    let inner: Matrix

    // The gradients of the above.
    let dX: Matrix
    let dLn1: Matrix
    let dQKV: Matrix
    let dScores: Matrix
    let dAttended: Matrix
    let dMid: Matrix
    let dLn2: Matrix
  }

  /// The rows above the last layer.
  struct Top {
    /// The residual stream after the last layer, (nodes, C).
    let x: Matrix
    /// The last layer norm's output, (nodes, C), and what its backward pass needs.
    let lnf: Matrix
    let meanF: UnsafeMutablePointer<Float>
    let rstdF: UnsafeMutablePointer<Float>
    /// The logits, and in their place their gradient, (nodes, V).
    let logits: Matrix
    /// The loss of one token, for each distinct target of each node.
    let nll: UnsafeMutablePointer<Float>

    let dX: Matrix
    let dLnf: Matrix
    /// The gradient of a GELU's output, (nodes, 4C), for one layer after the other.
    let dHidden: Matrix
  }

  /// What there is room for.
  private(set) var size = Size()

  /// All layers for training; for evaluation the two that take turns.
  private(set) var layers: [Layer] = []

  /// What is above them.
  private(set) var top: Top

  private let config: GPTConfig
  private let buffer = FloatBuffer(count: 0)

  init(_ config: GPTConfig) {
    self.config = config
    var planner = Planner(start: buffer.start)
    top = planner.top(config, size)
  }

  /// Makes room for a tree.
  mutating func reserve(_ needed: Size) {
    guard !size.holds(needed) else { return }
    size.grow(needed)
    buffer.reserve(Self.floats(config, size))
    var planner = Planner(start: buffer.start)
    layers = planner.layers(config, size)
    top = planner.top(config, size)
  }

  /// How many floats so much room takes.
  static func floats(_ config: GPTConfig, _ size: Size) -> Int {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 1) { any in
      guard let start = any.baseAddress else { return 0 }
      var planner = Planner(start: start)
      _ = planner.layers(config, size)
      _ = planner.top(config, size)
      return planner.count
    }
  }
}

extension GPTActivations {
  /// Hands out places one after the other.
  private struct Planner {
    let start: UnsafeMutablePointer<Float>
    var count = 0

    init(start: UnsafeMutablePointer<Float>) { self.start = start }

    /// Floats that begin at a cache line.
    mutating func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
      defer { self.count += (count + 15) / 16 * 16 }
      return start + self.count
    }

    mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      Matrix(floats(rows * Matrix.stride(columns: columns)), columns: columns)
    }

    mutating func layers(_ config: GPTConfig, _ size: Size) -> [Layer] {
      let C = config.nEmbd
      let n = size.nodes
      let gradients = size.purpose == .training ? n : 0
      let scores = config.nHead * Attention.scoresPerHead(longest: size.longest)
      return (0..<(size.purpose == .scoring ? min(2, config.nLayer) : config.nLayer)).map { _ in
        Layer(
          x: matrix(n, C), ln1: matrix(n, C), mean1: floats(n), rstd1: floats(n),
          qkv: matrix(n, 3 * C), probs: matrix(n, scores), attended: matrix(n, C),
          mid: matrix(n, C),
          ln2: matrix(n, C), mean2: floats(n), rstd2: floats(n), hidden: matrix(n, 4 * C),
          inner: matrix(n, 4 * C), dX: matrix(gradients, C), dLn1: matrix(gradients, C),
          dQKV: matrix(gradients, 3 * C), dScores: matrix(gradients, scores),
          dAttended: matrix(gradients, C), dMid: matrix(gradients, C), dLn2: matrix(gradients, C))
      }
    }

    mutating func top(_ config: GPTConfig, _ size: Size) -> Top {
      let C = config.nEmbd
      let n = size.nodes
      let gradients = size.purpose == .training ? n : 0
      return Top(
        x: matrix(n, C), lnf: matrix(n, C), meanF: floats(n), rstdF: floats(n),
        logits: matrix(n, config.vocabSize), nll: floats(size.targets),
        dX: matrix(gradients, C), dLnf: matrix(gradients, C), dHidden: matrix(gradients, 4 * C))
    }
  }
}
