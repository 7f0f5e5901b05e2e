import Foundation
import Testing

@testable import Shared

/// The list of n-grams of some items, counted in a dictionary.
func slowList(_ items: [[Int]], order: Int, vocabulary: Vocabulary) -> NGramList {
  var counts: [[Int]: Int64] = [:]
  for item in items {
    let tokens = [Int](repeating: 0, count: order - 1) + item + [0]
    for end in order - 1..<tokens.count {
      counts[Array(tokens[end - order + 1...end]), default: 0] += 1
    }
  }
  let sorted = counts.keys.sorted { $0.lexicographicallyPrecedes($1) }
  return NGramList(
    vocabulary: vocabulary, order: order, tokens: .u32(sorted.flatMap { $0.map(UInt32.init) }),
    counts: sorted.map { counts[$0]! })
}

@Suite struct BackoffModelTests {
  private struct Fixture: Decodable {
    struct Method: Decodable {
      let order: Int
      let heldout_loss: Double
      let discounts: [String: [Double]]?
      let ngrams: [String: Int]?
    }
    let kneser_ney: [Method]
    let witten_bell: [Method]
  }

  private struct Tokens: Decodable {
    struct Method: Decodable {
      let discounts: [String: [Double]]?
      let nll: [[Double]]
    }
    let lines: [String]
    let kneser_ney: [String: Method]
    let witten_bell: [String: Method]
  }

  private static func load<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: Fixtures.url("smoothing/\(name).json")))
  }

  private static func names() throws -> (items: [[Int]], vocabulary: Vocabulary) {
    let corpus = try Corpus(TextInput([Fixtures.names]))
    return (corpus.map { $0.map(Int.init) }, corpus.vocabulary)
  }

  /// The losses of an item's tokens, along the contexts of a model.
  private static func nll(_ item: [Int], _ model: BackoffModel) -> [Double] {
    var context = model.start
    return (item + [0]).map { token in
      defer { context = model.context(after: context, token) }
      return model.nll(of: token, after: context)
    }
  }

  @Test(arguments: [2, 3, 4, 5, 6, 7, 8, 9, 10])
  func heldOutLossesAndDiscountsAreTheRecordedOnes(order: Int) throws {
    let fixture = try Self.load("names", as: Fixture.self)
    let (items, vocabulary) = try Self.names()
    let train = items.enumerated().filter { ($0.offset + 1) % 32 != 0 }.map(\.element)
    let heldOut = items.enumerated().filter { ($0.offset + 1) % 32 == 0 }.map(\.element)
    let tokens = heldOut.reduce(0) { $0 + $1.count + 1 }
    let list = slowList(train, order: order, vocabulary: vocabulary)
    for (methods, smoothing) in [
      (fixture.kneser_ney, BackoffMethod.kneserNey), (fixture.witten_bell, .wittenBell),
    ] {
      let expected = try #require(methods.first { $0.order == order })
      let model = try BackoffModel(list, smoothing)
      let nll = heldOut.reduce(0) { $0 + Self.nll($1, model).reduce(0, +) }
      #expect(abs(nll / Double(tokens) / expected.heldout_loss - 1) < 1e-9)
      for (length, count) in expected.ngrams ?? [:] {
        #expect(model.trie.level(Int(length)!).count == count)
      }
      for (length, discounts) in expected.discounts ?? [:] {
        let found = KneserNey(model.trie).discounts[Int(length)! - 1]
        #expect(zip(found, discounts).allSatisfy { abs($0 - $1) < 1e-9 * $1 }, "order \(length)")
      }
    }
  }

  /// What `lmplz --discount_fallback` and `query` of KenLM (March 2025) say of the same lines.
  ///
  /// lmplz has one word more, `<unk>`, in the uniform distribution: so has a vocabulary with a character
  /// that was never counted. It keeps logarithms in `Float`, which is off by 2^-24 at most.
  @Test(
    arguments: zip(
      [2, 3, 4, 5, 6], [2.470504536, 2.218855164, 2.04507785, 1.966461673, 1.955519778]))
  func heldOutLossesWithOneWordMoreAreThoseOfKenLM(order: Int, expected: Double) throws {
    let (items, vocabulary) = try Self.names()
    let wider = Vocabulary(sorted: vocabulary.scalars + ["\u{FFFF}"])
    let train = items.enumerated().filter { ($0.offset + 1) % 32 != 0 }.map(\.element)
    let heldOut = items.enumerated().filter { ($0.offset + 1) % 32 == 0 }.map(\.element)
    let model = try BackoffModel(slowList(train, order: order, vocabulary: wider), .kneserNey)
    let nll = heldOut.reduce(0) { $0 + Self.nll($1, model).reduce(0, +) }
    let loss = nll / Double(heldOut.reduce(0) { $0 + $1.count + 1 })
    #expect(abs(loss / expected - 1) < 0x1p-23)
  }

  @Test(arguments: ["2", "3", "4", "5", "6"])
  func tokensAreTheRecordedOnes(order: String) throws {
    let fixture = try Self.load("tokens", as: Tokens.self)
    let (items, vocabulary) = try Self.names()
    let list = slowList(Array(items.prefix(400)), order: Int(order)!, vocabulary: vocabulary)
    for (methods, smoothing) in [
      (fixture.kneser_ney, BackoffMethod.kneserNey), (fixture.witten_bell, .wittenBell),
    ] {
      let model = try BackoffModel(list, smoothing)
      let expected = try #require(methods[order])
      for (line, nll) in zip(fixture.lines, expected.nll) {
        let found = Self.nll(try vocabulary.tokens(of: line), model)
        #expect(zip(found, nll).allSatisfy { abs($0 / $1 - 1) < 1e-9 } && found.count == nll.count)
      }
    }
  }

  /// Random texts over alphabets of 1 to 300 characters, against the definitions.
  ///
  /// Both sides are in Double: 1e-9 leaves room for hundreds of roundings.
  @Test(arguments: 2...12)
  func randomTextsAreScoredByTheDefinition(order: Int) throws {
    var noise = Noise(UInt64(order))
    for letters in [1, 2, 3, 27, 300] {
      for count in [1, 2, 30] {
        let items = (0..<count).map { _ in
          (0..<noise.next(in: 1..<12)).map { _ in
            1 + min(noise.next(in: 0..<letters), noise.next(in: 0..<letters))
          }
        }
        let probes =
          items.prefix(5)
          + (0..<5).map { _ in
            (0..<noise.next(in: 0..<9)).map { _ in 1 + noise.next(in: 0..<letters) }
          }
        let vocabulary = Vocabulary(
          sorted: (0..<UInt32(letters)).map { Unicode.Scalar(0x4E00 + $0)! })
        let list = slowList(items, order: order, vocabulary: vocabulary)
        for smoothing in [BackoffMethod.kneserNey, .wittenBell] {
          let slow = SlowSmoothing(
            items, order: order, vocabSize: letters + 1, isKneserNey: smoothing == .kneserNey)
          let model = try BackoffModel(list, smoothing)
          for probe in probes {
            let (found, expected) = (Self.nll(probe, model), slow.nll(probe))
            #expect(
              zip(found, expected).allSatisfy { $0 == $1 || abs($0 / $1 - 1) < 1e-9 },
              "\(letters) letters, \(count) items, \(probe)")
            var context = model.start
            for token in probe {
              let row = model.probs(after: context)
              #expect(abs(row.reduce(0, +) - 1) < 1e-9)
              #expect(
                row.indices.allSatisfy {
                  row[$0] == model.prob(of: $0, after: context)
                })
              #expect(model.nll(after: context).allSatisfy { $0.sign == .plus })
              context = model.context(after: context, token)
            }
          }
        }
      }
    }
  }

  @Test func nothingCountedIsAnError() throws {
    let empty = slowList([], order: 3, vocabulary: Vocabulary(sorted: []))
    let error = try dataError { _ = try BackoffModel(empty, .kneserNey) }
    #expect(
      error?.reason
        == "nothing was counted; mm-count makes counts of text with at least one item")
  }

  /// Without the row of `..zo` nothing says how likely o is after an item that begins with z.
  @Test func aContextOfWhichRowsAreMissingIsAnError() throws {
    let folder = try TemporaryFolder()
    let rows = "...a\t1\n..a.\t1\n...z\t1\n.zob\t1\nzob.\t1\n"
    let counts = try Counts.read(folder.file("rows", rows.utf8))
    let error = try dataError { _ = try counts.model(.kneserNey) }
    #expect(
      error?.reason == "no count follows '.z', which longer n-grams have: rows are missing")
    _ = try counts.model(.wittenBell)
  }

  @Test func aProbabilityOfOneHasALossOfZeroWithoutASign() throws {
    // Where the discounts of an order come out as 0, a token that always follows has all of the mass.
    let items = [[2], [2], [3], [3], [3], [4], [4], [4], [1]]
    let list = slowList(items, order: 2, vocabulary: try Vocabulary(text: "abcd"))
    let model = try BackoffModel(list, .kneserNey)
    let losses = [1, 2, 3, 4].flatMap { model.nll(after: model.context(after: model.start, $0)) }
    #expect(losses.allSatisfy { $0.sign == .plus })
    for token in 1...4 {
      let context = model.context(after: model.start, token)
      #expect((0...4).allSatisfy { model.nll(of: $0, after: context).sign == .plus })
    }
  }
}
