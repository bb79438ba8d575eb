import API
import Client

/// A command that failed, with what to print after `error: `.
struct Failure: Error, Equatable, CustomStringConvertible {
  var description: String
  var exitCode: Int32

  init(_ description: String, exitCode: Int32 = 1) {
    self.description = description
    self.exitCode = exitCode
  }
}

/// What the daemon's errors are to a person at a terminal (`spec/features.md` §3, "Error kinds").
enum DaemonMessage {
  /// What was asked of the daemon, for wording.
  struct Request {
    var snap = ""
    var operation = ""
    var dangerous = false
  }

  /// - Returns: a remark to print when the error is no failure (the snap is installed already).
  /// - Throws: `Failure` or the error itself.
  static func explain(_ error: any Error, _ request: Request, in context: Context) throws -> String {
    guard let error = error as? ClientError, error.origin == .daemon, !error.isRetryable else { throw error }
    let (text, failed) = text(error, request, isRoot: context.userID == 0)
    let filled = Wrapping.fill(text, indent: SnapProgram.errorPrefix.count, columns: context.columns)
    if failed { throw Failure(filled) }
    return filled
  }

  private static func text(_ error: ClientError, _ request: Request, isRoot: Bool) -> (String, failed: Bool) {
    let named = error.value?.string ?? error.value?["snap-name"]?.string ?? ""
    let name = request.snap.isEmpty ? named : request.snap
    let snap = quoted(name)
    switch error.kind {
    case .notSnap:
      let tried = request.snap.isEmpty || request.snap == "./" ? error.value?.string ?? request.snap : request.snap
      return (
        "\(quoted(tried)) does not contain an unpacked snap.\n\n"
          + "Try 'snapcraft prime' in your project directory, then 'snap try' again.", true
      )
    case .snapNotFound: return ("snap \(snap) not found", true)
    case .snapChannelNotAvailable, .snapArchitectureNotAvailable:
      let action = request.operation.isEmpty ? "install" : request.operation
      return (Channels.unavailable(error, name: name, action: action), true)
    case .snapRevisionNotAvailable:
      return ("snap \(snap) not available as specified (see 'snap info \(name)')", true)
    case .snapAlreadyInstalled: return ("snap \(snap) is already installed, see 'snap help refresh'", false)
    case .snapNeedsDevMode where request.dangerous:
      return ("snap \(snap) requires devmode or confinement override", true)
    case .snapNeedsDevMode:
      return (
        """

        The publisher of snap \(snap) has indicated that they do not consider this revision to be of production \
        quality and that it is only meant for development or testing at this point. As a consequence this snap \
        will not refresh automatically and may perform arbitrary system changes outside of the security sandbox \
        snaps are generally confined to, which may put your system at risk.

        If you understand and want to proceed repeat the command including --devmode; if instead you want to \
        install the snap forcing it into strict confinement repeat the command including --jailmode.
        """, true
      )
    case .snapNeedsClassic:
      return (
        """

        This revision of snap \(snap) was published using classic confinement and thus may perform arbitrary \
        system changes outside of the security sandbox that snaps are usually confined to, which may put your \
        system at risk.

        If you understand and want to proceed repeat the command including --classic.
        """, true
      )
    case .snapNeedsClassicSystem:
      return ("snap \(snap) requires classic confinement which is only available on classic systems", true)
    case .snapNotClassic: return ("snap \(snap) is not compatible with --classic", true)
    case .loginRequired:
      return ("\(error.message) (\(isRoot ? "see 'snap help login'" : "try with sudo"))", true)
    case .snapLocal: return ("local snap \(snap) is unknown to the store, use --amend to proceed anyway", true)
    case .snapNoUpdateAvailable: return ("snap \(snap) has no updates available", false)
    case .snapNotInstalled: return (error.message, false)
    case .networkTimeout, .dnsFailure: return ("unable to contact snap store", true)
    case .systemRestart: return ("snapd is about to reboot the system", false)
    case .insufficientDiskSpace: return (diskSpace(error, request), true)
    default: return (error.message, true)
    }
  }

  private static func diskSpace(_ error: ClientError, _ request: Request) -> String {
    let names = error.value?["snap-names"]?.array?.compactMap(\.string) ?? []
    guard let kind = error.value?["change-kind"]?.string, !names.isEmpty else { return error.message }
    let list = names.map(quoted).joined(separator: ", ")
    if kind == "remove" {
      return
        "cannot remove \(list) due to low disk space for automatic snapshot, use --purge to avoid creating a snapshot"
    }
    let verb = kind.split(separator: "-").first.map { String($0) } ?? request.operation
    return "cannot \(verb) \(list) due to low disk space"
  }
}
