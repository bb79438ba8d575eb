public import Linux

/// The programs of the machine that make indexes of what desktops look for. They are fast where there is nothing new,
/// and missing on machines without a desktop.
public struct DesktopCaches: Sendable {
  /// What became of a program.
  enum Outcome: Equatable { case done, missing, failed }

  /// Runs a program, known by its name, for a bounded time; nil where the machine does not have it.
  let run: @Sendable ([String]) throws(SyscallError) -> ProcessResult?

  public init(run: @escaping @Sendable ([String]) throws(SyscallError) -> ProcessResult?) { self.run = run }

  /// - Returns: what became of it; what went wrong is added to the remarks: nobody is kept from anything by it.
  func run(_ command: [String], _ remarks: inout [String]) -> Outcome {
    let name = command.first ?? ""
    do throws(SyscallError) {
      guard let result = try run(command) else { return .missing }
      if result.status == .exited(0) { return .done }
      remarks.append("cannot run \(name): \(result.timedOut ? "it takes too long" : "\(result.status)")")
    } catch {
      remarks.append("cannot run \(name): \(error)")
    }
    return .failed
  }
}
