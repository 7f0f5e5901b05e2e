/// A tensor: its name, its shape, and its place among the floats.
struct TensorSlot: Equatable, Sendable {
  /// The name, `transformer.h.0.ln_1.weight` for example.
  let name: String

  /// The shape.
  let shape: [Int]

  /// Where its elements are, row-major.
  let range: Range<Int>
}
