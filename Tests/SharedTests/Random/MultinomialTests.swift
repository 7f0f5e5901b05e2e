import Testing

@testable import Random
@testable import Shared

/// Both ways of drawing, against PyTorch.
///
/// The part `cdf` of the fixture, several draws with replacement from one call, is another method
/// (no exponentials, but a search in the running sum); nothing here draws so, and it is left out.
@Suite struct MultinomialTests {
  struct Fixture: Decodable {
    struct Single: Decodable {
      let seed: DecimalString
      let row: Int
      let smoothing: Int
      let draws: [Int]
    }
    struct Uniform: Decodable {
      let seed: DecimalString
      let draws: [Int]
    }
    struct Batch: Decodable {
      let seed: DecimalString
      let smoothing: Int
      let draws: [Int]
    }
    let counts: [[Int]]
    let single: [Single]
    let uniform27: [Uniform]
    let batch: [Batch]
  }

  struct Names: Decodable {
    struct Run: Decodable {
      let seed: DecimalString
      let names: [String]
    }
    let bigram: [Run]
    let bigram_plus1: [Run]
    let uniform: [Run]
  }

  /// Draws an index of each row, one after another, in both ways.
  private func draws(_ seed: DecimalString, _ rows: [[Float]]) -> (plain: [Int], fast: [Int]) {
    var generator = seed.generator
    var sampler = MultinomialSampler(seed: seed.value)
    let ready = rows.map(MultinomialRow.init)
    return (rows.map { generator.multinomial($0) }, ready.map { sampler.draw($0) })
  }

  @Test func drawsFromOneRowMatchTorch() throws {
    let fixture = try TorchFixture.load("multinomial", as: Fixture.self)
    for run in fixture.single {
      let probs = TorchFixture.probs(fixture.counts[run.row], smoothing: run.smoothing)
      let (plain, fast) = draws(run.seed, run.draws.map { _ in probs })
      #expect(plain == run.draws)
      #expect(fast == run.draws)
    }
  }

  @Test func drawsFromEqualWeightsMatchTorch() throws {
    for run in try TorchFixture.load("multinomial", as: Fixture.self).uniform27 {
      let probs = [Float](repeating: 1 / 27, count: 27)
      let (plain, fast) = draws(run.seed, run.draws.map { _ in probs })
      #expect(plain == run.draws)
      #expect(fast == run.draws)
    }
  }

  @Test func theRowsOfAMatrixAreSuccessiveDraws() throws {
    let fixture = try TorchFixture.load("multinomial", as: Fixture.self)
    for run in fixture.batch {
      let rows = fixture.counts.map { TorchFixture.probs($0, smoothing: run.smoothing) }
      let (plain, fast) = draws(run.seed, rows)
      #expect(plain == run.draws)
      #expect(fast == run.draws)
    }
  }

  /// Draws names as makemore's lecture does: token by token until the boundary, name after name.
  private func names(_ count: Int, from rows: [[Float]], draw: ([Float], Int) -> Int) -> [String] {
    (0..<count).map { _ in
      var name = ""
      var token = draw(rows[0], 0)
      while token != 0 {
        name.unicodeScalars.append(Unicode.Scalar(UInt8(96 + token)))
        token = draw(rows[token], token)
      }
      return name
    }
  }

  private func expect(_ runs: [Names.Run], from rows: [[Float]]) {
    let ready = rows.map(MultinomialRow.init)
    for run in runs {
      var generator = run.seed.generator
      var sampler = MultinomialSampler(generator)
      let plain = names(run.names.count, from: rows) { probs, _ in generator.multinomial(probs) }
      let fast = names(run.names.count, from: rows) { _, token in sampler.draw(ready[token]) }
      #expect(plain == run.names)
      #expect(fast == run.names)
    }
  }

  @Test func namesFromBigramsMatchTorch() throws {
    let counts = try TorchFixture.load("multinomial", as: Fixture.self).counts
    let runs = try TorchFixture.load("names", as: Names.self)
    expect(runs.bigram, from: counts.map { TorchFixture.probs($0) })
    expect(runs.bigram_plus1, from: counts.map { TorchFixture.probs($0, smoothing: 1) })
  }

  @Test func namesFromEqualWeightsMatchTorch() throws {
    let runs = try TorchFixture.load("names", as: Names.self)
    expect(runs.uniform, from: Array(repeating: Array(repeating: 1 / 27, count: 27), count: 27))
  }

  @Test func weightsWithoutADistributionAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = MultinomialRow([]) }
    await #expect(processExitsWith: .failure) { _ = MultinomialRow([0, 0]) }
    await #expect(processExitsWith: .failure) { _ = MultinomialRow([1, -1]) }
    await #expect(processExitsWith: .failure) { _ = MultinomialRow([1, .infinity]) }
  }
}
