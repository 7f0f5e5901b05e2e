/// What the bytes of a character beyond ASCII turn out to be.
///
/// UTF-8 is taken as table 3-7 of the Unicode Standard has it: no overlong forms, no surrogates,
/// nothing past U+10FFFF.
enum UTF8Sequence {
  /// A character and the number of its bytes.
  case scalar(Unicode.Scalar, Int)

  /// The start of a character whose other bytes are not there.
  case incomplete

  /// Bytes that are not UTF-8.
  case invalid

  /// Decodes the character at the start of some bytes.
  ///
  /// - Precondition: The first is there and 0x80 or above.
  @inline(__always)
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    let first = bytes[0]
    let length: Int
    // What the second byte may be keeps out overlong forms, surrogates and values too large.
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default:
      self = .invalid
      return
    }
    var value = UInt32(first) & (0x7F >> UInt32(length))
    for index in 1..<length {
      if index == bytes.count {
        self = .incomplete
        return
      }
      let byte = bytes[index]
      guard index == 1 ? second.contains(byte) : (0x80...0xBF).contains(byte) else {
        self = .invalid
        return
      }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    guard let scalar = Unicode.Scalar(value) else {
      self = .invalid
      return
    }
    self = .scalar(scalar, length)
  }
}
