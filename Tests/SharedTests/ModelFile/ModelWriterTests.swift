import Foundation
import Testing

@testable import Shared

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct ModelWriterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Bits of a model: equality of floats takes -0 for 0.
  private func bits(_ model: ModelFile) -> [[UInt64]] {
    model.tensors.map { tensor in
      switch tensor.values {
      case .u8(let values): values.map(UInt64.init)
      case .u16(let values): values.map(UInt64.init)
      case .u32(let values): values.map(UInt64.init)
      case .i64(let values): values.map { UInt64(bitPattern: $0) }
      case .f32(let values): values.map { UInt64($0.bitPattern) }
      case .f64(let values): values.map(\.bitPattern)
      }
    }
  }

  private func expectSame(_ read: [ModelFile], _ models: [ModelFile]) {
    #expect(read == models)
    #expect(read.map(bits) == models.map(bits))
    for (left, right) in zip(read, models) {
      #expect(
        left.metadata.mapValues { Array($0.utf8) } == right.metadata.mapValues { Array($0.utf8) })
    }
  }

  // MARK: Round trips

  @Test func randomModelsRoundTripInBothForms() throws {
    var random = Noise(2)
    for _ in 0..<60 {
      let model = RandomModel.any(using: &random)
      let binary = try folder.bytes(of: model, .binary)
      let text = try folder.bytes(of: model, .text)
      expectSame(try folder.models(binary + text + binary), [model, model, model])
      // Equal models are equal files, whatever way they came.
      for var read in try folder.models(text + binary) {
        read.layout = model.layout
        #expect(try folder.bytes(of: read, .binary) == binary)
        #expect(try folder.bytes(of: read, .text) == text)
      }
    }
  }

  @Test func modelsArriveByteByByte() throws {
    var random = Noise(3)
    var models: [ModelFile] = []
    var bytes: [UInt8] = []
    for index in 0..<6 {
      let model = RandomModel.any(using: &random)
      models.append(model)
      bytes += try folder.bytes(of: model, index.isMultiple(of: 2) ? .text : .binary)
    }
    let read = try PipedBytes.read(bytes) { try readModels(in: $0) }
    expectSame(read, models)
  }

  @Test func aModelCutAnywhereIsTruncated() throws {
    var random = Noise(4)
    let models = [
      RandomModel.table(.counts, order: 2, vocabulary: "b\u{E9}\u{1F600}", using: &random),
      RandomModel.table(.bigram, order: 3, vocabulary: "#", using: &random),
      RandomModel.losses(3, using: &random), RandomModel.gpt(using: &random),
      RandomModel.table(.counts, order: 2, vocabulary: "", using: &random),
    ]
    for model in models {
      for form in [ModelForm.binary, .text] {
        let bytes = try folder.bytes(of: model, form)
        for length in 1..<bytes.count {
          let cut = Array(bytes[..<length])
          // The text does not say how many tensors follow; whoever owns the kind misses some.
          if form == .text, model.tensors.count > 1,
            let read = try? folder.models(cut).first
          {
            #expect(read.tensors.count < model.tensors.count && !read.tensors.isEmpty)
            continue
          }
          let refusal = try #require(try folder.refusal(cut), "cut at \(length) was accepted")
          #expect(refusal.contains("truncated"), "\(length): \(refusal)")
          // The same behind a whole model.
          let second = try folder.refusal(bytes + cut)
          #expect(second?.contains("truncated") == true, "\(length): \(second ?? "")")
        }
      }
    }
  }

  // MARK: The forms

  @Test func theTextFormIsThatOfTheInterface() throws {
    let counts = Tensor(name: "counts", shape: [3, 3], values: .i64([0, 1, 0, 1, 0, 1, 0, 1, 0]))
    let model = ModelFile(
      kind: .counts, vocabulary: try Vocabulary(text: "bo"), tensors: [counts],
      layout: .table)
    #expect(
      String(decoding: try folder.bytes(of: model, .text), as: UTF8.self)
        == "#mm\t1\tcounts\n#tensor\tcounts\tI64\t3\t3\n#\t.\tb\to\n"
        + ".\t0\t1\t0\nb\t1\t0\t1\no\t0\t1\t0\n")
  }

  @Test func theBinaryFormIsSafetensors() throws {
    let weight = Tensor(name: "weight", shape: [2, 1], values: .f32([1, -2]))
    let model = ModelFile(
      metadata: ["mm.kind": "gpt", "b": "\n"], tensors: [weight], place: "-")
    let header = """
      {"__metadata__":{"b":"\\n","mm.kind":"gpt"},\
      "weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}
      """
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    #expect(
      try folder.bytes(of: model, .binary)
        == safetensors(padded, data: [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]))
  }

  @Test func numbersAreExactInText() throws {
    let floats: [Float] = [
      0, -0.0, 1, 0.1, .pi, .leastNonzeroMagnitude, -.leastNormalMagnitude,
      .greatestFiniteMagnitude,
      .infinity, -.infinity, 16_777_216, 1e10, 1e-7, 0x1.fffffep-1, -0x1p-140,
    ]
    let doubles: [Double] = [
      0, -0.0, 0.1, 2.0 / 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, 1e300,
      9_007_199_254_740_991, 0x1.fffffffffffffp-1, -0x1p-1050,
    ]
    let model = ModelFile(
      metadata: ModelFile.metadata(kind: .gpt, vocabulary: nil),
      tensors: [
        Tensor(name: "i", shape: [4], values: .i64([.min, .max, -1, 0])),
        Tensor(name: "f", shape: [15], values: .f32(floats)),
        Tensor(name: "d", shape: [11], values: .f64(doubles)),
      ], place: "-")
    let text = try folder.bytes(of: model, .text)
    expectSame(try folder.models(text), [model])
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    #expect(lines[2] == "-9223372036854775808\t9223372036854775807\t-1\t0")
    #expect(lines[4].hasPrefix("0\t-0\t1\t0.1\t3.1415925\t1e-45\t-1.1754944e-38\t3.4028235e+38\t"))
    #expect(lines[6].hasPrefix("0\t-0\t0.1\t0.6666666666666666\t5e-324\t"))
  }

  @Test func metadataBeyondTheKnownStandsBeforeTheTensors() throws {
    var model = ModelFile(kind: .gpt, vocabulary: try Vocabulary(text: ".ab"), tensors: [])
    model.metadata["mm.config"] = "{\"a\": 1,\n\t\"b\": \"#\\\"}"
    model.tensors = [Tensor(name: "h.0 x", shape: [], values: .f32([0.5]))]
    let text = try folder.bytes(of: model, .text)
    #expect(
      String(decoding: text, as: UTF8.self)
        == "#mm\t1\tgpt\n#meta\tmm.config\t{\"a\":\\s1,\\n\\t\"b\":\\s\"\\#\\\\\"}\n"
        + "#meta\tmm.vocab\t\\.ab\n#tensor\th.0\\sx\tF32\n0.5\n")
    #expect(try folder.models(text) == [model])
  }

  @Test func rowsOfHigherOrdersAreLabelledByTheirContexts() throws {
    let counts = Tensor(name: "counts", shape: [2, 2, 2], values: .i64(Array(0..<8)))
    let model = ModelFile(
      kind: .counts, vocabulary: try Vocabulary(text: "."), tensors: [counts],
      layout: .table)
    let text = try folder.bytes(of: model, .text)
    #expect(
      String(decoding: text, as: UTF8.self).hasSuffix(
        "#\t.\t\\.\n..\t0\t1\n.\\.\t2\t3\n\\..\t4\t5\n\\.\\.\t6\t7\n"))
    #expect(try folder.models(text) == [model])
  }

  @Test func emptyTensorsAreWrittenInBothForms() throws {
    let empty = [
      Tensor(name: "nll", shape: [0], values: .f64([])),
      Tensor(name: "tokens", shape: [0], values: .i64([])),
    ]
    let full = Tensor(name: "full", shape: [1], values: .i64([3]))
    for tensors in [empty, empty + [full], [full] + empty, [empty[0], full, empty[1]]] {
      let model = ModelFile(kind: .losses, vocabulary: nil, tensors: tensors)
      for form in [ModelForm.binary, .text] {
        #expect(try folder.models(folder.bytes(of: model, form)) == [model])
      }
    }
  }

  /// Pieces of any size make the same file.
  @Test func valuesMayComeInPieces() throws {
    let values = (0..<27).map { Int64($0 * $0) }
    let vocabulary = try Vocabulary(text: "ab")
    let tensor = Tensor(name: "counts", shape: [3, 3, 3], values: .i64(values))
    let model = ModelFile(
      kind: .counts, vocabulary: vocabulary, tensors: [tensor], layout: .table)
    for form in [ModelForm.binary, .text] {
      let whole = try folder.bytes(of: model, form)
      for size in [1, 2, 3, 4, 5, 26] {
        let pieces = try folder.written { output in
          var writer = try ModelWriter(
            output, form, metadata: model.metadata, tensors: [tensor.header], layout: .table)
          for begin in stride(from: 0, to: 27, by: size) {
            try writer.append(Array(values[begin..<min(begin + size, 27)]))
          }
          writer.finish()
        }
        #expect(pieces == whole)
      }
    }
  }

  // MARK: Wrong calls

  @Test func moreValuesThanAnnouncedAreAWrongCall() async {
    await #expect(processExitsWith: .failure) {
      let folder = try TemporaryFolder()
      _ = try folder.written { output in
        let tensor = TensorShape(name: "a", dtype: .I64, shape: [1])
        var writer = try ModelWriter(output, .binary, metadata: [:], tensors: [tensor])
        try writer.append([1, 2] as [Int64])
      }
    }
  }

  @Test func valuesOfAnotherTypeAreAWrongCall() async {
    await #expect(processExitsWith: .failure) {
      let folder = try TemporaryFolder()
      _ = try folder.written { output in
        let tensor = TensorShape(name: "a", dtype: .I64, shape: [1])
        var writer = try ModelWriter(output, .binary, metadata: [:], tensors: [tensor])
        try writer.append([1] as [Float])
      }
    }
  }

  @Test func fewerValuesThanAnnouncedAreAWrongCall() async {
    await #expect(processExitsWith: .failure) {
      let folder = try TemporaryFolder()
      _ = try folder.written { output in
        let tensor = TensorShape(name: "a", dtype: .I64, shape: [1])
        try ModelWriter(output, .binary, metadata: [:], tensors: [tensor]).finish()
      }
    }
  }
}
