import Foundation
import Testing

@testable import Shared

@Suite struct ShellWordTests {
  @Test func quotesWhereItMust() {
    #expect(ShellWord.quoted("names.txt") == "names.txt")
    #expect(ShellWord.quoted("/tmp/a-b_c+1,2@x:=%.gz") == "/tmp/a-b_c+1,2@x:=%.gz")
    #expect(ShellWord.quoted("Namen/größe") == "Namen/größe")
    #expect(ShellWord.quoted("") == "''")
    #expect(ShellWord.quoted("my names") == "'my names'")
    #expect(ShellWord.quoted("it's") == #"'it'\''s'"#)
    #expect(ShellWord.quoted("a\n'\\\u{7F}") == #"$'a\x0a\'\\\x7f'"#)
    #expect(ShellWord.file("-n") == "./-n")
    #expect(ShellWord.operand("-") == "-")
    #expect(ShellWord.operand("--") == "./--")
  }

  @Test(arguments: [
    "a b", "$x", "`x`", "a*b", "a;b|c&d", "\"", "'", "~", "a\tb\n", "\\", "!", "ü\u{85}",
  ])
  func aShellReadsTheWordBack(word: String) throws {
    let shell = Process()
    let pipe = Pipe()
    shell.executableURL = URL(filePath: "/bin/bash")
    shell.arguments = ["-c", "printf %s \(ShellWord.quoted(word))"]
    shell.standardOutput = pipe
    try shell.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    shell.waitUntilExit()
    #expect(String(decoding: bytes, as: UTF8.self) == word)
  }
}
