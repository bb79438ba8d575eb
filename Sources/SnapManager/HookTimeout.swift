internal import Glibc
internal import Snap

/// How long hooks may take. Source: `spec/features.md` §5, §10.
public enum HookTimeout {
  /// Of hooks that have no other.
  public static let preset = Duration.seconds(600)
  /// Of `configure`.
  public static var configure: Duration { named("SNAPD_CONFIGURE_HOOK_TIMEOUT") ?? .seconds(300) }
  /// Of `check-health`.
  public static var checkHealth: Duration { named("SNAPD_CHECK_HEALTH_HOOK_TIMEOUT") ?? .seconds(30) }

  /// What the daemon's environment says; a text that is no duration says nothing.
  private static func named(_ variable: String) -> Duration? {
    guard let text = getenv(variable), let time = Duration(goText: String(cString: text)), time > .zero else {
      return nil
    }
    return time
  }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
