import Testing

@testable import Shared

@Suite struct TeacherTests {
  private static let text = (0..<40).map { "ab\($0 % 7)c\($0)\n" }.joined()

  private static func teacher(_ corpus: Corpus, _ items: Range<Int>) throws -> Teacher {
    let others = corpus.indices.filter { !items.contains($0) }
    return try Teacher(corpus, weights: corpus.weights(without: others), order: 4)
  }

  /// The model of the same items, from a dictionary.
  private static func model(_ corpus: Corpus, _ items: Range<Int>) throws -> BackoffModel {
    let list = slowList(
      items.map { corpus[$0].map(Int.init) }, order: 4, vocabulary: corpus.vocabulary)
    return try BackoffModel(list, .kneserNey)
  }

  @Test func itsLossIsThatOfTheCountsOfWhatIsTrainedOn() throws {
    let corpus = try corpus(Self.text)
    let model = try Self.model(corpus, 0..<30)
    var (nll, tokens) = (0.0, 0)
    for item in 30..<40 {
      var context = model.start
      for token in corpus[item].map(Int.init) + [0] {
        nll += model.nll(of: token, after: context)
        context = model.context(after: context, token)
        tokens += 1
      }
    }
    #expect(try Self.teacher(corpus, 0..<30).loss(corpus, 30..<40) == nll / Double(tokens))
    // What is not counted has no part in it.
    #expect(try Self.teacher(corpus, 0..<20).loss(corpus, 30..<40) != nll / Double(tokens))
  }

  @Test func itsTargetsAreThatModels() throws {
    let corpus = try corpus(Self.text)
    let model = try Self.model(corpus, 0..<30)
    let rows = try Self.teacher(corpus, 0..<30).targets
    var state = rows.teacher.state(after: rows.teacher.origin, 0)
    var context = model.start
    for token in corpus[3] {
      let expected = model.probs(after: context).map(Float.init)
      rows.withRow(of: state) { row in
        #expect(expected.indices.allSatisfy { row[$0] == expected[$0] })
      }
      state = rows.teacher.state(after: state, token)
      context = model.context(after: context, Int(token))
    }
  }

  @Test func itDrawsTheSameItemsForASeedAndCutsThem() throws {
    let corpus = try corpus(Self.text)
    let teacher = try Self.teacher(corpus, 0..<40)
    let items = try teacher.items(200, seed: 5, longest: 4)
    #expect(items.count == 200)
    #expect(try teacher.items(200, seed: 5, longest: 4) == items)
    #expect(try teacher.items(200, seed: 6, longest: 4) != items)
    #expect(try teacher.items(0, seed: 5, longest: 4).isEmpty)
    #expect(items.allSatisfy { (1...4).contains($0.count) && !$0.contains(0) })
  }
}
