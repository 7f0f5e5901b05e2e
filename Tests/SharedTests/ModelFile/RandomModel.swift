@testable import Shared

/// Models of every kind, for the tests that want many.
enum RandomModel {
  static let scalars: [Unicode.Scalar] = [
    "\u{0}", "\t", "\n", "\r", "\u{1B}", " ", "#", ".", "0", "K", "\\", "a", "b", "u", "{",
    "\u{7F}",
    "\u{85}", "\u{A0}", "\u{AD}", "\u{E9}", "\u{301}", "\u{200D}", "\u{2028}", "\u{212A}",
    "\u{FEFF}",
    "\u{FFFF}", "\u{1F600}", "\u{E0041}", "\u{10FFFF}",
  ]

  static func any(using random: inout Noise) -> ModelFile {
    switch Int.random(in: 0..<5, using: &random) {
    case 0:
      table(
        .counts, order: Int.random(in: 2...4, using: &random),
        vocabulary: vocabulary(using: &random), using: &random)
    case 1:
      table(
        .bigram, order: Int.random(in: 2...3, using: &random),
        vocabulary: vocabulary(using: &random), using: &random)
    case 2: losses(Int.random(in: 0..<6, using: &random), using: &random)
    default: gpt(using: &random)
    }
  }

  static func vocabulary(using random: inout Noise) -> String {
    let count = Int.random(in: 0...5, using: &random)
    return String(String.UnicodeScalarView(scalars.shuffled(using: &random).prefix(count).sorted()))
  }

  static func table(
    _ kind: ModelKind, order: Int, vocabulary text: String, using random: inout Noise
  ) -> ModelFile {
    let vocabulary = Vocabulary(sorted: Array(text.unicodeScalars))
    let shape = [Int](repeating: vocabulary.count, count: order)
    let count = shape.reduce(1, *)
    let values: TensorValues =
      kind == .counts
      ? .i64((0..<count).map { _ in Int64(random.next() >> (1 + random.next() % 63)) })
      : .f32((0..<count).map { _ in finite(using: &random) })
    return ModelFile(
      kind: kind, vocabulary: vocabulary,
      tensors: [Tensor(name: kind == .counts ? "counts" : "weight", shape: shape, values: values)],
      layout: .table)
  }

  static func losses(_ items: Int, using random: inout Noise) -> ModelFile {
    let nll = (0..<items).map { _ in
      Bool.random(using: &random) ? Double.random(in: 0..<50, using: &random) : .infinity
    }
    let tokens = (0..<items).map { _ in Int64.random(in: 1..<20, using: &random) }
    return ModelFile(
      kind: .losses, vocabulary: nil,
      tensors: [
        Tensor(name: "nll", shape: [items], values: .f64(nll)),
        Tensor(name: "tokens", shape: [items], values: .i64(tokens)),
      ])
  }

  static func gpt(using random: inout Noise) -> ModelFile {
    var model = ModelFile(
      kind: .gpt, vocabulary: Vocabulary(sorted: Array(vocabulary(using: &random).unicodeScalars)),
      tensors: [])
    model.metadata["mm.config"] =
      "{\n  \"n_layer\": 1,\t\"x\": \"a # \\\\ . \u{E9}\"\n}" + vocabulary(using: &random)
    model.metadata["a key. \(vocabulary(using: &random))"] = vocabulary(using: &random)
    for (name, rank) in [("transformer.wte.weight", 2), ("h.0.b ias#", 1), ("scale", 0), ("t", 3)] {
      let shape = (0..<rank).map { _ in Int.random(in: 0...4, using: &random) }
      let values = (0..<shape.reduce(1, *)).map { _ in finite(using: &random) }
      model.tensors.append(Tensor(name: name, shape: shape, values: .f32(values)))
    }
    return model
  }

  private static func finite(using random: inout Noise) -> Float {
    let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
    return value.isFinite ? value : -0.0
  }
}
