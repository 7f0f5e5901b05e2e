import Testing

@testable import Random
@testable import Shared

@Suite struct MersenneTwisterTests {
  struct Stream: Decodable {
    let seed: DecimalString
    let random_first8: [UInt32]
    let random_at_622_627: [UInt32]
    let random_at_1246_1251: [UInt32]
    let random64_first3: [DecimalString]
  }

  @Test func drawsTheWordsOfTorch() throws {
    for stream in try TorchFixture.load("mt19937", as: [Stream].self) {
      var engine = MersenneTwister(seed: stream.seed.value)
      let words = (0..<1252).map { _ in engine.next() }
      #expect(Array(words[0..<8]) == stream.random_first8)
      #expect(Array(words[622...627]) == stream.random_at_622_627)
      #expect(Array(words[1246...1251]) == stream.random_at_1246_1251)
    }
  }

  @Test func theFirstOfTwoWordsIsTheHighOne() throws {
    for stream in try TorchFixture.load("mt19937", as: [Stream].self) {
      var engine = MersenneTwister(seed: stream.seed.value)
      #expect((0..<3).map { _ in engine.next64() } == stream.random64_first3.map(\.value))
    }
  }

  /// The standard's own check of mt19937: its 10000th word (C++ [rand.predef]).
  @Test func theTenThousandthWordIsTheStandards() {
    var engine = MersenneTwister(seed: 5489)
    for _ in 1..<10_000 { _ = engine.next() }
    #expect(engine.next() == 4_123_659_995)
  }

  @Test func aCopyGoesOnWithTheSameStream() {
    var engine = MersenneTwister(seed: 3)
    for _ in 0..<700 { _ = engine.next() }
    var copy = engine
    #expect((0..<700).map { _ in engine.next() } == (0..<700).map { _ in copy.next() })
  }

  @Test(arguments: [0, 1, 623, 624, 625, 1248, 2000]) func skipLeavesWhatNextLeaves(count: Int) {
    for start in [0, 1, 623, 624] {
      var engine = MersenneTwister(seed: 7)
      for _ in 0..<start { _ = engine.next() }
      var plain = engine
      engine.skip(count)
      for _ in 0..<count { _ = plain.next() }
      #expect((0..<700).map { _ in engine.next() } == (0..<700).map { _ in plain.next() })
    }
  }

  @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17, 31, 64, 65, 623, 624, 625, 2000])
  func fillGivesWhatNextGives(count: Int) {
    for start in [0, 1, 5, 600, 623, 624] {
      var filling = MersenneTwister(seed: 7)
      for _ in 0..<start { _ = filling.next() }
      var plain = filling
      // One element in, so that the vectors are not aligned.
      var words = [UInt32](repeating: 0, count: count + 2)
      words.withUnsafeMutableBufferPointer { words in
        filling.fill(UnsafeMutableBufferPointer(rebasing: words[1..<(count + 1)]))
      }
      #expect(words == [0] + (0..<count).map { _ in plain.next() } + [0])
      #expect(filling.next() == plain.next())
    }
  }
}
