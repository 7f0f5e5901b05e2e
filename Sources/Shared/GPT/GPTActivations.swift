// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// What the passes over a tree write: one row for each node.
///
/// The memory only grows. Each layer has its own rows for training, where the backward pass reads
/// them, and for generation, where later rows attend to them. For scoring two layers take turns: a
/// layer's keys and values must stay while the next layer's are computed.
struct GPTActivations {
  /// The rows of one layer.
  struct Layer {
    /// The residual stream before the layer, (nodes, C).
    let x: Matrix
    /// The first layer norm's output, (nodes, C), and what its backward pass needs, (nodes).
    let ln1: Matrix
    let mean1: Matrix
    let rstd1: Matrix
    /// Queries, keys and values, (nodes, 3C).
    let qkv: Matrix
    /// The probabilities of attention, (nodes, NH, longest path).
    let probs: Matrix
    /// What the heads attended to, (nodes, C).
    let attended: Matrix
    /// The residual stream between attention and MLP, (nodes, C).
    let mid: Matrix
    /// The second layer norm's output, (nodes, C), and what its backward pass needs, (nodes).
    let ln2: Matrix
    let mean2: Matrix
    let rstd2: Matrix
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

  /// The rows after the last layer.
  struct Top {
    /// The residual stream after the last layer, (nodes, C).
    let x: Matrix
    /// The last layer norm's output, (nodes, C), and what its backward pass needs, (nodes).
    let lnf: Matrix
    let meanF: Matrix
    let rstdF: Matrix
    /// The logits, and in their place their gradient, (nodes, V).
    let logits: Matrix
    /// The loss of one token, for each distinct target of each node, (targets).
    let nll: Matrix

    let dX: Matrix
    let dLnf: Matrix
    /// The gradient of a GELU's output, (nodes, 4C), for one layer after the other.
    let dHidden: Matrix
  }

  /// What there is room for.
  private(set) var size = Size()

  /// All layers, or for scoring the two that take turns.
  private(set) var layers: [Layer] = []

  /// What is after them.
  private(set) var top: Top

  private let config: GPTConfig
  private let buffer = FloatBuffer(count: 0)

  init(_ config: GPTConfig) {
    self.config = config
    var binder = Binder(start: buffer.start)
    top = binder.top(Self.topShapes(config, size))
  }

  /// Makes room for a tree.
  mutating func reserve(_ needed: Size) {
    guard !size.holds(needed) else { return }
    size.grow(needed)
    buffer.reserve(Self.floats(config, size))
    var binder = Binder(start: buffer.start)
    let shapes = Self.layerShapes(config, size)
    layers = (0..<Self.layerCount(config, size)).map { _ in binder.layer(shapes) }
    top = binder.top(Self.topShapes(config, size))
  }
}

extension GPTActivations {
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
}

extension GPTActivations {
  /// The shape of one of the matrices.
  private struct Shape {
    let rows: Int
    let columns: Int

    init(_ rows: Int, _ columns: Int) {
      self.rows = rows
      self.columns = columns
    }

    var floats: Int { rows * Matrix.stride(columns: columns) }
  }

  /// How many floats room of a size takes.
  static func floats(_ config: GPTConfig, _ size: Size) -> Int {
    let layer = layerShapes(config, size).reduce(0) { $0 + $1.floats }
    return topShapes(config, size).reduce(layerCount(config, size) * layer) { $0 + $1.floats }
  }

  private static func layerCount(_ config: GPTConfig, _ size: Size) -> Int {
    size.purpose == .scoring ? min(2, config.nLayer) : config.nLayer
  }

  /// The shapes of a layer's matrices, in the order of `Layer`.
  private static func layerShapes(_ config: GPTConfig, _ size: Size) -> [Shape] {
    let (n, C) = (size.nodes, config.nEmbd)
    let scores = config.nHead * Attention.scoresPerHead(longest: size.longest)
    let gradients = size.purpose == .training ? n : 0
    let forward = [
      Shape(n, C), Shape(n, C), Shape(1, n), Shape(1, n), Shape(n, 3 * C), Shape(n, scores),
      Shape(n, C), Shape(n, C), Shape(n, C), Shape(1, n), Shape(1, n), Shape(n, 4 * C),
      Shape(n, 4 * C),
    ]
    return forward + [C, C, 3 * C, scores, C, C, C].map { Shape(gradients, $0) }
  }

  /// The shapes of the matrices after the last layer, in the order of `Top`.
  private static func topShapes(_ config: GPTConfig, _ size: Size) -> [Shape] {
    let (n, C) = (size.nodes, config.nEmbd)
    let gradients = size.purpose == .training ? n : 0
    return [
      Shape(n, C), Shape(n, C), Shape(1, n), Shape(1, n), Shape(n, config.vocabSize),
      Shape(1, size.targets), Shape(gradients, C), Shape(gradients, C), Shape(gradients, 4 * C),
    ]
  }

  /// Gives matrices their places in a buffer, one after the other.
  private struct Binder {
    let start: UnsafeMutablePointer<Float>
    var offset = 0

    mutating func layer(_ shapes: [Shape]) -> Layer {
      var shapes = shapes[...]
      func next() -> Matrix { matrix(&shapes) }
      return Layer(
        x: next(), ln1: next(), mean1: next(), rstd1: next(), qkv: next(), probs: next(),
        attended: next(), mid: next(), ln2: next(), mean2: next(), rstd2: next(), hidden: next(),
        inner: next(), dX: next(), dLn1: next(), dQKV: next(), dScores: next(), dAttended: next(),
        dMid: next(), dLn2: next())
    }

    mutating func top(_ shapes: [Shape]) -> Top {
      var shapes = shapes[...]
      func next() -> Matrix { matrix(&shapes) }
      return Top(
        x: next(), lnf: next(), meanF: next(), rstdF: next(), logits: next(), nll: next(),
        dX: next(), dLnf: next(), dHidden: next())
    }

    private mutating func matrix(_ shapes: inout ArraySlice<Shape>) -> Matrix {
      let shape = shapes.removeFirst()
      defer { offset += shape.floats }
      return Matrix(start + offset, rows: shape.rows, columns: shape.columns)
    }
  }
}
