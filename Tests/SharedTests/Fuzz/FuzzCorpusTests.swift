import Foundation
import Testing

/// The inputs that the fuzzer kept, without the fuzzer.
@Suite struct FuzzCorpusTests {
  @Test(arguments: FuzzTarget.allCases) func everythingKeptStillHolds(target: FuzzTarget) throws {
    let files = try FileManager.default.contentsOfDirectory(
      at: Fixtures.corpus(target.rawValue), includingPropertiesForKeys: nil)
    #expect(!files.isEmpty)
    let folder = try TemporaryFolder()
    let paths = FuzzFolder(input: folder.path("input"), output: folder.path("output"))
    for file in files.sorted(by: { $0.path < $1.path }) {
      let bytes = Array(try Data(contentsOf: file))
      do {
        try target.run(bytes, in: paths)
      } catch {
        Issue.record("\(target.rawValue)/\(file.lastPathComponent): \(error)")
      }
    }
  }
}
