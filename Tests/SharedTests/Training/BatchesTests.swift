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

  @Test(arguments: [(7, 10), (25, 10), (10, 10), (1, 1), (32, 12), (5, 1 << 28)])
  func whatIsPassedOverIsWhatWouldHaveBeenTaken(_ size: Int, _ count: Int) {
    func sampler() -> Batches { Batches(size: size, of: count, sampler: TorchGenerator(seed: 5)) }
    func epochs() -> Batches { Batches(size: size, of: count, seed: 5) }
    for begin in count < 1 << 28 ? [sampler, epochs] : [sampler] {
      var plain = begin()
      for skipped in 0..<40 {
        var batches = begin()
        batches.skip(skipped)
        var expected = plain
        for _ in 0..<20 { #expect(batches.next() == expected.next()) }
        _ = plain.next()
      }
    }
  }

  /// A checkpoint may say that it is after any number of steps.
  @Test func passingOverEpochsTakesNoTime() {
    for (step, size, count) in [(.max, 32, 3), (.max, 32, 1), (1 << 62, 32, 1000)] {
      var batches = Batches(size: size, of: count, seed: 1)
      batches.skip(step)
      #expect(Set(batches.next()) == Set(batches.next()) || size < count)
    }
    // 2^62 batches of 3 are 6 * 2^61 items: whole epochs of 2.
    var batches = Batches(size: 3, of: 2, seed: 1)
    batches.skip(1 << 62)
    var generator = CounterGenerator(seed: 1, index: 6 << 60)
    #expect(batches.next().prefix(2) == generator.permutation(2).map(Int.init)[...])
  }
}
