import Foundation
import Testing

@testable import Shared

@Suite struct NGramFitTests {
  private let folder: TemporaryFolder
  private let items = ["bob", "o", "bobo", "b", "xob"]

  init() throws { folder = try TemporaryFolder() }

  private func counts(order: Int = 2) throws -> NGramCounts {
    try Counts(folder.model(folder.counts(items.joined(separator: "\n").utf8, order: order)))
      .table()
  }

  /// The network as the reference has it: one-hot rows times the weights, softmax, cross entropy.
  private struct OneHotFit {
    var inputs: [[Double]] = []
    var targets: [Int] = []
    var weight: [[Double]]
    let l2: Double

    init(_ items: [String], _ vocabulary: Vocabulary, weight: [[Double]], l2: Double) {
      self.weight = weight
      self.l2 = l2
      for item in items {
        var token = 0
        for next in item.unicodeScalars.map({ vocabulary.token(of: $0) ?? 0 }) + [0] {
          inputs.append((0..<vocabulary.count).map { $0 == token ? 1 : 0 })
          targets.append(next)
          token = next
        }
      }
    }

    private var logits: [[Double]] {
      inputs.map { input in
        weight[0].indices.map { j in zip(input, weight).reduce(0) { $0 + $1.0 * $1.1[j] } }
      }
    }

    private var probs: [[Double]] {
      logits.map { row in
        let sum = row.reduce(0) { $0 + exp($1) }
        return row.map { exp($0) / sum }
      }
    }

    var loss: Double {
      let nll = zip(probs, targets).reduce(0) { $0 - log($1.0[$1.1]) }
      let squares = weight.joined().reduce(0) { $0 + $1 * $1 }
      return nll / Double(targets.count) + l2 * squares / Double(weight.count * weight[0].count)
    }

    mutating func step(learningRate: Double) {
      var dLogits = probs
      for (row, target) in targets.enumerated() { dLogits[row][target] -= 1 }
      let size = Double(weight.count * weight[0].count)
      var dWeight = weight.map { $0.map { 2 * l2 * $0 / size } }
      for (input, dLogit) in zip(inputs, dLogits) {
        for i in weight.indices where input[i] != 0 {
          for j in weight[i].indices {
            dWeight[i][j] += input[i] * dLogit[j] / Double(targets.count)
          }
        }
      }
      for i in weight.indices {
        for j in weight[i].indices { weight[i][j] -= learningRate * dWeight[i][j] }
      }
    }
  }

  @Test(arguments: [0.0, 0.5])
  func isTheOneHotFit(l2: Double) throws {
    let counts = try counts()
    var fit = try NGramFit(counts, seed: 7, l2: l2)
    let start = try fit.logits()
    var slow = OneHotFit(
      items, counts.vocabulary,
      weight: (0..<counts.rowCount).map { start.row($0).map(Double.init) },
      l2: l2)
    for _ in 0..<50 {
      // A few hundred roundings of 2^-53 relative to numbers below 10.
      #expect(abs(try fit.loss() - slow.loss) < 1e-12)
      fit.step(learningRate: 3)
      slow.step(learningRate: 3)
    }
    // 2^-24 of logits below 10, for the rounding to F32, and what fifty steps add to it.
    for (value, expected) in zip(try fit.logits().values, slow.weight.joined()) {
      #expect(abs(Double(value) - expected) < 1e-6)
    }
  }

  @Test func theStartIsRandn() throws {
    var generator = TorchGenerator(seed: 2_147_483_647)
    let counts = try counts(order: 3)
    let fit = try NGramFit(counts, seed: 2_147_483_647, l2: 0)
    let logits = try fit.logits()
    #expect(logits.values.bits == generator.randn(counts.values.count).bits)
    #expect(logits.order == 3)
    #expect(logits.vocabulary == counts.vocabulary)
  }

  @Test func contextsThatNeverOccurKeepTheirStart() throws {
    let counts = try counts(order: 3)
    var fit = try NGramFit(counts, seed: 1, l2: 0)
    let start = try fit.logits()
    for _ in 0..<10 { fit.step(learningRate: 20) }
    let end = try fit.logits()
    var unseen = 0
    for row in 0..<counts.rowCount {
      let isSeen = counts.row(row).contains { $0 > 0 }
      #expect((start.row(row) == end.row(row)) == !isSeen)
      unseen += isSeen ? 0 : 1
    }
    #expect(unseen > 0)
  }

  /// A step along one coordinate of the gradient is the central difference of the loss.
  @Test(arguments: [0.0, 2.5])
  func aStepIsTheGradientOfTheLoss(l2: Double) throws {
    let counts = try counts()
    let fit = try NGramFit(counts, seed: 3, l2: l2)
    let start = try fit.logits()
    func loss(_ index: Int, _ change: Double) -> Double {
      var weight = (0..<counts.rowCount).map { start.row($0).map(Double.init) }
      weight[index / counts.vocabulary.count][index % counts.vocabulary.count] += change
      return OneHotFit(items, counts.vocabulary, weight: weight, l2: l2).loss
    }
    // The rate is a power of two, and large: what F32 rounds off the step is small against it.
    let rate = 0x1p10
    var stepped = fit
    stepped.step(learningRate: rate)
    let end = try stepped.logits()
    for index in start.values.indices {
      let gradient = (Double(start.values[index]) - Double(end.values[index])) / rate
      let h = 1e-4
      let difference = (loss(index, h) - loss(index, -h)) / (2 * h)
      // h^2 of the third derivative, and 2^-24 of a logit of 1000 over the rate.
      #expect(abs(gradient - difference) < 2e-7)
    }
  }

  /// By the row, a step is the plain one over the row's share of the data.
  @Test func aStepByRowIsThePlainOneOverTheShare() throws {
    let counts = try counts()
    let start = try NGramFit(counts, seed: 3, l2: 0).logits()
    func change(_ isByRow: Bool) throws -> [Double] {
      var fit = try NGramFit(counts, seed: 3, l2: 0, isByRow: isByRow)
      fit.step(learningRate: 1)
      return zip(try fit.logits().values, start.values).map { Double($0) - Double($1) }
    }
    let (plain, byRow) = (try change(false), try change(true))
    let sums = (0..<counts.rowCount).map { counts.row($0).reduce(0, +) }
    for (index, change) in byRow.enumerated() {
      let share = Double(sums[index / counts.vocabulary.count]) / Double(sums.reduce(0, +))
      // Logits of at most 4 are narrowed to F32 before and after.
      #expect(abs(plain[index] - share * change) < 0x1p-21)
    }
  }

  /// Descent by the row comes to the loss of the counts, with a penalty as well as without.
  @Test func descentByRowEndsAtTheCounts() throws {
    let counts = try MakemoreCounts.load()
    var fit = try NGramFit(counts, seed: 1, l2: 0, isByRow: true)
    try fit.run(steps: 1000, learningRate: 4) { _, _ in }
    #expect(try fit.loss() < fit.countsLoss + 0.002)
    #expect(try fit.loss() > fit.countsLoss)
    var plain = try NGramFit(counts, seed: 1, l2: 0.1)
    var byRow = try NGramFit(counts, seed: 1, l2: 0.1, isByRow: true)
    try plain.run(steps: 3000, learningRate: 20) { _, _ in }
    try byRow.run(steps: 300, learningRate: 4) { _, _ in }
    #expect(try byRow.loss() < plain.loss() + 1e-4)
  }

  /// Lists in which most letters are rare, as umlauts, Hangul and emoji are: the n-th word of each occurs
  /// 3000 / n^2 times, and once more.
  @Test(arguments: [
    """
    Straße Größe Übung Äpfel Öl Mädchen Fußball Schlüssel Jürgen Björn Käthe Günther Xaver Quelle Yvonne
    Jäger Vögel Zwölf Ärmel Ökonom Über Maß Café Typ Garten Wasser Berge Stein Feder Laterne Sommer Winter
    """,
    """
    서울 부산 대구 인천 광주 대전 울산 세종 수원 성남 고양 용인 부천 안산 안양 평택 시흥 파주 김포 군포 이천 양주 구리 안성 포천 하남
    여주 동두천 과천 춘천 원주 강릉 동해 태백 속초 삼척 청주 충주 제천 천안
    """,
    """
    😀😀🎉 🎉🎉🎈 😀❤️ 🐶🐱 🐱🐭 🐶🐶🐶 🍎🍌🍒 🍎🍎 🌞🌧🌈 🌞🌞 🎂🎉🎈🎁 🎁🎁 😀😂🤣 😂😂😂 🤣 ❤️❤️❤️ 🐶❤️ 🐱❤️🐭 🚗🚕 🚕🚗🚙
    🚗🚗 🌍✈️ ✈️🌍🌎 🎵🎸 🎸🎵🎶 🎶 🍕🍺 🍺🍺🍕 🍺🎉 ⚽🏀 🏀⚽⚽ 👍👍 👍🏽 👍🏿🎉
    """,
  ])
  func rareLettersLearnByRow(list: String) throws {
    let text = list.split(whereSeparator: \.isWhitespace).enumerated().map { index, word in
      String(repeating: word + "\n", count: 3000 / ((index + 1) * (index + 1)) + 1)
    }
    let counts = try Counts(folder.model(folder.counts(text.joined().utf8))).table()
    func loss(_ learningRate: Double, isByRow: Bool) throws -> Double {
      var fit = try NGramFit(counts, seed: 2_147_483_647, l2: 0, isByRow: isByRow)
      try fit.run(steps: 1000, learningRate: learningRate) { _, _ in }
      return try fit.loss() - fit.countsLoss
    }
    #expect(try loss(4, isByRow: true) < 0.01)
    #expect(try loss(20, isByRow: false) > 0.01)
  }

  /// The losses that the reference prints, from step 0 on.
  @Test func lossesAreTheReferences() throws {
    var fit = try NGramFit(MakemoreCounts.load(), seed: 2_147_483_647, l2: 0)
    var losses: [Double] = []
    var steps: [Int] = []
    try fit.run(steps: 1000, learningRate: 20) { step, loss in
      steps.append(step)
      losses.append(loss)
    }
    #expect(steps == Array(stride(from: 0, through: 1000, by: 100)))
    let expected = [
      3.7590, 2.5093, 2.4785, 2.4691, 2.4648, 2.4624, 2.4608, 2.4597, 2.4589, 2.4583,
    ]
    for (loss, expected) in zip(losses, expected) { #expect(abs(loss - expected) <= 0.00005) }
    #expect(losses[10] < losses[9] && losses[10] > 2.4540)
  }

  @Test func lossesAreReportedAtHundredsAndAtTheEnd() throws {
    for (count, expected) in [(0, [0]), (1, [0, 1]), (100, [0, 100]), (101, [0, 100, 101])] {
      var fit = try NGramFit(counts(), seed: 1, l2: 0)
      var steps: [Int] = []
      try fit.run(steps: count, learningRate: 1) { step, _ in steps.append(step) }
      #expect(steps == expected)
    }
  }

  @Test func divergenceIsAnError() throws {
    let diverged = DataError(
      "descent has left the range of numbers; try a lower --learning-rate or --l2")
    for (rate, l2) in [(1e308, 0.0), (1e300, 1e300), (10, 1e6)] {
      var fit = try NGramFit(counts(), seed: 1, l2: l2)
      let error = try dataError {
        try fit.run(steps: 500, learningRate: rate) { _, _ in }
        _ = try fit.logits()
      }
      #expect(error == diverged)
    }
  }

  @Test func nothingIsNotFitted() throws {
    let empty = try NGramCounts(folder.model(folder.counts("".utf8)))
    #expect(
      try dataError { _ = try NGramFit(empty, seed: 1, l2: 0) }
        == DataError("no counts to fit: the model is empty"))
  }
}
