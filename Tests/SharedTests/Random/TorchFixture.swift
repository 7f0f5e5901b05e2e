import Foundation

@testable import Random
@testable import Shared

/// Numbers that PyTorch 2.13.0+cpu gave on x86-64 Linux.
///
/// Floats are bit patterns, doubles are
/// hexadecimal ones, seeds and 64-bit integers are decimal strings.
enum TorchFixture {
  /// Reads Tests/Fixtures/torch-random/NAME.json.
  static func load<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
    let file = Fixtures.url("torch-random/\(name).json")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }

  /// Makes the row of counts, plus a smoothing, as the fixtures do: one division for each weight.
  static func probs(_ counts: [Int], smoothing: Int = 0) -> [Float] {
    let sum = counts.reduce(0, +) + smoothing * counts.count
    return counts.map { Float($0 + smoothing) / Float(sum) }
  }
}

/// A seed or another integer of 64 bits, which JSON keeps as a string.
struct DecimalString: Decodable {
  let value: UInt64
  var signed: Int { Int(Int64(bitPattern: value)) }
  var generator: TorchGenerator { TorchGenerator(seed: value) }

  init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = UInt64(text) ?? Int64(text).map(UInt64.init(bitPattern:)) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no integer: \(text)"))
    }
    self.value = value
  }
}

extension [Float] {
  var bits: [UInt32] { map(\.bitPattern) }
}
