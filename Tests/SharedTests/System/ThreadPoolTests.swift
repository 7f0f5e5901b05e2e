import Foundation
import Synchronization
import Testing

@testable import Shared

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 8]) func everyPieceIsDoneOnce(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    for count in [0, 1, 2, 7, 100] {
      let counts = (0..<count).map { _ in Counter() }
      pool.run(count) { counts[$0].value.add(1, ordering: .relaxed) }
      #expect(counts.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
    }
  }

  @Test(arguments: [2, 8]) func oneWorkEndsBeforeTheNext(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    let sum = Counter()
    for round in 1...2000 {
      pool.run(3) { _ in sum.value.add(1, ordering: .relaxed) }
      #expect(sum.value.load(ordering: .relaxed) == 3 * round)
    }
  }

  @Test(arguments: [1, 2, 3, 8]) func piecesMayHavePiecesOfTheirOwn(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    for outer in [1, 2, 5, 20] {
      let sums = (0..<outer).map { _ in Counter() }
      pool.run(outer) { piece in
        for round in 1...20 {
          pool.run(3) { _ in
            pool.run(2) { _ in sums[piece].value.add(1, ordering: .relaxed) }
          }
          // All of an inner work is done before its piece continues.
          #expect(sums[piece].value.load(ordering: .relaxed) == 6 * round)
        }
      }
      #expect(sums.allSatisfy { $0.value.load(ordering: .relaxed) == 120 })
    }
  }

  @Test func whoHasNothingElseToDoHelps() {
    let pool = ThreadPool(threads: 2)
    let begun = Counter()
    // The second piece of the inner work is begun while the first one waits for it.
    pool.run(2) { piece in
      guard piece == 0 else { return }
      pool.run(2) { _ in
        begun.value.add(1, ordering: .relaxed)
        while begun.value.load(ordering: .relaxed) < 2 { sched_yield() }
      }
    }
    #expect(begun.value.load(ordering: .relaxed) == 2)
  }

  @Test func sleepersWake() {
    let pool = ThreadPool(threads: 3)
    let sum = Counter()
    for round in 1...5 {
      var spec = timespec(tv_sec: 0, tv_nsec: 20_000_000)
      nanosleep(&spec, nil)
      pool.run(10) { _ in sum.value.add(1, ordering: .relaxed) }
      #expect(sum.value.load(ordering: .relaxed) == 10 * round)
    }
  }

  @Test func poolsComeAndGo() {
    for _ in 0..<50 { ThreadPool(threads: 4).run(8) { _ in } }
  }

  @Test func refusesNoThreads() async {
    await #expect(processExitsWith: .failure) { _ = ThreadPool(threads: 0) }
  }

  @Test func refusesANegativeNumberOfPieces() async {
    await #expect(processExitsWith: .failure) { ThreadPool(threads: 1).run(-1) { _ in } }
  }
}

private final class Counter: Sendable {
  let value = Atomic(0)
}
