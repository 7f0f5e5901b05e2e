import Testing

@testable import Shared

@Suite struct GPTActivationsTests {
  private static let config = GPTConfig(
    nLayer: 3, nHead: 2, nEmbd: 20, blockSize: 30, vocabSize: 9)

  private static func size(_ purpose: GPTActivations.Purpose) -> GPTActivations.Size {
    GPTActivations.Size(nodes: 16, longest: 20, targets: 11, purpose: purpose)
  }

  /// Each matrix has the place from its first float to its last one, tiles included.
  private static func places(_ activations: GPTActivations) -> [Range<UInt>] {
    let matrices = activations.layers.flatMap(matrices) + matrices(activations.top)
    return matrices.filter { $0.rows > 0 }.map {
      UInt(bitPattern: $0.start)..<UInt(bitPattern: $0.start + $0.rows * $0.stride)
    }
  }

  private static func matrices(_ rows: Any) -> [Matrix] {
    Mirror(reflecting: rows).children.compactMap { $0.value as? Matrix }
  }

  @Test(arguments: [GPTActivations.Purpose.scoring, .generating, .training])
  func placesAreDisjointAndAll(_ purpose: GPTActivations.Purpose) {
    var activations = GPTActivations(Self.config)
    activations.reserve(Self.size(purpose))
    let places = Self.places(activations).sorted { $0.lowerBound < $1.lowerBound }
    #expect(zip(places, places.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
    let count = places.reduce(0) { $0 + $1.count / 4 }
    #expect(count == GPTActivations.floats(Self.config, activations.size))
    #expect(activations.layers.count == (purpose == .scoring ? 2 : 3))
  }

  @Test func roomOnlyGrows() {
    var activations = GPTActivations(Self.config)
    activations.reserve(Self.size(.training))
    let (size, first) = (activations.size, activations.top.x.start)
    activations.reserve(
      GPTActivations.Size(nodes: 3, longest: 9, targets: 2, purpose: .scoring))
    #expect(activations.size == size && activations.top.x.start == first)
    activations.reserve(
      GPTActivations.Size(nodes: 80, longest: 9, targets: 2, purpose: .scoring))
    #expect(activations.size.nodes == 90 && activations.size.longest == 20)
    #expect(activations.size.purpose == .training)
  }
}
