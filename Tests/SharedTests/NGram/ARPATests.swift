import Testing

@testable import Shared

@Suite struct ARPATests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func arpa(_ model: BackoffModel) throws -> String {
    String(decoding: try folder.written { try ARPA.write(model, to: $0) }, as: UTF8.self)
  }

  /// One item over one letter, by hand.
  ///
  /// Both unigrams have a continuation count of 1 and the discounts of the fallback, so each has
  /// 0.5 / 2 + 0.5 / 2, and so has each bigram 0.5 / 1 + 0.5 * 0.5.
  @Test func aWholeFile() throws {
    let list = slowList([[1]], order: 2, vocabulary: Vocabulary(sorted: ["#"]))
    #expect(
      try arpa(BackoffModel(list, .kneserNey)) == ##"""
        \data\
        ngram 1=4
        ngram 2=2

        \1-grams:
        -99	<unk>
        -99	<s>	-0.30103
        -0.30103	</s>
        -0.30103	\#	-0.30103

        \2-grams:
        -0.124938734	<s> \#
        -0.124938734	\# </s>

        \end\

        """##)
  }

  @Test func ordersWithoutNGramsAreLeftOut() throws {
    let list = slowList([[1, 1]], order: 12, vocabulary: Vocabulary(sorted: ["a"]))
    let model = try ARPAReader(Array(arpa(BackoffModel(list, .kneserNey)).utf8))
    #expect(model.announced == [1: 4, 2: 3, 3: 2, 4: 1])
    #expect(model.probs[["<s>", "a", "a", "</s>"]] != nil)
  }

  @Test func charactersThatWereNotCountedAreUnigrams() throws {
    let list = slowList([[1], [3]], order: 3, vocabulary: Vocabulary(sorted: ["a", "b", "c"]))
    let model = try BackoffModel(list, .kneserNey)
    let read = try ARPAReader(Array(arpa(model).utf8))
    #expect(read.announced[1] == 6)
    #expect(abs(read.log10("b", after: []) - log10(model.prob(of: 2, after: 0))) < 1e-6)
  }

  /// Of the bigrams 2 were counted once, 2 twice, 4 three times, so D2 = 2 - 3 (1 / 3) 4 / 2 = 0: after
  /// b, which was always the last, nothing else has a probability.
  @Test func zeroIsMinus99() throws {
    let items = [[2], [2], [3], [3], [3], [4], [4], [4], [1]]
    let vocabulary = Vocabulary(sorted: ["a", "b", "c", "d"])
    let model = try BackoffModel(slowList(items, order: 2, vocabulary: vocabulary), .kneserNey)
    let read = try ARPAReader(Array(arpa(model).utf8))
    #expect(read.backoffs[["b"]] == -99 && read.backoffs[["c"]] == 0)
    let b = model.context(after: model.start, 2)
    #expect(model.prob(of: 0, after: b) == 1 && model.nll(of: 1, after: b) == .infinity)
  }

  /// The logarithms are rounded to `Float`, and none is positive, so their sum is off by 2^-24 of itself
  /// at most; where it is about 0, by the rounding of `Double`.
  @Test(arguments: [BackoffMethod.kneserNey, .wittenBell], [2, 3, 6, 12])
  func readersFindTheProbabilities(method: BackoffMethod, order: Int) throws {
    var noise = Noise(UInt64(order))
    for letters in [1, 2, 27, 300] {
      let vocabulary = Vocabulary(
        sorted: (0..<UInt32(letters)).map { Unicode.Scalar(0x21 + $0)! })
      let items = (0..<40).map { _ in
        (0..<noise.next(in: 1..<12)).map { _ in
          1 + min(noise.next(in: 0..<letters), noise.next(in: 0..<letters))
        }
      }
      let model = try BackoffModel(slowList(items, order: order, vocabulary: vocabulary), method)
      let read = try ARPAReader(Array(arpa(model).utf8))
      for (length, count) in read.announced {
        #expect(read.probs.keys.count { $0.count == length } == count)
      }
      // Readers want the context and the end of each n-gram as n-grams.
      for words in read.probs.keys where words.count > 1 {
        #expect(read.probs[words.dropLast()] != nil && read.probs[Array(words.dropFirst())] != nil)
      }
      for logs in [read.probs.values, read.backoffs.values] {
        #expect(logs.allSatisfy { (-99...0).contains($0) })
      }

      let probes =
        items.prefix(5) + (0..<5).map { _ in (0..<9).map { _ in 1 + noise.next(in: 0..<letters) } }
      for item in probes {
        var (context, words) = (model.start, ["<s>" as ARPAReader.Word])
        for token in item + [0] {
          let word = ARPAReader.Word(
            stringLiteral: token == 0 ? "</s>" : vocabulary.label(token))
          let found = read.log10(word, after: words.suffix(order - 1))
          let expected = log10(model.prob(of: token, after: context))
          #expect(
            expected == -.infinity
              ? found <= -99 : abs(found - expected) <= 0x1p-23 * -expected + 1e-12,
            "\(words) \(word)")
          context = model.context(after: context, token)
          words.append(word)
        }
      }
    }
  }
}
