import Testing

@testable import Shared

@Suite struct UTF8SequenceTests {
  /// Compares with the standard library's decoder.
  private func expectRight(_ bytes: [UInt8]) {
    let sequence = bytes.withUnsafeBufferPointer { UTF8Sequence($0) }
    let shortest = (1...bytes.count).first {
      String(validating: bytes[..<$0], as: UTF8.self) != nil
    }
    switch sequence {
    case .scalar(let scalar, let length):
      if length != shortest || !String(scalar).utf8.elementsEqual(bytes[..<length]) {
        Issue.record("\(bytes) is not \(scalar.quoted)")
      }
    case .incomplete:
      if shortest != nil || !Self.isPrefix(bytes) { Issue.record("\(bytes) is not incomplete") }
    case .invalid:
      if shortest != nil || Self.isPrefix(bytes) { Issue.record("\(bytes) is not invalid") }
    }
  }

  /// Whether more bytes could make it a character.
  private static func isPrefix(_ bytes: [UInt8]) -> Bool {
    let ends: [[UInt8]] = [
      [0x80], [0xBF], [0x80, 0x80], [0xBF, 0xBF], [0x80, 0x80, 0x80], [0xBF, 0xBF, 0xBF],
      [0x90, 0x80, 0x80],
    ]
    return ends.contains {
      String(validating: bytes + $0, as: UTF8.self)?.unicodeScalars.count == 1
    }
  }

  @Test func oneAndTwoBytesAreRight() {
    for first in UInt8(0x80)...0xFF {
      expectRight([first])
      for second in UInt8(0)...0xFF { expectRight([first, second]) }
    }
  }

  @Test func threeAndFourBytesAreRight() {
    let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xFF]
    for first in UInt8(0xDF)...0xF6 {
      for second in edges {
        for third in edges {
          expectRight([first, second, third])
          for fourth in edges where first >= 0xEF { expectRight([first, second, third, fourth]) }
        }
      }
    }
  }

  @Test func everyCharacterBeyondASCIIIsRight() {
    for value in Array(0x80..<0x1000) + Array(stride(from: 0x1000, to: 0x110000, by: 61)) {
      guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
      let bytes = Array(String(scalar).utf8)
      guard
        case .scalar(scalar, bytes.count) = (bytes + [0x80]).withUnsafeBufferPointer({
          UTF8Sequence($0)
        })
      else {
        Issue.record("\(scalar.quoted)")
        continue
      }
    }
  }
}
