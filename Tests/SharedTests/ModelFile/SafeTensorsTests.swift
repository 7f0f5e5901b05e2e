import Testing

@testable import Shared

@Suite struct SafeTensorsTests {
  private func refusal(_ header: String) throws -> String? {
    try dataError { _ = try SafeTensorsReader.parse(Array(header.utf8)) }?.reason
  }

  private func tensor(
    dtype: String = "\"I64\"", shape: String = "[2]", offsets: String = "[0,16]"
  ) -> String {
    "{\"a\":{\"dtype\":\(dtype),\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
  }

  @Test func headerIsCanonical() {
    let header = SafeTensorsWriter.header(
      metadata: ["mm.kind": "counts", "format": "pt", "a": "\""],
      tensors: [
        TensorShape(name: "x", dtype: .I64, shape: [2, 3]),
        TensorShape(name: "y", dtype: .F32, shape: []),
        TensorShape(name: "z", dtype: .F64, shape: [0]),
      ])
    #expect(
      header == """
        {"__metadata__":{"a":"\\"","format":"pt","mm.kind":"counts"},\
        "x":{"dtype":"I64","shape":[2,3],"data_offsets":[0,48]},\
        "y":{"dtype":"F32","shape":[],"data_offsets":[48,52]},\
        "z":{"dtype":"F64","shape":[0],"data_offsets":[52,52]}}\("       ")
        """)
    #expect(header.utf8.count.isMultiple(of: 8))
  }

  @Test func readsWhatItWrites() throws {
    let tensors = [
      TensorShape(name: "a", dtype: .F64, shape: [3]),
      TensorShape(name: "b", dtype: .BF16, shape: [1, 5]),
      TensorShape(name: "c", dtype: .BOOL, shape: [0, 7]),
    ]
    let header = SafeTensorsWriter.header(metadata: ["k": "v"], tensors: tensors)
    let (metadata, entries) = try SafeTensorsReader.parse(Array(header.utf8))
    #expect(metadata == ["k": "v"])
    #expect(entries.map(\.tensor) == tensors)
    #expect(entries.map(\.range) == [0..<24, 24..<34, 34..<34])
  }

  @Test func takesAnyOrderOfKeysAndTensors() throws {
    let (metadata, entries) = try SafeTensorsReader.parse(
      Array(
        """
        {"b":{"data_offsets":[8,16],"shape":[1],"dtype":"I64"},"__metadata__":{},\
        "a":{"shape":[],"data_offsets":[0,8],"dtype":"F64"}}
        """.utf8))
    #expect(metadata.isEmpty)
    #expect(entries.map(\.tensor.name) == ["a", "b"])
  }

  /// Other readers have trapped on metadata that is there and empty, or not there.
  @Test func metadataMayBeEmptyOrAbsent() throws {
    #expect(try refusal("{}") == nil)
    #expect(try refusal("{\"__metadata__\":{}}") == nil)
    #expect(try refusal("{\"__metadata__\":{\"\":\"\"}}") == nil)
  }

  @Test(arguments: [
    ("", "header does not begin with '{'"), (" {}", "header does not begin with '{'"),
    ("[]", "header does not begin with '{'"), ("{\"a\":1", "truncated"),
    ("{\"__metadata__\":null}", "__metadata__ is no JSON object"),
    ("{\"__metadata__\":[]}", "__metadata__ is no JSON object"),
    ("{\"__metadata__\":{\"a b\":1}}", "the metadata's a\\sb is no string"),
    ("{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}", "the metadata's a is no string"),
    ("{\"a.b\":[]}", "tensor a.b is no JSON object"),
    ("{\"__metadata__\":{},\"__metadata__\":{}}", "repeats the key \"__metadata__\""),
    ("{\"a\":{\"shape\":[1],\"data_offsets\":[0,8]}}", "tensor a has no dtype"),
    ("{\"a\":{\"dtype\":\"I64\",\"data_offsets\":[0,8]}}", "tensor a has no shape"),
    ("{\"a\":{\"dtype\":\"I64\",\"shape\":[1]}}", "tensor a has no pair of data_offsets"),
    ("{\"a\":{\"dtype\":\"I64\",\"dtype\":\"I64\"}}", "repeats the key \"dtype\""),
    ("{\"a\":{\"strides\":[1]}}", "tensor a has an unknown key \"strides\""),
  ])
  func refusesMalformedHeaders(header: String, reason: String) throws {
    #expect(try #require(try refusal(header)).contains(reason))
  }

  @Test func metadataThatWouldBeLostIsRefused() throws {
    let reason = try self.refusal("{\"__metadata__\":{\"\\u00e9\":\"1\",\"e\\u0301\":\"2\"}}")
    #expect(try #require(reason).contains("look the same"))
  }

  @Test(arguments: ["\"I128\"", "\"i64\"", "\"\"", "64", "null"])
  func refusesUnknownDtypes(dtype: String) throws {
    #expect(try refusal(tensor(dtype: dtype)) == "tensor a has an unknown dtype")
  }

  @Test(arguments: [
    "[-1]", "[2.0]", "[\"2\"]", "[null]", "[[2]]", "[9223372036854775808]", "[2e0]",
  ])
  func refusesDimensionsThatAreNoNaturalNumbers(shape: String) throws {
    #expect(
      try refusal(tensor(shape: shape))
        == "tensor a: shape holds something that is no non-negative integer")
    #expect(
      try refusal(tensor(offsets: shape))
        == "tensor a: data_offsets holds something that is no non-negative integer")
  }

  @Test func refusesOtherThanArrays() throws {
    #expect(try refusal(tensor(shape: "2")) == "tensor a: shape is no array")
    #expect(try refusal(tensor(offsets: "{}")) == "tensor a: data_offsets is no array")
    for offsets in ["[]", "[0]", "[0,8,16]"] {
      #expect(try refusal(tensor(offsets: offsets)) == "tensor a has no pair of data_offsets")
    }
  }

  /// Other readers multiply a shape without a check, and allocate or index by what is left of it.
  @Test(arguments: [
    "[4294967296,4294967296]", "[9223372036854775807]", "[1152921504606846976]",
    "[3,2305843009213693952]",
    "[9223372036854775807,9223372036854775807,9223372036854775807]",
  ])
  func refusesShapesWhoseSizeOverflows(shape: String) throws {
    for offsets in ["[0,0]", "[0,16]", "[0,9223372036854775807]"] {
      #expect(
        try refusal(tensor(shape: shape, offsets: offsets))
          == "tensor a: the shape's size overflows")
    }
  }

  @Test func offsetsHoldWhatTheShapeTakes() throws {
    for offsets in ["[0,15]", "[0,17]", "[0,0]", "[8,16]"] {
      #expect(try refusal(tensor(offsets: offsets))?.contains("takes 16 bytes") == true)
    }
    #expect(
      try refusal(tensor(offsets: "[16,0]"))
        == "tensor a ends before it begins: data_offsets [16, 0]")
    #expect(
      try refusal(tensor(offsets: "[9223372036854775791,9223372036854775807]"))?.contains(
        "after a gap") == true)
  }

  private func pair(_ first: Range<Int>, _ second: Range<Int>) -> String {
    let members = [("a", first), ("b", second)].map { name, range in
      "\"\(name)\":{\"dtype\":\"U8\",\"shape\":[\(range.count)],"
        + "\"data_offsets\":[\(range.lowerBound),\(range.upperBound)]}"
    }
    return "{" + members.joined(separator: ",") + "}"
  }

  /// Other readers take tensors that share bytes.
  @Test func refusesOverlapsAndGaps() throws {
    #expect(try refusal(pair(0..<8, 8..<12)) == nil)
    #expect(try refusal(pair(8..<12, 0..<8)) == nil)
    #expect(try refusal(pair(0..<0, 0..<8)) == nil)
    let inside = "begins at byte 4 of the data, inside another that ends at 8"
    #expect(try refusal(pair(0..<8, 4..<12)) == "tensor b \(inside)")
    #expect(try refusal(pair(4..<12, 0..<8)) == "tensor a \(inside)")
    #expect(try refusal(pair(0..<8, 4..<4)) == "tensor b \(inside)")
    #expect(try refusal(pair(0..<8, 0..<8))?.contains("inside another that ends at 8") == true)
    #expect(try refusal(pair(0..<8, 2..<6))?.contains("inside another") == true)
    #expect(
      try refusal(pair(0..<8, 9..<12))
        == "tensor b begins at byte 9 of the data, after a gap from 8")
    #expect(
      try refusal(pair(1..<8, 8..<12))
        == "tensor a begins at byte 1 of the data, after a gap from 0")
  }
}
