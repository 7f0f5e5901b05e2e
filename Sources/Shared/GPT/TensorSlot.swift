/// A tensor: its name, its shape, and its place among the floats.
public struct TensorSlot: Equatable, Sendable {
  /// The name, `transformer.h.0.ln_1.weight` for example.
  public let name: String

  /// The shape.
  public let shape: [Int]

  /// Where its elements are, row-major.
  public let range: Range<Int>
}
