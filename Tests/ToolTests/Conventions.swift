import Testing

/// What every tool does alike; each tool's suite asks for it.
enum Conventions {
  /// A wrong command line is told in two lines, with status 2 and no output.
  static func expect(_ misuse: Misuse, of tool: String) throws {
    let run = try Runner.run(tool, misuse.arguments)
    #expect(run.status == 2)
    #expect(
      run.errors == "\(tool): \(misuse.reason)\nTry '\(tool) --help' for more information.\n")
    #expect(run.output.isEmpty)
  }

  /// Bad data is told in one line, with status 1.
  static func expect(_ diagnostic: String, _ run: Run) {
    #expect(run.errors == diagnostic + "\n")
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
  }

  /// `--help` shows the usage first, every option with its default, and two examples.
  ///
  /// - Parameter options: The options as they are shown, each with its default, if it has one.
  static func expectHelp(of tool: String, options: KeyValuePairs<String, String?>) throws {
    let run = try Runner.run(tool, ["--help"])
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(try Runner.run(tool, ["-h"]).text == run.text)
    let lines = run.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first?.hasPrefix("Usage: \(tool) ") == true)
    #expect(lines.allSatisfy { $0.count <= 80 })

    // An option's lines, its own and those that go on with it, joined.
    let end = try #require(lines.firstIndex(of: "Examples:"))
    let begin = try #require(lines.firstIndex(of: "Options:"))
    var shown: [String] = []
    for line in lines[(begin + 1)..<end] where !line.isEmpty {
      let words = line.split(separator: " ").joined(separator: " ")
      if line.drop(while: { $0 == " " }).hasPrefix("-") {
        shown.append(words)
      } else {
        shown[shown.count - 1] += " " + words
      }
    }
    let all = options.map { ($0, $1) } + [("-h, --help[=FORM]", nil), ("-V, --version", nil)]
    #expect(shown.count == all.count)
    for (line, (option, fallback)) in zip(shown, all) {
      #expect(line.hasPrefix(option + " "))
      if let fallback {
        #expect(line.hasSuffix("default: \(fallback))"))
      } else {
        #expect(!line.contains("default: "))
      }
    }
    let examples = lines[end...].filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
    #expect(examples.count == 2)
    #expect(examples.allSatisfy { $0.contains(tool) })
  }

  /// `--version` is one line.
  static func expectVersion(of tool: String) throws {
    for option in ["--version", "-V", "--vers"] {
      let run = try Runner.run(tool, [option])
      #expect(run.status == 0)
      #expect(run.errors.isEmpty)
      #expect(
        run.text.wholeMatch(of: try Regex("\(tool) \\(makemore\\) \\d+\\.\\d+\\.\\d+\n")) != nil)
    }
  }

  /// A model that was cut, at whatever byte and in either form, is told from a whole one.
  static func expectTruncated(_ tool: String, _ arguments: [String]) throws {
    for model in [Array(Fixture.bob.utf8), try Fixture.binaryBob()] {
      for length in model.indices {
        let run = try Runner.run(tool, arguments, input: model[..<length])
        let lines = run.errors.split(separator: "\n")
        let isTold =
          length == 0
          ? run.errors == "\(tool): -: is empty where a model is wanted\n"
          : lines.count == 1 && run.errors.hasPrefix("\(tool): -:")
            && run.errors.contains("truncated")
        #expect(isTold, "cut at \(length) of \(model.count): \(run.errors)")
        #expect(run.status == 1, "cut at \(length) of \(model.count)")
        #expect(run.output.isEmpty, "cut at \(length) of \(model.count)")
      }
    }
  }
}
