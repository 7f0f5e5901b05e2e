// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// A part of a GPT-2 that can be left out of training, to show what it contributes.
///
/// Its parameters are zero and stay so; the model is still a GPT-2.
enum Ablation: String, CaseIterable, Sendable {
  /// All of attention: no token sees another.
  case attention

  /// The scores of attention, by queries and keys: each token attends equally to all up to it, which
  /// is the average of their values.
  case scores

  /// The position embeddings.
  case positions

  /// The MLPs.
  case mlp

  /// The parameters that belong to the part, as ranges of all parameters.
  func ranges(in parameters: GPTTensors) -> [Range<Int>] {
    let C = parameters.config.nEmbd
    return parameters.tensors.flatMap { tensor -> [Range<Int>] in
      func belongs(to module: String) -> Bool {
        tensor.name.hasSuffix("\(module).weight") || tensor.name.hasSuffix("\(module).bias")
      }
      return switch self {
      case .positions where belongs(to: "wpe"): [tensor.range]
      case .attention where belongs(to: "attn.c_proj"): [tensor.range]
      case .mlp where belongs(to: "mlp.c_proj"): [tensor.range]
      case .scores where belongs(to: "attn.c_attn"):
        // Queries and keys are the first two thirds of each row, or of the bias.
        stride(from: tensor.range.lowerBound, to: tensor.range.upperBound, by: 3 * C)
          .map { $0..<($0 + 2 * C) }
      default: []
      }
    }
  }
}
