import Foundation
import Testing

@testable import Shared

/// A recorded run of the reference: weights, gradients, losses.
struct GPTFixture {
  let config: GPTConfig
  let items: [[Int32]]
  let initial: [String: [Float]]
  let gradients: [String: [Float]]
  let final: [String: [Float]]
  let expected: Expected

  struct Expected: Decodable {
    let lr: Double
    let weight_decay: Double
    let losses: [Double]
    let summed_nll_per_name: [Double]
    let logits_of_first_name: [[Double]]
  }

  private struct Config: Decodable {
    let n_layer: Int
    let n_head: Int
    let n_embd: Int
    let n_positions: Int
    let vocab_size: Int
  }

  init(_ name: String) throws {
    let directory = Fixtures.url(name)
    func data(_ file: String) throws -> Data {
      try Data(contentsOf: directory.appending(path: file))
    }
    let decoder = JSONDecoder()
    let shape = try decoder.decode(Config.self, from: data("config.json"))
    config = GPTConfig(
      nLayer: shape.n_layer, nHead: shape.n_head, nEmbd: shape.n_embd,
      blockSize: shape.n_positions, vocabSize: shape.vocab_size)
    expected = try decoder.decode(Expected.self, from: data("expected.json"))
    let vocabulary = try decoder.decode([String].self, from: data("vocab.json"))
    var tokens: [Unicode.Scalar: Int32] = [:]
    for (index, label) in vocabulary.enumerated() {
      tokens[label.unicodeScalars.first!] = Int32(index + 1)
    }
    items = String(decoding: try data("names.txt"), as: UTF8.self).split(separator: "\n")
      .map { $0.unicodeScalars.map { tokens[$0]! } }
    initial = try Self.tensors(data("init.safetensors"))
    gradients = try Self.tensors(data("grad.safetensors"))
    final = try Self.tensors(data("final.safetensors"))
  }

  /// Parameters with the values of the initial weights.
  var parameters: GPTTensors {
    let parameters = GPTTensors(config)
    for (name, values) in initial { parameters[name] = values }
    return parameters
  }

  private static func tensors(_ data: Data) throws -> [String: [Float]] {
    let size = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: data[8..<8 + size]) as! [String: Any]
    var tensors: [String: [Float]] = [:]
    for case (let name, let entry as [String: Any]) in header where name != "__metadata__" {
      let offsets = entry["data_offsets"] as! [Int]
      let bytes = [UInt8](data[8 + size + offsets[0]..<8 + size + offsets[1]])
      tensors[name] = bytes.withUnsafeBytes { raw in
        (0..<bytes.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
      }
    }
    return tensors
  }
}

/// `|a - b| / |b|`, the norms those of the whole tensors.
func relativeError(_ a: [Float], _ b: [Float]) -> Double {
  relativeError(a.map(Double.init), b.map(Double.init))
}

/// `|a - b| / |b|`, the norms those of the whole tensors.
func relativeError(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count)
  let error = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  let norm = b.reduce(0) { $0 + $1 * $1 }
  return norm == 0 ? error.squareRoot() : (error / norm).squareRoot()
}

extension GPTTensors {
  /// Parameters that look random, scales near one.
  static func noise(_ config: GPTConfig) -> GPTTensors {
    let parameters = GPTTensors(config)
    var noise = Noise(7)
    for tensor in parameters.tensors {
      let scale = tensor.name.contains("ln_") && tensor.name.hasSuffix("weight")
      parameters[tensor.name] = noise.floats(tensor.range.count).map { scale ? 1 + $0 / 4 : $0 / 2 }
    }
    return parameters
  }
}

/// Items that look random, up to a length.
func noisyItems(_ count: Int, _ config: GPTConfig, longest: Int) -> [[Int32]] {
  var noise = Noise(8)
  return (0..<count).map { _ in
    (0..<noise.next(in: 0..<longest + 1)).map { _ in Int32(noise.next(in: 1..<config.vocabSize)) }
  }
}

extension GPTEngine {
  /// The logits of each node of a tree, (nodes, V), row-major.
  func logits(_ tree: PrefixTree) -> [Float] {
    prepareToGrow(nodes: tree.count, longest: tree.longestPath)
    extend(tree, from: 0)
    return (0..<tree.count).flatMap(logits)
  }

  /// The summed loss of each item, in nats.
  func itemLosses(_ forest: PrefixForest) -> [Double] {
    let losses = tokenLosses(forest)
    return (0..<forest.itemCount).map { item in
      losses[forest.range(ofItem: item)].reduce(0) { $0 + Double($1) }
    }
  }
}

extension GPTTensors {
  /// Takes over the floats of tensors of the same shape.
  func copy(from other: GPTTensors) {
    precondition(config == other.config)
    other.withFloats { floats in withMutableFloats { _ = $0.update(fromContentsOf: floats) } }
  }
}

/// Expects that gradients are the central differences of an oracle's loss of some items.
func expectCentralDifferences(
  _ gradients: GPTTensors, of oracle: GPTOracle, _ items: [[Int32]],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  var oracle = oracle
  for tensor in gradients.tensors {
    let values = oracle.tensors[tensor.name]!
    let expected = centralDifferences(values) {
      oracle.tensors[tensor.name] = $0
      return oracle.loss(items)
    }
    oracle.tensors[tensor.name] = values
    for (i, (a, b)) in zip(gradients[tensor.name], expected).enumerated() {
      #expect(
        abs(Double(a) - b) < 1e-6, "\(tensor.name)[\(i)]", sourceLocation: sourceLocation)
    }
  }
}
