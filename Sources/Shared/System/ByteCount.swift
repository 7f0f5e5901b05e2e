/// Sizes of memory as people read them.
enum ByteCount {
  /// A size with its unit, to three digits: `3.2 GB`.
  static func text(_ bytes: Double) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]
    var value = bytes
    var unit = 0
    while value >= 999.5, unit + 1 < units.count {
      value /= 1000
      unit += 1
    }
    if value >= 99.95 || unit == 0 { return "\(Double(value.rounded()).shortest) \(units[unit])" }
    return "\(((value * 10).rounded() / 10).shortest) \(units[unit])"
  }
}
