import Testing

@testable import Shared

@Suite struct GPTTensorsTests {
  private static let config = GPTConfig(blockSize: 16, vocabSize: 27)

  @Test func theDefaultModelHas204544Parameters() {
    #expect(Self.config.parameterCount == 204_544)
    #expect(GPTTensors(Self.config).count == 204_544)
  }

  @Test func tensorsAreThoseOfGPT2LMHeadModelWithoutGaps() {
    let tensors = GPTTensors(Self.config).tensors
    #expect(tensors.count == 2 + 4 * 12 + 3)
    #expect(tensors[0].name == "transformer.wte.weight" && tensors[0].shape == [27, 64])
    #expect(tensors[1].name == "transformer.wpe.weight" && tensors[1].shape == [16, 64])
    #expect(tensors[4].name == "transformer.h.0.attn.c_attn.weight")
    #expect(tensors[4].shape == [64, 192])
    #expect(tensors[52].name == "lm_head.weight" && tensors[52].shape == [27, 64])
    for (a, b) in zip(tensors, tensors.dropFirst()) {
      #expect(a.range.upperBound == b.range.lowerBound)
    }
    for tensor in tensors { #expect(tensor.shape.reduce(1, *) == tensor.range.count) }
  }

  @Test func aTensorIsReadAsItWasWritten() {
    let parameters = GPTTensors(Self.config)
    let values = (0..<64).map(Float.init)
    parameters["transformer.ln_f.bias"] = values
    #expect(parameters["transformer.ln_f.bias"] == values)
    #expect(parameters["transformer.ln_f.weight"].allSatisfy { $0 == 0 })
  }

  @Test func aNumberThatOverflowsIsNil() {
    #expect(GPTConfig(nEmbd: 1 << 32, blockSize: 1, vocabSize: 1).parameterCount == nil)
    #expect(GPTConfig(blockSize: 1, vocabSize: .max).parameterCount == nil)
  }

  @Test func refusesSizesThatMakeNoModel() async {
    await #expect(processExitsWith: .failure) {
      _ = GPTConfig(nHead: 3, nEmbd: 64, blockSize: 1, vocabSize: 1)
    }
    await #expect(processExitsWith: .failure) { _ = GPTConfig(blockSize: 0, vocabSize: 1) }
    await #expect(processExitsWith: .failure) {
      _ = GPTTensors(GPTConfig(blockSize: 1, vocabSize: 1))["wte"]
    }
    await #expect(processExitsWith: .failure) {
      GPTTensors(GPTConfig(blockSize: 1, vocabSize: 1))["lm_head.weight"] = [1]
    }
  }
}
