// swift-tools-version: 6.2

import PackageDescription

// With `errno` to set, square roots are not vectorized; without FMA, `addProduct` becomes a
// library call for each lane; `sched_getaffinity` is a GNU extension.
var flags = ["-Xcc", "-fno-math-errno", "-Xcc", "-D_GNU_SOURCE"]
#if arch(x86_64)
  // `MM_MARCH=x86-64-v3 swift build -c release` builds for machines other than this one.
  flags += ["-Xcc", "-march=\(Context.environment["MM_MARCH"] ?? "native")"]
#endif
let settings: [SwiftSetting] = [.unsafeFlags(flags)]

// Two modules that are imported unasked and not used: loading them took 1 ms of each start.
let unused = ["string-processing", "concurrency"].flatMap {
  ["-Xfrontend", "-disable-implicit-\($0)-module-import"]
}
let toolSettings: [SwiftSetting] = [.unsafeFlags(flags + unused)]

let tools = ["mm-count", "mm-fit", "mm-gpt", "mm-sample", "mm-loss"]

/// The folders of Sources/Shared that are modules of their own.
let rooms = ["Libc", "Random"]

func room(
  _ name: String, uses: [String] = [], linkerSettings: [LinkerSetting] = []
) -> Target {
  .target(
    name: name, dependencies: uses.map { .target(name: $0) }, path: "Sources/Shared/\(name)",
    swiftSettings: toolSettings, linkerSettings: linkerSettings)
}

let package = Package(
  name: "makemore",
  products: tools.map { .executable(name: $0, targets: [$0]) },
  targets: [
    room("Libc", linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    room("Random", uses: ["Libc"]),
    .systemLibrary(name: "Processor", path: "Sources/Shared/Processor"),
    .target(
      name: "Shared", dependencies: (rooms + ["Processor"]).map { .target(name: $0) },
      exclude: rooms + ["Processor", "README.md"],
      swiftSettings: toolSettings),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(
      name: "SharedTests", dependencies: ["Shared", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "ToolTests",
      dependencies: ["Shared", "TestSupport"] + tools.map { .target(name: $0) },
      swiftSettings: settings),
  ]
    + tools.map {
      .executableTarget(name: $0, dependencies: ["Shared"], swiftSettings: toolSettings)
    },
  swiftLanguageModes: [.v6]
)
