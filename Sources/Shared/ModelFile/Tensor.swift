/// An element type of safetensors, under the name that its headers use.
public enum Dtype: String, Sendable {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation, OneCasePerLine, AlwaysUseLowerCamelCase
  case BOOL, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, I16, U16, F16, BF16, I32, U32, F32, I64, U64, F64,
    C64

  /// The size of an element in bytes.
  var size: Int {
    switch self {
    case .BOOL, .U8, .I8, .F8_E5M2, .F8_E4M3, .F8_E8M0: 1
    case .I16, .U16, .F16, .BF16: 2
    case .I32, .U32, .F32: 4
    case .I64, .U64, .F64, .C64: 8
    }
  }
}

/// A type that this project keeps tensors of.
public protocol TensorElement: BitwiseCopyable, Numeric, Sendable {
  /// Its name in a header.
  static var dtype: Dtype { get }

  /// The value that a field of the text form holds, or `nil` where it holds none.
  init?(field: Substring)

  /// The shortest text that reads back to the same value; whole numbers without `.0`.
  var shortest: String { get }
}

extension TensorElement where Self: FixedWidthInteger {
  /// Reads a decimal number.
  public init?(field: Substring) { self.init(field) }
}

extension UInt8: TensorElement {
  /// `U8`.
  public static var dtype: Dtype { .U8 }
}

extension UInt16: TensorElement {
  /// `U16`.
  public static var dtype: Dtype { .U16 }
}

extension UInt32: TensorElement {
  /// `U32`.
  public static var dtype: Dtype { .U32 }
}

extension Int64: TensorElement {
  /// `I64`.
  public static var dtype: Dtype { .I64 }
}

extension Float: TensorElement {
  /// `F32`.
  public static var dtype: Dtype { .F32 }

  /// Reads a field: a decimal number, `inf` or `nan`.
  public init?(field: Substring) {
    guard field.isDecimal else { return nil }
    self.init(field)
  }
}

extension Double: TensorElement {
  /// `F64`.
  public static var dtype: Dtype { .F64 }

  /// Reads a field: a decimal number, `inf` or `nan`.
  public init?(field: Substring) {
    guard field.isDecimal else { return nil }
    self.init(field)
  }
}

extension Substring {
  /// Whether it has only what decimal numbers, `inf` and `nan` are made of; the initializers of
  /// floating-point types take hexadecimal as well.
  fileprivate var isDecimal: Bool {
    utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.einfa".utf8.contains($0) }
  }
}

/// The elements of a tensor, row-major.
enum TensorValues: Equatable, Sendable {
  /// Elements of type U8.
  case u8([UInt8])

  /// Elements of type U16.
  case u16([UInt16])

  /// Elements of type U32.
  case u32([UInt32])

  /// Elements of type I64.
  case i64([Int64])

  /// Elements of type F32.
  case f32([Float])

  /// Elements of type F64.
  case f64([Double])

  /// The number of elements.
  var count: Int {
    switch self {
    case .u8(let values): values.count
    case .u16(let values): values.count
    case .u32(let values): values.count
    case .i64(let values): values.count
    case .f32(let values): values.count
    case .f64(let values): values.count
    }
  }

  /// The type of the elements.
  var dtype: Dtype {
    switch self {
    case .u8: .U8
    case .u16: .U16
    case .u32: .U32
    case .i64: .I64
    case .f32: .F32
    case .f64: .F64
    }
  }
}

/// What a header says of a tensor.
struct TensorShape: Equatable, Sendable {
  /// The tensor's name.
  var name: String

  /// The type of its elements.
  var dtype: Dtype

  /// The size of each dimension, the slowest first; empty for a scalar.
  var shape: [Int]

  /// The number of elements, or `nil` where they are too many to count their bytes in an `Int`.
  var count: Int? {
    // A zero makes the product zero, however large the dimensions beside it are.
    if shape.contains(0) { return 0 }
    var bytes = dtype.size
    for dimension in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      bytes = product
    }
    return bytes / dtype.size
  }
}

/// A named array of numbers.
struct Tensor: Equatable, Sendable {
  /// The tensor's name.
  var name: String

  /// The size of each dimension, the slowest first.
  var shape: [Int]

  /// The elements, row-major.
  var values: TensorValues

  /// Creates a tensor.
  ///
  /// - Precondition: There are as many values as the shape says.
  init(name: String, shape: [Int], values: TensorValues) {
    self.name = name
    self.shape = shape
    self.values = values
    precondition(header.count == values.count, "the values do not fill the shape")
  }

  /// What a header says of it.
  var header: TensorShape {
    TensorShape(name: name, dtype: values.dtype, shape: shape)
  }
}
