import Foundation

@testable import Shared

/// A GPT-2 in Double, item by item, written as its equations are: the specification of `GPTEngine`.
struct GPTOracle {
  let config: GPTConfig
  var tensors: [String: [Double]]

  /// Whether attention is the mean of the values up to each token, whatever the scores.
  var averages = false

  /// What the channels of a node are multiplied by: of a layer, a place in it, and the node's prefix.
  var dropout: ((Int, TreePass.Training.Place, [Int]) -> [Double])?

  /// The teacher's probabilities after a prefix, and their share in the targets.
  var soft: (probs: ([Int]) -> [Double], share: Double)?

  init(_ parameters: GPTTensors) {
    config = parameters.config
    tensors = [:]
    for tensor in parameters.tensors {
      tensors[tensor.name] = parameters[tensor.name].map(Double.init)
    }
  }

  /// The mean loss over all tokens of items that fit into a block.
  func loss(_ items: [[Int32]]) -> Double {
    var sum = 0.0
    var count = 0
    for item in items {
      let sequence = [0] + item.map { Int($0) } + [0]
      let logits = logits(Array(sequence.dropLast()))
      for (t, (row, target)) in zip(logits, sequence.dropFirst()).enumerated() {
        let all = log(row.reduce(0) { $0 + exp($1) })
        let share = soft?.share ?? 0
        sum += (1 - share) * (all - row[target])
        if let soft {
          for (p, logit) in zip(soft.probs(Array(sequence[...t])), row) {
            sum += share * p * (all - logit)
          }
        }
        count += 1
      }
    }
    return sum / Double(count)
  }

  /// The logits after each of some inputs.
  func logits(_ inputs: [Int]) -> [[Double]] {
    let C = config.nEmbd
    let wte = self["transformer.wte.weight"]
    let wpe = self["transformer.wpe.weight"]
    var x = inputs.enumerated().map { t, token in
      (0..<C).map { wte[token * C + $0] + wpe[t * C + $0] }
    }
    for layer in 0..<config.nLayer {
      let prefix = "transformer.h.\(layer)."
      let qkv = linear(norm(x, prefix + "ln_1"), prefix + "attn.c_attn")
      let attended = leaveOut(attend(qkv), layer, .attended, inputs)
      x = add(x, linear(attended, prefix + "attn.c_proj"))
      let inner = linear(norm(x, prefix + "ln_2"), prefix + "mlp.c_fc")
      let hidden = leaveOut(inner.map { $0.map(gelu) }, layer, .hidden, inputs)
      x = add(x, linear(hidden, prefix + "mlp.c_proj"))
    }
    let head = self["lm_head.weight"]
    return norm(x, "transformer.ln_f").map { row in
      (0..<config.vocabSize).map { v in (0..<C).reduce(0) { $0 + row[$1] * head[v * C + $1] } }
    }
  }

  private func leaveOut(
    _ x: [[Double]], _ layer: Int, _ place: TreePass.Training.Place, _ inputs: [Int]
  ) -> [[Double]] {
    guard let dropout else { return x }
    return x.enumerated().map { t, row in
      zip(row, dropout(layer, place, Array(inputs[...t]))).map(*)
    }
  }

  private subscript(name: String) -> [Double] { tensors[name]! }

  private func add(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    zip(a, b).map { zip($0, $1).map(+) }
  }

  private func norm(_ x: [[Double]], _ name: String) -> [[Double]] {
    let (weight, bias) = (self[name + ".weight"], self[name + ".bias"])
    return x.map { row in
      let mean = row.reduce(0, +) / Double(row.count)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
      let deviation = (variance + 1e-5).squareRoot()
      return row.indices.map { (row[$0] - mean) / deviation * weight[$0] + bias[$0] }
    }
  }

  private func linear(_ x: [[Double]], _ name: String) -> [[Double]] {
    let (weight, bias) = (self[name + ".weight"], self[name + ".bias"])
    return x.map { row in
      var out = bias
      for (k, value) in row.enumerated() {
        for n in out.indices { out[n] += value * weight[k * out.count + n] }
      }
      return out
    }
  }

  private func attend(_ qkv: [[Double]]) -> [[Double]] {
    let C = config.nEmbd
    if averages {
      // A product with a triangular matrix whose rows sum to one.
      let triangle = qkv.indices.map { t in qkv.indices.map { $0 <= t ? 1 / Double(t + 1) : 0 } }
      return triangle.map { row in
        (0..<C).map { c in zip(row, qkv).reduce(0) { $0 + $1.0 * $1.1[2 * C + c] } }
      }
    }
    let H = C / config.nHead
    return qkv.indices.map { t in
      var out = [Double](repeating: 0, count: C)
      for first in stride(from: 0, to: C, by: H) {
        let head = first..<first + H
        let weights = (0...t).map { other in
          exp(head.reduce(0) { $0 + qkv[t][$1] * qkv[other][C + $1] } / Double(H).squareRoot())
        }
        let sum = weights.reduce(0, +)
        for (other, weight) in weights.enumerated() {
          for c in head { out[c] += weight / sum * qkv[other][2 * C + c] }
        }
      }
      return out
    }
  }

  private func gelu(_ x: Double) -> Double {
    x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
  }
}
