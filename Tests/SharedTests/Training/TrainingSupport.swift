import Foundation

@testable import Shared

/// The items of a text, a line each.
func corpus(_ text: String, vocabulary: Vocabulary? = nil) throws -> Corpus {
  let folder = try TemporaryFolder()
  defer { withExtendedLifetime(folder) {} }
  return try Corpus(TextInput([folder.file("text", text.utf8)]), vocabulary: vocabulary)
}

/// The project's names.
func names() throws -> Corpus {
  try Corpus(TextInput([Fixtures.names]))
}

/// The tokens a, b and so on of a vocabulary of `vocabSize`, the boundary among them.
func alphabet(_ vocabSize: Int) -> Vocabulary {
  Vocabulary(sorted: (1..<UInt32(vocabSize)).map { Unicode.Scalar(96 + $0)! })
}

/// A GPT-2 whose parameters look random, so that its probabilities lie far apart.
func noisyGPT(_ config: GPTConfig, seed: UInt64 = 7) -> GPT {
  let parameters = GPTTensors(config)
  var noise = Noise(seed)
  for tensor in parameters.tensors {
    let isNorm = tensor.name.contains("ln_") && tensor.name.hasSuffix("weight")
    parameters[tensor.name] = noise.floats(tensor.range.count).map { isNorm ? 1 + $0 / 4 : $0 }
  }
  return GPT(vocabulary: alphabet(config.vocabSize), parameters: parameters)
}

/// Items of up to a number of tokens, which are below `vocabSize`.
func noisyItems(_ count: Int, longest: Int, vocabSize: Int, seed: UInt64 = 8) -> [[Int32]] {
  var noise = Noise(seed)
  return (0..<count).map { _ in
    (0..<noise.next(in: 1..<longest + 1)).map { _ in Int32(noise.next(in: 1..<vocabSize)) }
  }
}

extension GPT {
  /// The model as its file holds it.
  var model: ModelFile { get throws { try written { try write(to: $0, as: .binary) } } }
}

extension TrainingRun {
  /// The model as its file holds it.
  var result: ModelFile { get throws { try written { try writeModel(to: $0, as: .binary) } } }

  /// The checkpoint as its file holds it.
  var checkpoint: ModelFile { get throws { try written { try writeCheckpoint(to: $0) } } }
}

/// The model that some work writes, as if standard input had held it.
private func written(_ work: (OutputFile) throws -> Void) throws -> ModelFile {
  let folder = try TemporaryFolder()
  var model = try folder.models(folder.written(work))[0]
  model.place = "-"
  return model
}

extension GPTTensors {
  /// All floats.
  var floats: [Float] { withFloats { Array($0) } }
}

/// Steps of an optimizer over an engine, without a run.
final class Stepper {
  let engine: GPTEngine
  let optimizer: any Optimizer
  private(set) var stepCount = 0

  init(_ engine: GPTEngine, _ optimizer: any Optimizer) {
    self.engine = engine
    self.optimizer = optimizer
  }

  /// With AdamW on every tensor.
  convenience init(_ engine: GPTEngine, weightDecay: Double = 0.01) {
    self.init(
      engine, AdamWOptimizer(engine.config, weightDecay: weightDecay, decays: { _ in true }))
  }

  /// Makes one step.
  ///
  /// - Returns: The loss before it; where it is not finite, nothing has changed.
  func step(_ forest: PrefixForest, rate: Double) -> Double {
    let (loss, gradient) = engine.gradient(forest)
    if loss.isFinite {
      optimizer.step(engine, gradient, StepContext(step: stepCount, seed: 0, rate: rate))
      stepCount += 1
    }
    return loss
  }
}
