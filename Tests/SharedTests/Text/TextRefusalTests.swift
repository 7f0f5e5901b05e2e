import Testing

@testable import Shared

@Suite struct TextRefusalTests {
  private func refusal(_ words: [String], file: String, files: [String]? = nil) -> TextRefusal {
    TextRefusal(
      file: file, files: files ?? [file], command: ToolCommand("mm-count", words), canSkip: true)
  }

  @Test func invalidUTF8IsFoundConvertedAndLeftOut() {
    let reason = [UInt8(0xED), 0x62].withUnsafeBufferPointer {
      refusal(["-t", "my list"], file: "my list").invalid($0).reason
    }
    #expect(
      reason
        == "invalid UTF-8 at byte 0xED; find such lines: LC_ALL=C.UTF-8 grep -naxv '.*' 'my list'; "
        + "convert Latin-1: iconv -f latin1 -t UTF-8 'my list' | mm-count -t; "
        + "leave them out: mm-count --skip-invalid -t 'my list'")
  }

  @Test func withoutACommandLineOnlyTheConversionIsNamed() {
    let text = TextRefusal(file: "-x", files: ["-x"], isNullSeparated: true)
    let reason = [UInt8(0xFF), 0xFE].withUnsafeBufferPointer { text.invalid($0).reason }
    #expect(
      reason
        == "invalid UTF-8 at byte 0xFF, where UTF-16 seems to begin; find such lines: "
        + "LC_ALL=C.UTF-8 grep -znaxv '.*' ./-x; convert Latin-1: iconv -f latin1 -t UTF-8 ./-x")
  }

  @Test func theMoreFrequentParityDecidesTheFormOfUTF16() {
    func reason(_ text: String, at offset: Int) -> String {
      Array(text.utf8).withUnsafeBufferPointer {
        refusal([], file: "-").null(in: $0, at: offset).reason
      }
    }
    #expect(
      reason("\0a\0b", at: 1)
        == "a NUL byte, as UTF-16 has them; convert UTF-16: iconv -f UTF-16LE -t UTF-8 | mm-count; "
        + "read items that end with NUL: mm-count -z")
    #expect(reason("\0a\0b", at: 4).contains("UTF-16BE"))
    #expect(reason("\0\u{1}a\0b\0", at: 0).contains("UTF-16LE"))
  }

  @Test func aModelIsWhatAnotherCommandReads() {
    let counts = refusal(["-t", "a", "-"], file: "a", files: ["a", "-"])
    #expect(
      counts.head(.model, kind: "counts").reason
        == "is a model of kind counts where text is wanted; add up counts: mm-count --merge a -")
    #expect(
      refusal(["a"], file: "a").head(.model, kind: "losses").reason
        .hasSuffix("; add up losses: mm-loss --merge a"))
    #expect(
      refusal(["a"], file: "a").head(.model).reason
        == "is a model where text is wanted; draw text from it: mm-sample a")
  }
}
