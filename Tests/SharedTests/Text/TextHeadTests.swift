import Testing

@testable import Shared

@Suite struct TextHeadTests {
  private func verdict(
    _ bytes: some Collection<UInt8>, isLast: Bool = false, separator: UInt8 = 0x0A
  ) -> TextHead.Verdict {
    Array(bytes).withUnsafeBufferPointer {
      TextHead.verdict(of: $0, separator: separator, isLast: isLast)
    }
  }

  private static let heads: [(bytes: [UInt8], head: TextHead)] = [
    ([0x1F, 0x8B], .compressed(with: "gzip", command: "zcat")),
    (Array("BZh91AY&SY".utf8), .compressed(with: "bzip2", command: "bzcat")),
    (
      Array("BZh1".utf8) + [0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
      .compressed(with: "bzip2", command: "bzcat")
    ),
    ([0x28, 0xB5, 0x2F, 0xFD], .compressed(with: "zstd", command: "zstdcat")),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .compressed(with: "xz", command: "xzcat")),
    ([0xFF, 0xFE], .utf16(mark: "FF FE")), ([0xFE, 0xFF], .utf16(mark: "FE FF")),
    (Array("#mm\t".utf8), .model), (Array("\u{FEFF}#mm\t".utf8), .model),
    ([0x52, 1, 0, 0, 0, 0, 0, 0, 0x7B], .model),
  ]

  @Test(arguments: Self.heads.indices)
  func isRefusedOnceItShows(index: Int) {
    let (bytes, head) = Self.heads[index]
    for isLast in [false, true] { #expect(verdict(bytes, isLast: isLast) == .refused(head)) }
    for length in 0..<bytes.count {
      #expect(verdict(bytes.prefix(length)) == .undecided)
      #expect(verdict(bytes.prefix(length), isLast: true) == .text)
    }
    #expect(verdict(bytes + Array("abc\n".utf8)) == .refused(head))
  }

  @Test(arguments: [
    "emma", "a\n", "ab\n", "\n", "BZh9\n", "BZh91AY&S\n", "#mm\n", "#mm 1", "\u{FEFF}emma\n",
    "\u{FEFF}\n", "(\u{B5}/\n", "\u{1F}\n", "\u{FD}\u{FF}", "\u{FF}\u{FE}",
  ])
  func textIsTextAtOnce(text: String) {
    #expect(verdict(text.utf8) == .text)
  }

  @Test func aLengthThatNoHeaderHasIsText() {
    #expect(verdict([0, 0, 0, 6, 0, 0, 0, 0, 0x7B]) == .text)
    #expect(verdict([8, 0, 0, 0, 0, 0, 0, 0, 0x5B]) == .text)
  }

  @Test func kindOfEitherForm() throws {
    let folder = try TemporaryFolder()
    let model = NGramCounts(vocabulary: Vocabulary(sorted: ["a"]), order: 2, values: [0, 1, 1, 0])
    for form in [ModelForm.binary, .text] {
      let bytes = try folder.bytes(of: model.model, form)
      let extent = TextHead.extentOfKind(bytes[...])
      #expect(TextHead.kind(of: bytes.prefix(extent)) == "counts")
    }
    #expect(TextHead.kind(of: Array("\u{FEFF}#mm\t1\tgpt\r\n".utf8)[...]) == "gpt")
    #expect(TextHead.kind(of: Array("#mm\t1".utf8)[...]) == nil)
    #expect(TextHead.kind(of: Array("????????{\"a\":1}".utf8)[...]) == nil)
  }
}
