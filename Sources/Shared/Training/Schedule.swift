/// How the learning rate goes over a run.
enum Schedule: String, OptionChoice {
  /// It stays as it is.
  case constant

  /// It rises, and then falls to zero along a cosine (Loshchilov and Hutter 2017, equation 5).
  case cosine

  /// It rises, and then falls to zero along a line.
  case linear

  /// The updates over which the learning rate of a run rises.
  static func warmup(of steps: Int) -> Int { min(100, steps / 10) }

  /// The rate of an update, counted from 0, of a run of `steps`.
  func rate(_ highest: Double, at step: Int, of steps: Int) -> Double {
    let warmup = Self.warmup(of: steps)
    if self == .constant { return highest }
    if step < warmup { return highest * Double(step + 1) / Double(warmup) }
    let progress = Double(step - warmup) / Double(max(1, steps - warmup))
    return self == .cosine ? highest * (1 + cos(.pi * progress)) / 2 : highest * (1 - progress)
  }
}
