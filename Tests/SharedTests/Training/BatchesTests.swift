import Testing

@testable import Shared

@Suite struct BatchesTests {
  @Test(arguments: [(7, 10), (25, 10), (10, 10), (1, 1), (4, 1), (3, 12)])
  func anEpochHoldsEachItemOnce(_ size: Int, _ count: Int) {
    var batches = Batches(size: size, of: count, seed: 1)
    var drawn: [Int] = []
    while drawn.count < 4 * count * size {
      let batch = batches.next()
      #expect(batch.count == size)
      drawn += batch
    }
    let epochs = stride(from: 0, to: drawn.count, by: count).map { Array(drawn[$0..<$0 + count]) }
    #expect(epochs.allSatisfy { $0.sorted() == Array(0..<count) })
    if count > 3 { #expect(Set(epochs).count > 1) }
    var other = Batches(size: size, of: count, seed: 2)
    if count > 9 { #expect((0..<4).flatMap { _ in other.next() } != Array(drawn[..<(4 * size)])) }
  }

  /// PyTorch's `RandomSampler` draws 32 at a time, whatever the batch.
  @Test(arguments: [1, 5, 32, 33, 100]) func drawsWithReplacementAreThoseOfPyTorch(_ size: Int) {
    var batches = Batches(size: size, of: 1000, sampler: TorchGenerator(seed: 5))
    var generator = TorchGenerator(seed: 5)
    let expected = (0..<20).flatMap { _ in generator.randint(32, in: 0..<1000) }
    let drawn = (0..<640 / size).flatMap { _ in batches.next() }
    #expect(drawn == Array(expected[..<drawn.count]))
  }
}
